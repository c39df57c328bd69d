"""Lines of a list of employees, as services print them: name, number, unit, Persian order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from core.accounts.models import Account
from core.database.unit_of_work import UnitOfWork
from core.people.directory import FULL_NAME, assigned_on, holds_on, nearest_day
from core.people.models import Assignment, Employment, OrgUnit, Person


@dataclass(frozen=True, slots=True)
class RollLine:
    """One employee; ``unit`` is '' without an assignment, ``sort_key`` gives the Persian order."""

    employment_id: UUID
    person_id: UUID
    name: str
    personnel_number: str
    unit: str
    sort_key: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody employed today, and whether there is an account for him, in use or not."""

    employment_id: UUID
    person_id: UUID
    has_account: bool


def members(uow: UnitOfWork, municipality_id: UUID) -> list[Member]:
    """Return all who are employed today in a municipality, by personnel number."""
    rows = uow.session.execute(
        select(Employment.id, Employment.person_id, Account.id.is_not(None).label("has_account"))
        .outerjoin(Account, Account.person_id == Employment.person_id)
        .where(Employment.municipality_id == municipality_id, holds_on(uow.today))
        .order_by(Employment.personnel_number)
    )
    return [Member(*row) for row in rows]


def roll(
    uow: UnitOfWork, municipality_id: UUID, employment_ids: Collection[UUID]
) -> dict[UUID, RollLine]:
    """Return the lines of these employments of a municipality, in one statement."""
    unit = (OrgUnit.municipality_id == Assignment.municipality_id) & (
        OrgUnit.id == Assignment.unit_id
    )
    rows = uow.session.execute(
        select(
            Employment.id,
            Employment.person_id,
            FULL_NAME.label("name"),
            Employment.personnel_number,
            OrgUnit.name.label("unit"),
            Employment.sort_key,
        )
        .select_from(Employment)
        .outerjoin(Person, Person.id == Employment.person_id)
        .outerjoin(Assignment, assigned_on(nearest_day(uow.today)))
        .outerjoin(OrgUnit, unit)
        .where(
            Employment.municipality_id == municipality_id, Employment.id.in_(list(employment_ids))
        )
    )
    return {
        row.id: RollLine(
            row.id, row.person_id, row.name, row.personnel_number, row.unit or "", row.sort_key
        )
        for row in rows
    }
