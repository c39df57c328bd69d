"""How far an account is, in Python and in SQL."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from core.accounts.models import Account
from core.localization import lazy_gettext
from core.sdk.text import Text


class State(enum.StrEnum):
    """``NONE``: nobody has asked for one; ``PENDING``: nobody has chosen a password yet."""

    ACTIVE = "active"
    PENDING = "pending"
    CLOSED = "closed"
    NONE = "none"


WORDS: Final[Mapping[str, Text]] = {
    State.ACTIVE: lazy_gettext("can sign in"),
    State.PENDING: lazy_gettext("invited, not activated yet"),
    State.CLOSED: lazy_gettext("closed by an officer"),
    State.NONE: lazy_gettext("none yet"),
}
"""The words for the states, the same everywhere."""

CONDITIONS: Final[Mapping[str, tuple[ColumnElement[bool], ...]]] = {
    State.ACTIVE: (Account.active.is_(True), Account.password.is_not(None)),
    State.PENDING: (Account.active.is_(True), Account.password.is_(None)),
    State.CLOSED: (Account.active.is_(False),),
}


def state_of(account: Any) -> State:
    """Return how far an account (or a row with ``active`` and ``is_pending``) is."""
    if not account.active:
        return State.CLOSED
    return State.PENDING if account.is_pending else State.ACTIVE


def state_for(person_id: ColumnElement[UUID] | Any) -> ColumnElement[str]:
    """Return the state of the account of the person in a column of the statement around."""
    state = case(
        (Account.active.is_(False), State.CLOSED),
        (Account.password.is_(None), State.PENDING),
        else_=State.ACTIVE,
    )
    found = select(state).where(Account.person_id == person_id)
    return func.coalesce(found.correlate(person_id.class_).scalar_subquery(), State.NONE)


def is_in(state: str, person_id: ColumnElement[UUID] | Any) -> ColumnElement[bool]:
    """Return the condition that the person in a column has an account in that state."""
    found = select(Account.id).where(Account.person_id == person_id, *CONDITIONS.get(state, ()))
    exists = found.correlate(person_id.class_).exists()
    return ~exists if state == State.NONE else exists
