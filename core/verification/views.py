"""The public pages ``/verify/`` and ``/verify/<code>``: whether a paper is genuine.

They belong to core, so they answer whatever service is off and whoever has left.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.accounts.throttling import QUARTER, Limit, Try, network, spend
from core.plugin_host.current import current_host
from core.policy.access import public
from core.sdk.declarations import VerifiableDocument
from core.verification import codes, wording
from core.verification.services import Found, find

blueprint = Blueprint("verification", __name__)
REASON = "whoever is shown a document may check it; its code cannot be guessed"
LOOKS = Limit("verify", 300, QUARTER)
"""Enough for an office that checks a stack of papers, too little to go through codes."""


@blueprint.get("/verify/")
@public(REASON)
def index() -> ResponseReturnValue:
    """Ask for a code."""
    typed = request.args.get("code", "").strip()
    code = codes.normalise(typed)
    if code is not None:
        return redirect(url_for("verification.show", code=codes.grouped(code)), 303)
    return _page("unknown" if typed else "ask", typed)


@blueprint.get("/verify/<code>")
@public(REASON)
def show(code: str) -> ResponseReturnValue:
    """Show the document with this code and whether it is genuine."""
    document = _find(code)
    if document is None:
        return _page("unknown", code)
    declared = _declared()
    return render_template(
        "verification/document.html",
        document=document,
        title=wording.title(document.payload, declared),
        lines=wording.lines(document.payload, declared),
    )


def _find(code: str) -> Found | None:
    """Look up a well-formed code; a mistyped one doesn't reach the database."""
    normal = codes.normalise(code)
    if normal is None:
        return None
    spend([Try(LOOKS, network(request.remote_addr or ""))])
    return find(current().uow, normal)


def _page(state: str, typed: str) -> ResponseReturnValue:
    page = render_template("verification/ask.html", state=state, typed=typed[:60])
    return page, 404 if state == "unknown" else 200


def _declared() -> dict[str, VerifiableDocument]:
    hooks = current_host().hooks
    return {answer.value.kind: answer.value for answer in hooks.verifiable_documents()}
