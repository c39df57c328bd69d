"""Reads of the audit of one municipality."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select

from core.accounts.models import Account
from core.audit.models import AuditEntry
from core.database.paging import Page, fetch
from core.database.unit_of_work import UnitOfWork
from core.localization import clock
from core.localization.text import clean
from core.people import queries as people
from core.people.models import Employment
from core.people.queries import Filters as PeopleFilters


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is limited to; '' and None mean no limit.

    ``action`` is the beginning of a name (``employment.``), ``actor`` a part of a name,
    ``person`` as in the search of employees, the days both included.
    """

    kind: str = ""
    action: str = ""
    actor: str = ""
    person: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


def page(
    uow: UnitOfWork, municipality_id: UUID, filters: Filters, cursor: str | None
) -> Page[Row[Any]]:
    """Return a page of entries, the latest first; numbers are gapless, so they are the key."""
    row = AuditEntry
    statement = select(
        row.number,
        row.at,
        row.kind,
        row.action,
        row.actor_name,
        row.origin,
        row.person_id,
        row.subject_type,
        row.reason,
        row.detail,
        Account.display_name.label("principal"),
    )
    statement = statement.outerjoin(Account, Account.id == row.on_behalf_of).where(
        row.municipality_id == municipality_id, *_conditions(municipality_id, filters, uow)
    )
    return fetch(uow.session, statement, [row.number], cursor, descending=True)


def _conditions(
    municipality_id: UUID, filters: Filters, uow: UnitOfWork
) -> list[ColumnElement[bool]]:
    row = AuditEntry
    found: list[ColumnElement[bool]] = []
    if filters.kind:
        found.append(row.kind == filters.kind)
    if filters.action:
        found.append(row.action.startswith(filters.action, autoescape=True))
    if filters.actor:
        found.append(row.actor_name.contains(clean(filters.actor), autoescape=True))
    if filters.person:
        asked = PeopleFilters(text=filters.person, status="all")
        whom = people.conditions_of(municipality_id, asked, {}, uow.today)
        found.append(row.person_id.in_(select(Employment.person_id).where(*whom)))
    if filters.first:
        found.append(row.at >= _midnight(filters.first))
    if filters.last:
        found.append(row.at < _midnight(filters.last + dt.timedelta(days=1)))
    return found


def _midnight(day: dt.date) -> dt.datetime:
    """The beginning of a day in Tehran."""
    return dt.datetime.combine(day, dt.time(), clock.TEHRAN)
