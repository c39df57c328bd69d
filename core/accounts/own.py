"""What people do with their own account: password, sessions, language, theme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select

from core.accounts import passwords, throttling
from core.accounts.activation import set_password
from core.accounts.lookup import organisation_of
from core.accounts.models import Account, AccountSession
from core.accounts.policies import device
from core.accounts.sessions import end_sessions
from core.accounts.throttling import QUARTER, Limit, Try
from core.audit.services import record
from core.database.unit_of_work import UnitOfWork
from core.errors import Invalid, NotFound
from core.localization import lazy_gettext

PASSWORD_LIMIT: Final = Limit("password:account", 10, QUARTER)
WRONG: Final = lazy_gettext("This is not your present password.")


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as its owner and officers see it."""

    id: UUID
    device: str
    address: str
    created_at: datetime
    seen_at: datetime
    is_present: bool


def account(uow: UnitOfWork, account_id: UUID) -> Account:
    """Return an account that is known to exist."""
    return uow.session.get_one(Account, account_id)


def sessions_of(
    uow: UnitOfWork, account_id: UUID, present: UUID | None = None
) -> list[SessionLine]:
    """Return the live sessions of an account, the one used last first."""
    rows = uow.session.scalars(
        select(AccountSession)
        .where(AccountSession.account_id == account_id, AccountSession.expires_at > uow.now)
        .order_by(AccountSession.seen_at.desc())
    )
    return [
        SessionLine(
            row.id, device(row.agent), row.address, row.created_at, row.seen_at, row.id == present
        )
        for row in rows
    ]


def change_password(
    uow: UnitOfWork, account_id: UUID, current: str, new: str, *, present: UUID | None
) -> None:
    """Replace the password; every session but the ``present`` one ends.

    Raises:
        Invalid: ``current`` is wrong, or the new one tells something about its owner.
        TooMany: too many wrong tries.
    """
    tries = [Try(PASSWORD_LIMIT, str(account_id))]
    throttling.spend(tries)
    found = account(uow, account_id)
    if not passwords.matches(current, found.password):
        raise Invalid(fields={"current": [WRONG]})
    throttling.give_back(tries)
    set_password(uow, found, new, but=present)
    _record(uow, "account.password_changed", found)


def end_own_session(uow: UnitOfWork, account_id: UUID, session_id: UUID) -> None:
    """End one of the account's own sessions; raises `NotFound` for another's."""
    ended = uow.session.scalar(
        delete(AccountSession)
        .where(AccountSession.id == session_id, AccountSession.account_id == account_id)
        .returning(AccountSession.id)
    )
    if ended is None:
        raise NotFound
    _record(uow, "account.session_ended", account(uow, account_id))


def end_other_sessions(uow: UnitOfWork, account_id: UUID, present: UUID | None) -> None:
    """End all sessions but the present one."""
    end_sessions(uow, account_id, but=present)
    _record(uow, "account.sessions_ended", account(uow, account_id))


def prefer(uow: UnitOfWork, account_id: UUID, **values: str) -> None:
    """Keep ``theme`` or ``locale`` with the account."""
    found = account(uow, account_id)
    for name, value in values.items():
        setattr(found, name, value)


def _record(uow: UnitOfWork, action: str, found: Account) -> None:
    record(
        uow,
        action,
        municipality_id=organisation_of(uow, found.id),
        subject_type="account",
        subject_id=found.id,
        person_id=found.person_id,
    )
