"""Accounts at the desk: the list, one account, and what an officer can do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts import own, queries, services
from core.accounts.models import Account
from core.accounts.policies import is_in_charge, may_manage
from core.accounts.queries import Reach
from core.accounts.request_state import current
from core.accounts.schemas import STATES, AccountFilters, NewAccountSchema, ReasonSchema
from core.accounts.states import state_of
from core.accounts.views.paper import slips_file
from core.forms import Form
from core.localization import _
from core.people.directory import current_employment, in_subtree
from core.people.models import Employment
from core.people.policies import last_day
from core.policy.access import requires
from core.policy.enforcement import not_found
from core.policy.queries import grants_of_account

blueprint = Blueprint("accounts", __name__, url_prefix="/m/<municipality>/accounts")


@blueprint.get("/")
@requires("accounts.view")
def index() -> str:
    """List accounts; filters and page live in the address."""
    form = Form(AccountFilters()).read_filters(request.args)
    page = queries.page(
        current().uow,
        reach("accounts.view"),
        form.data["q"],
        form.data["state"],
        request.args.get("cursor"),
    )
    return render_template(
        "accounts/index.html", form=form, page=page, states=STATES, state_of=state_of
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires("accounts.manage")
def new() -> ResponseReturnValue:
    """Add an account for an officer who isn't an employee; a grant comes next."""
    form, state = Form(NewAccountSchema()), current()
    if form.submitted() and form.attempt(services.create, state.uow, state.place, **form.data):
        flash(_("The account is added. Give it a role now."), "success")
        return redirect(url_for("grants.give", who=form.data["username"]), 303)
    return form.render("accounts/new.html")


@blueprint.get("/<uuid:account_id>")
@requires("accounts.view")
def show(account_id: UUID) -> ResponseReturnValue:
    """Show one account."""
    return _page(account_in_reach(account_id, "accounts.view"), Form(ReasonSchema()))


@blueprint.route("/<uuid:account_id>/close", methods=["GET", "POST"])
@requires("accounts.manage")
def close(account_id: UUID) -> ResponseReturnValue:
    """Close the account."""
    return _with_reason(account_id, services.close, _("The account is closed."))


@blueprint.post("/<uuid:account_id>/reopen")
@requires("accounts.manage")
def reopen(account_id: UUID) -> ResponseReturnValue:
    """Open the account again."""
    return _do(account_id, services.reopen, _("The account can sign in again."))


@blueprint.post("/<uuid:account_id>/sign-out")
@requires("accounts.manage")
def sign_out(account_id: UUID) -> ResponseReturnValue:
    """End the account's sessions."""
    return _do(account_id, services.sign_out, _("All devices are signed out."))


@blueprint.route("/<uuid:account_id>/access", methods=["GET", "POST"])
@requires("accounts.manage")
def ask(account_id: UUID) -> ResponseReturnValue:
    """Print a slip, or ask a second officer to."""
    asked = _("A second officer must confirm it now; the slip is printed then.")
    return _with_reason(account_id, services.ask_for_access, asked)


@blueprint.post("/<uuid:account_id>/access/confirm")
@requires("accounts.manage")
def confirm(account_id: UUID) -> ResponseReturnValue:
    """Confirm what another officer asked for, and print the slip."""
    state, account = current(), account_in_reach(account_id, "accounts.manage")
    slip = services.confirm_access(state.uow, state.viewer, state.place, account)
    return slips_file([slip])


@blueprint.post("/<uuid:account_id>/access/cancel")
@requires("accounts.manage")
def cancel(account_id: UUID) -> ResponseReturnValue:
    """Withdraw what was asked for."""
    return _do(account_id, services.cancel_access, _("It is withdrawn."))


def reach(permission: str) -> Reach:
    """Return whom the viewer may see by a permission here."""
    state = current()
    limits = state.viewer.units_for(permission, state.place.id)
    units = None if limits is None else in_subtree(state.uow, state.place.id, limits)
    return Reach(state.place.id, units)


def account_in_reach(account_id: UUID, permission: str) -> Account:
    """Return an account that the viewer may see; raises `NotFound`."""
    account = queries.account_in(current().uow, reach(permission), account_id)
    if account is None:
        raise not_found()
    return account


def _with_reason(account_id: UUID, act: Callable[..., Any], message: str) -> ResponseReturnValue:
    """Do something that needs a reason; without one show the page again."""
    if request.method != "POST":  # as after a switch of the language on this page
        return redirect(url_for("accounts.show", account_id=account_id), 303)
    state, account = current(), account_in_reach(account_id, "accounts.manage")
    form = Form(ReasonSchema())
    if not form.submitted():
        return _page(account, form)
    slip = act(state.uow, state.viewer, state.place, account, form.data["reason"])
    return slips_file([slip]) if slip else _back(account_id, message)


def _do(account_id: UUID, act: Callable[..., Any], message: str) -> ResponseReturnValue:
    state, account = current(), account_in_reach(account_id, "accounts.manage")
    act(state.uow, state.viewer, state.place, account)
    return _back(account_id, message)


def _back(account_id: UUID, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("accounts.show", account_id=account_id), 303)


def _page(account: Account, form: Form) -> ResponseReturnValue:
    state = current()
    places = queries.grant_places(state.uow, [account.id])[account.id]
    cares = _is_in_charge(account, "accounts.view")
    manages = (
        state.can("accounts.manage")
        and _is_in_charge(account, "accounts.manage")
        and may_manage(state.viewer, account.id, places)
    )
    return form.render(
        "accounts/show.html",
        account=account,
        state=state_of(account),
        states=STATES,
        is_privileged=bool(places),
        may_manage=manages,
        is_anothers=not cares,
        is_own=account.id == state.viewer.account_id,
        sessions=own.sessions_of(state.uow, account.id) if cares else [],
        grants=grants_of_account(state.uow, state.place.id, account.id),
        last_day=last_day,
        reset=queries.open_reset(state.uow, state.place.id, account.id),
        employment=_employment(account),
    )


def _employment(account: Account) -> Employment | None:
    if account.person_id is None:
        return None
    return current_employment(current().uow, account.person_id, current().place.id)


def _is_in_charge(account: Account, permission: str) -> bool:
    state = current()
    employer = queries.first_employers(state.uow, [account.person_id]).get(account.person_id)
    return is_in_charge(state.viewer, permission, state.place.id, employer)
