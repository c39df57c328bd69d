"""The check before every view: gate, membership, permission. Deny by default."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, current_app, g, redirect, request
from flask.typing import ResponseReturnValue

from core.accounts.request_state import RequestState, current
from core.errors import Forbidden, NotFound
from core.localization import _
from core.plugin_host.current import current_host
from core.plugin_host.gate import Verdict, decide
from core.policy.access import Access, Audience, access_of


def check_gate() -> ResponseReturnValue | None:
    """Answer below ``/m/<municipality>/`` before routing can: a 405 or 308 would tell something.

    A stranger is asked to sign in, whatever is there. Raises NotFound, always with the same
    body, for a municipality that is absent or not the viewer's, and for a service that is off.
    """
    if "hamyar" not in g or current().address.municipality is None:
        return None
    state = current()
    if not state.viewer.is_signed_in:
        return _to_sign_in()
    if not state.is_member():
        raise not_found()
    service = state.address.plugin
    if service is not None:
        host = current_host()
        if decide(state.service_state, host.get(service)) is Verdict.NOT_FOUND:
            raise not_found()
    return None


def check_access() -> ResponseReturnValue | None:
    """Refuse the request unless the view's declaration allows it."""
    if request.routing_exception is not None or request.endpoint is None:
        return None
    view = current_app.view_functions[request.endpoint]
    access = access_of(view)
    if request.endpoint == "static":
        return None
    if access is None:
        raise Forbidden(_("This page is not open to anyone."), code="undeclared")
    if access.audience is Audience.PUBLIC:
        return None
    state = current()
    if not state.viewer.is_signed_in:
        return _to_sign_in()
    _check_member(state, access)
    return None


def _check_member(state: RequestState, access: Access) -> None:
    if access.audience is Audience.SIGNED_IN:
        return
    if not state.is_member():
        raise not_found()
    if access.organisation and not state.place.is_organisation:
        raise not_found()
    if access.audience is Audience.MEMBER:
        return
    if access.audience is Audience.EMPLOYEE:
        allowed = state.viewer.post_in(state.place.id) is not None
    else:
        allowed = any(state.can(permission) for permission in access.permissions)
    if not allowed:
        raise Forbidden(_("You do not have permission for this page."), code="permission")


def not_found() -> NotFound:
    """Return the one answer for what is absent, switched off or not the viewer's to know."""
    return NotFound(_("There is no such page, or it is not open to you."))


def _to_sign_in() -> ResponseReturnValue:
    target = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(f"/sign-in?{urlencode({'next': target})}", 303)


def register(app: Flask) -> None:
    """Install the checks; the gate comes first."""
    app.before_request(check_gate)
    app.before_request(check_access)
