"""The public pages ``/verify/`` and ``/verify/<code>``: whether a paper is genuine.

They belong to core, so they answer whatever service is off and whoever has left.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.accounts.throttling import QUARTER, Limit, Try, network, spend
from core.errors import Invalid
from core.forms import Form
from core.localization import _
from core.plugin_host.current import current_host
from core.policy.access import public
from core.sdk.declarations import VerifiableDocument
from core.verification import codes, wording
from core.verification.offline import verifier
from core.verification.schemas import CodeSchema
from core.verification.services import Found, find
from core.verification.signing import key_file

blueprint = Blueprint("verification", __name__)
REASON = "whoever is shown a document may check it; its code cannot be guessed"
LOOKS = Limit("verify", 300, QUARTER)
"""Enough for an office that checks a stack of papers, too little to go through codes."""


@blueprint.get("/verify/")
@public(REASON)
def index() -> ResponseReturnValue:
    """Ask for a code."""
    form = Form(CodeSchema())
    if "code" not in request.args or form.read_filters(request.args).has_errors:
        return form.render("verification/ask.html")
    return redirect(url_for("verification.show", code=form.data["code"]), 303)


@blueprint.get("/verify/offline")
@public(REASON)
def offline() -> ResponseReturnValue:
    """Give the file that checks documents without a network."""
    address = f"{current_app.extensions['hamyar_settings'].base_url}/verify/"
    page = verifier(key_file().ring(), _declared().values(), address)
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="hamyar-verifier.html"'
    return response


@blueprint.get("/verify/<code>")
@public(REASON)
def show(code: str) -> ResponseReturnValue:
    """Show the document with this code and whether it is genuine."""
    document = _find(code)
    if document is None:
        return _unknown(code)
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


def _unknown(typed: str) -> ResponseReturnValue:
    form = Form(CodeSchema(), initial={"code": typed[:60]})
    text = _("No document has this code. Compare each character with the paper.")
    form.refuse(Invalid(fields={"code": [text]}))
    page, _status = form.render("verification/ask.html")
    return page, 404


def _declared() -> dict[str, VerifiableDocument]:
    hooks = current_host().hooks
    return {answer.value.kind: answer.value for answer in hooks.verifiable_documents()}
