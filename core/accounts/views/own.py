"""One's own account: password, sessions, language, theme."""

from __future__ import annotations

from uuid import UUID

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask import url_for as url
from flask.typing import ResponseReturnValue

from core.accounts import own
from core.accounts.destinations import local_path
from core.accounts.request_state import current
from core.accounts.schemas import ChangePasswordSchema
from core.accounts.sessions import renew_session, signed_in_before
from core.forms import Form
from core.localization import LANGUAGES, _
from core.localization.i18n import COOKIE
from core.policy.access import public, signed_in
from core.shell import THEME_COOKIE, THEMES, set_preference

blueprint = Blueprint("preferences", __name__)


@blueprint.get("/account/")
@signed_in
def index() -> ResponseReturnValue:
    """Show the account with its sessions and preferences."""
    uow = current().uow
    account = own.account(uow, _me())
    sessions = own.sessions_of(uow, account.id, _present())
    return render_template(
        "accounts/own.html", account=account, sessions=sessions, before=signed_in_before()
    )


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    """Change the password."""
    form = Form(ChangePasswordSchema())
    if form.submitted() and form.attempt(_change, form.data):
        renew_session()
        flash(_("Your password was changed. All other devices are signed out."), "success")
        return redirect(url("preferences.index"), 303)
    return form.render("accounts/password.html")


@blueprint.post("/account/sessions/<uuid:session_id>/end")
@signed_in
def end_session(session_id: UUID) -> ResponseReturnValue:
    """Sign one device out."""
    own.end_own_session(current().uow, _me(), session_id)
    flash(_("The device is signed out."), "success")
    return redirect(url("preferences.index"), 303)


@blueprint.post("/account/sessions/end-others")
@signed_in
def end_others() -> ResponseReturnValue:
    """Sign all other devices out."""
    own.end_other_sessions(current().uow, _me(), _present())
    flash(_("All other devices are signed out."), "success")
    return redirect(url("preferences.index"), 303)


@blueprint.post("/preferences/theme")
@public("the colours can be chosen before signing in")
def theme() -> ResponseReturnValue:
    """Choose light, dark or the device's theme."""
    return _prefer("theme", THEME_COOKIE, request.form.get("theme", ""), THEMES)


@blueprint.post("/preferences/language")
@public("the language can be chosen before signing in")
def language() -> ResponseReturnValue:
    """Choose the language of pages and mails."""
    return _prefer("locale", COOKIE, request.form.get("language", ""), tuple(LANGUAGES))


def _prefer(name: str, cookie: str, value: str, allowed: tuple[str, ...]) -> ResponseReturnValue:
    """Keep a choice in a cookie and, when signed in, with the account."""
    response = make_response(redirect(local_path(request.form.get("next", "/")), 303))
    if value in allowed:
        if current().viewer.is_signed_in:
            own.prefer(current().uow, _me(), **{name: value})
        set_preference(response, cookie, value)
    return response


def _change(data: dict[str, str]) -> None:
    own.change_password(current().uow, _me(), data["current"], data["password"], present=_present())


def _me() -> UUID:
    account_id = current().viewer.account_id
    if account_id is None:
        raise LookupError("the view is for people who are signed in")
    return account_id


def _present() -> UUID | None:
    """The row of the session at hand."""
    row_id: UUID | None = session.row_id  # type: ignore[attr-defined] # ServerSession
    return row_id
