"""What officers do with accounts: create, close, reopen, sign out, give new access.

An account with a grant is somebody's authority: only who manages accounts wherever it holds
one may touch it, and new access to it needs two officers. That of somebody with two employers
is in the hands of the first.
"""

from __future__ import annotations

import secrets
from typing import Final
from uuid import UUID

from core.accounts.models import Account, AccountReset
from core.accounts.policies import is_in_charge, may_manage
from core.accounts.queries import first_employers, grant_places, open_reset
from core.accounts.sessions import end_sessions
from core.accounts.slips import Slip, make, tell
from core.audit.services import record
from core.database.keys import new_id
from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.localization import lazy_gettext
from core.localization.text import search_key, sort_key
from core.municipalities.place import Place
from core.policy.viewer import Viewer

NOT_YOURS: Final = lazy_gettext(
    "This account has rights elsewhere, or is your own. Ask the organisation's officers."
)
ANOTHERS: Final = lazy_gettext(
    "Another municipality employed this person first and manages the account. "
    "Ask the organisation's officers."
)
TAKEN: Final = lazy_gettext("Somebody else has this user name or e-mail address.")


def create(uow: UnitOfWork, place: Place, *, username: str, name: str, email: str) -> Account:
    """Add an account for somebody who isn't an employee; he activates it himself.

    Raises:
        Invalid: the user name or address is taken.
    """
    account = Account(
        id=new_id(),
        username=username,
        email=email or None,
        display_name=name,
        name_key=search_key(name),
        sort_key=sort_key(name),
        fs_uniquifier=secrets.token_hex(16),
        password=None,
    )
    taken = {
        "uq_account_username": Invalid(fields={"username": [TAKEN]}),
        "uq_account_email": Invalid(fields={"email": [TAKEN]}),
    }
    with refusing(uow, taken):
        uow.session.add(account)
    _record(uow, place, "account.created", account)
    return account


def close(uow: UnitOfWork, viewer: Viewer, place: Place, account: Account, reason: str) -> None:
    """Let an account sign in no more, and end its sessions."""
    _demand(uow, viewer, place, account)
    account.active = False
    end_sessions(uow, account.id)
    _record(uow, place, "account.closed", account, reason)


def reopen(uow: UnitOfWork, viewer: Viewer, place: Place, account: Account) -> None:
    """Let an account sign in again."""
    _demand(uow, viewer, place, account)
    account.active = True
    _record(uow, place, "account.reopened", account)


def sign_out(uow: UnitOfWork, viewer: Viewer, place: Place, account: Account) -> None:
    """End all sessions of an account."""
    _demand(uow, viewer, place, account)
    end_sessions(uow, account.id)
    _record(uow, place, "account.sessions_ended", account)


def ask_for_access(
    uow: UnitOfWork, viewer: Viewer, place: Place, account: Account, reason: str
) -> Slip | None:
    """Return a slip for an account, or None when a second officer must confirm first.

    Raises:
        Conflict: the account is closed, or it is asked for already.
    """
    places = _demand(uow, viewer, place, account)
    if not account.active:
        raise Conflict(lazy_gettext("The account is closed. Reopen it first."))
    if not places:
        return make(uow, place, account)
    reset = AccountReset(
        municipality_id=place.id,
        id=new_id(),
        account_id=account.id,
        requested_by=viewer.account_id,
        requested_by_name=viewer.name,
        requested_at=uow.now,
        reason=reason,
    )
    asked = Conflict(lazy_gettext("New access was asked for already; it waits for confirmation."))
    with refusing(uow, {"uq_account_reset_open": asked}):
        uow.session.add(reset)
    _record(uow, place, "account.access_asked", account, reason)
    tell(uow, place, account, lazy_gettext("New access to your account was asked for"))
    return None


def confirm_access(uow: UnitOfWork, viewer: Viewer, place: Place, account: Account) -> Slip:
    """Confirm what another officer asked for, and return the slip."""
    _demand(uow, viewer, place, account)
    reset = _waiting(uow, place, account)
    second = Forbidden(lazy_gettext("A second officer must confirm this."), code="two_persons")
    with refusing(uow, {"ck_account_reset_two_persons": second}):
        reset.confirmed_by, reset.confirmed_at = viewer.account_id, uow.now
    _record(uow, place, "account.access_confirmed", account, reset.reason)
    return make(uow, place, account)


def cancel_access(uow: UnitOfWork, viewer: Viewer, place: Place, account: Account) -> None:
    """Withdraw what an officer asked for."""
    _demand(uow, viewer, place, account)
    _waiting(uow, place, account).cancelled_at = uow.now
    _record(uow, place, "account.access_cancelled", account)


def _waiting(uow: UnitOfWork, place: Place, account: Account) -> AccountReset:
    reset = open_reset(uow, place.id, account.id, lock=True)
    if reset is None:
        raise NotFound
    return reset


def _demand(uow: UnitOfWork, viewer: Viewer, place: Place, account: Account) -> set[UUID]:
    """Return where the account holds grants; raise `Forbidden` if it is beyond the viewer."""
    employer = first_employers(uow, [account.person_id]).get(account.person_id)
    if not is_in_charge(viewer, "accounts.manage", place.id, employer):
        raise Forbidden(ANOTHERS, code="anothers")
    places = grant_places(uow, [account.id])[account.id]
    if not may_manage(viewer, account.id, places):
        raise Forbidden(NOT_YOURS, code="not_yours")
    return places


def _record(uow: UnitOfWork, place: Place, action: str, account: Account, reason: str = "") -> None:
    record(
        uow,
        action,
        municipality_id=place.id,
        subject_type="account",
        subject_id=account.id,
        person_id=account.person_id,
        reason=reason,
    )
