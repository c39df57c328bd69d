"""How far accounts are, in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from core.accounts.models import Account
from core.accounts.states import State

CONDITIONS: Final[Mapping[str, tuple[ColumnElement[bool], ...]]] = {
    State.ACTIVE: (Account.active.is_(True), Account.password.is_not(None)),
    State.PENDING: (Account.active.is_(True), Account.password.is_(None)),
    State.CLOSED: (Account.active.is_(False),),
}


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
