"""What people see of themselves in the portal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select

from core.accounts.models import Account
from core.audit.models import AuditEntry
from core.database.paging import Page, fetch
from core.database.unit_of_work import UnitOfWork
from core.localization import current_locale
from core.municipalities.models import Municipality
from core.people.directory import assigned_on, nearest_day, pay_on
from core.people.models import Assignment, Employment, OrgUnit, Person, Post
from core.people.policies import Span, Status, last_day

PER_PAGE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Career:
    """One employment of a person; unit, post and pay are known while it holds only."""

    employment_id: UUID
    employer: str
    personnel_number: str
    kind: str
    status: Status
    starts_on: date
    last_day: date | None
    unit: str
    post: str
    monthly_base: int | None


def person_of(uow: UnitOfWork, person_id: UUID) -> Person | None:
    """Return the person whose transaction it is."""
    return uow.session.get(Person, person_id)


def careers_of(uow: UnitOfWork, person_id: UUID) -> list[Career]:
    """Return all employments of a person: those that hold first, then the latest."""
    unit = (OrgUnit.municipality_id == Assignment.municipality_id) & (
        OrgUnit.id == Assignment.unit_id
    )
    post = (Post.municipality_id == Assignment.municipality_id) & (Post.id == Assignment.post_id)
    pay = pay_on(uow.today)
    rows = uow.session.execute(
        select(
            Employment,
            Municipality,
            OrgUnit.name.label("unit"),
            Post.title.label("post"),
            pay.label("pay"),
        )
        .join(Municipality, Municipality.id == Employment.municipality_id)
        .outerjoin(Assignment, assigned_on(nearest_day(uow.today)))
        .outerjoin(OrgUnit, unit)
        .outerjoin(Post, post)
        .where(Employment.person_id == person_id)
        .order_by(Employment.starts_on.desc())
    )
    careers = [_career(row, uow.today) for row in rows]
    return sorted(careers, key=lambda career: career.status is not Status.ACTIVE)


def _career(row: Row[*tuple[Any, ...]], today: date) -> Career:
    employment = row.Employment
    return Career(
        employment_id=employment.id,
        employer=row.Municipality.name(current_locale()),
        personnel_number=employment.personnel_number,
        kind=employment.kind,
        status=Span(employment.starts_on, employment.ends_on).status_on(today),
        starts_on=employment.starts_on,
        last_day=last_day(employment.ends_on),
        unit=row.unit or "",
        post=row.post or "",
        monthly_base=row.pay,
    )


def seen(uow: UnitOfWork, person_id: UUID, cursor: str | None) -> Page[Row[Any]]:
    """Return a page of the acts that concern a person, the latest first."""
    row = AuditEntry
    statement = (
        select(
            row.at,
            row.municipality_id,
            row.number,
            row.kind,
            row.action,
            row.actor_account_id,
            row.actor_name,
            Account.display_name.label("principal"),
            row.reason,
            row.detail,
            Municipality.name_fa,
            Municipality.name_en,
        )
        .join(Municipality, Municipality.id == row.municipality_id)
        .outerjoin(Account, Account.id == row.on_behalf_of)
        .where(row.person_id == person_id)
    )
    keys = (row.at, row.municipality_id, row.number)
    return fetch(uow.session, statement, keys, cursor, descending=True, size=PER_PAGE)


def offices_of(uow: UnitOfWork, municipality_ids: frozenset[UUID]) -> list[Municipality]:
    """Return whom to ask: these municipalities, then the organisations that they belong to."""
    employers = list(
        uow.session.scalars(select(Municipality).where(Municipality.id.in_(municipality_ids)))
    )
    above = {one.organisation_id for one in employers if one.organisation_id}
    missing = above - {one.id for one in employers}
    found = select(Municipality).where(Municipality.id.in_(missing))
    return employers + list(uow.session.scalars(found))
