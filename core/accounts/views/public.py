"""Signing in and out, activating an account, forgotten passwords. All public."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from core.accounts import activation, queries, signing_in
from core.accounts.destinations import START, after_sign_in
from core.accounts.request_state import current
from core.accounts.schemas import CodeSchema, SignInSchema, WhoSchema
from core.accounts.sessions import SignedIn, start_session, stop_session
from core.forms import Form
from core.localization import _
from core.localization.filters import jdatetime
from core.policy.access import public

blueprint = Blueprint("signing", __name__)
WHO_KEY = "_hamyar_code_for"
"""In the session: the account that a code is asked for; of an unknown name a made-up id."""


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public("people sign in here")
def sign_in() -> ResponseReturnValue:
    """Ask for name and password."""
    target = after_sign_in(request.values.get("next", "/"))
    if current().viewer.is_signed_in:
        return redirect(target, 303)
    form = Form(SignInSchema())
    if form.submitted() and form.attempt(signing_in.sign_in, current().uow, **form.data):
        return _enter(form.result, target)
    return form.render("accounts/sign_in.html", target=target)


def _enter(who: SignedIn, target: str) -> ResponseReturnValue:
    """Begin the session and say when the last one began: a stranger's would stand out."""
    start_session(who)
    if who.before:
        flash(_("You last signed in on %(when)s.", when=jdatetime(who.before)), "info")
    return redirect(target, 303)


@blueprint.post("/sign-out")
@public("ending a session that is over already must not fail")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    stop_session()
    return redirect(url_for("signing.sign_in"), 303)


@blueprint.route("/<any(activate, forgot):way>", methods=["GET", "POST"])
@public("who activates an account or has forgotten the password can't sign in")
def begin(way: str) -> ResponseReturnValue:
    """Ask who it is; send a code, or go on with a printed one."""
    form = Form(WhoSchema(queries.places_to_choose(current().uow)))
    sends = request.form.get("action") != "slip"
    step = activation.send_code if sends else activation.identify
    if form.submitted() and form.attempt(step, current().uow, **form.data):
        session[WHO_KEY] = str(form.result)
        return redirect(url_for("signing.finish", way=way, sent=int(sends)), 303)
    return form.render("accounts/begin.html", way=way)


@blueprint.route("/<any(activate, forgot):way>/code", methods=["GET", "POST"])
@public("the second step of activating an account or replacing a password")
def finish(way: str) -> ResponseReturnValue:
    """Ask for the code and a new password, and sign in with it."""
    if WHO_KEY not in session:
        return redirect(url_for("signing.begin", way=way), 303)
    form = Form(CodeSchema())
    if form.submitted() and form.attempt(_choose, form.data):
        start_session(form.result)
        flash(_("Your new password is set."), "success")
        return redirect(START, 303)
    return form.render("accounts/finish.html", way=way, sent=request.args.get("sent") == "1")


def _choose(data: dict[str, str]) -> SignedIn:
    account_id = UUID(session[WHO_KEY])
    return activation.choose_password(current().uow, account_id, data["code"], data["password"])
