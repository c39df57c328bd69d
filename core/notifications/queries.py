"""Reads of messages; row-level security shows everybody only his own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, or_, select

from core.database.paging import Page, fetch
from core.database.unit_of_work import UnitOfWork
from core.notifications.models import Message, OptOut


def mine(account_id: UUID, person_id: UUID | None) -> ColumnElement[bool]:
    """Return the condition that a message is addressed to somebody."""
    if person_id is None:
        return Message.account_id == account_id
    return or_(Message.account_id == account_id, Message.person_id == person_id)


def inbox(
    uow: UnitOfWork, account_id: UUID, person_id: UUID | None, cursor: str | None
) -> Page[Row[Any]]:
    """Return a page of somebody's messages, newest first."""
    columns = (Message.title, Message.body, Message.href, Message.created_at, Message.read_at)
    statement = select(Message.id, *columns).where(mine(account_id, person_id))
    return fetch(uow.session, statement, [Message.id], cursor, descending=True)


def find(
    uow: UnitOfWork, account_id: UUID, person_id: UUID | None, message_id: UUID
) -> Message | None:
    """Return one message of somebody's inbox."""
    found: Message | None = uow.session.scalar(
        select(Message).where(mine(account_id, person_id), Message.id == message_id)
    )
    return found


def unwanted(uow: UnitOfWork, account_id: UUID) -> frozenset[str]:
    """Return the topics about which an account wants no mail."""
    return frozenset(
        uow.session.scalars(select(OptOut.topic).where(OptOut.account_id == account_id))
    )
