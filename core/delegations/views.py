"""Delegations at the desk: those that I gave and received, giving one, ending one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import RequestState, current
from core.delegations import policies, queries, services
from core.delegations.models import Delegation
from core.delegations.schemas import DelegationSchema
from core.errors import Forbidden
from core.forms import Form
from core.localization import _
from core.people.policies import last_day
from core.plugin_host.current import current_host
from core.policy.access import member
from core.policy.catalogue import titles
from core.requests import inbox
from core.requests.registry import request_types

blueprint = Blueprint("delegations", __name__, url_prefix="/m/<municipality>/delegations")


@blueprint.get("/")
@member
def index() -> str:
    """List the delegations that concern the viewer; of everybody for who sees the rights."""
    state = _decider()
    page = queries.page(
        state.uow,
        state.viewer,
        state.place.id,
        everybodys=state.can("roles.view"),
        cursor=request.args.get("cursor"),
    )
    return render_template(
        "delegations/index.html",
        page=page,
        titles=titles(current_host()),
        viewer=state.viewer,
        manages=state.can("roles.manage"),
        today=state.uow.today,
        last_day=last_day,
    )


@blueprint.route("/give", methods=["GET", "POST"])
@member
def give() -> ResponseReturnValue:
    """Let somebody decide in one's name."""
    state, names = _decider(), titles(current_host())
    offered = _offered(state)
    schema = DelegationSchema.offering((name, names.get(name, name)) for name in offered)
    form = Form(schema, {"starts_on": state.uow.today})
    if form.submitted() and form.attempt(_give, state, offered, form.data):
        text = _("%(name)s can decide in your name.", name=form.result.delegate_name)
        flash(text, "success")
        return redirect(url_for("delegations.index"), 303)
    return form.render("delegations/give.html")


@blueprint.post("/<uuid:delegation_id>/end")
@member
def end(delegation_id: UUID) -> ResponseReturnValue:
    """End one."""
    state = current()
    manages = state.can("roles.manage")
    services.end(state.uow, state.viewer, state.place, delegation_id, manages=manages)
    flash(_("The delegation has ended."), "success")
    return redirect(url_for("delegations.index"), 303)


def _decider() -> RequestState:
    """Return the state of who has an inbox or sees the rights; raise Forbidden for others."""
    state = queries.load_standings(current())
    if not (state.can("roles.view") or inbox.works_here(state.uow, state.viewer, state.place.id)):
        raise Forbidden(_("You do not have permission for this page."), code="permission")
    return state


def _offered(state: RequestState) -> list[str]:
    """Return the decisions that the viewer may delegate."""
    deciding = request_types().permissions()
    return policies.delegable(state.viewer, state.place.id, deciding)


def _give(state: RequestState, offered: list[str], data: dict[str, Any]) -> Delegation:
    return services.give(state.uow, state.viewer, state.place, offered=offered, **data)
