"""Light reads of people for other parts of core and, through the SDK, for services.

Row-level security decides what is seen: a person only where he is employed today (and by
himself); everybody else is known by the snapshot that his employment holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select
from sqlalchemy.sql.selectable import LateralFromClause

from core.database.unit_of_work import UnitOfWork
from core.municipalities.models import Municipality as MunicipalityRow
from core.municipalities.place import Place
from core.people.models import (
    Assignment,
    Employment,
    OrgUnit,
    OrgUnitChange,
    Person,
    SalaryFact,
)
from core.people.policies import subtrees
from core.sdk import Employee, Municipality

GIVEN_NAME: ColumnElement[str] = func.coalesce(
    Person.given_name, Employment.snapshot["given_name"].astext, ""
)
"""For statements that outer-join `Person` to `Employment`."""
FAMILY_NAME: ColumnElement[str] = func.coalesce(
    Person.family_name, Employment.snapshot["family_name"].astext, ""
)
FULL_NAME: ColumnElement[str] = func.trim(GIVEN_NAME + " " + FAMILY_NAME)


def employee_value(uow: UnitOfWork, place: Municipality, employment_id: UUID) -> Employee | None:
    """Return an employment of ``place`` as hooks are told of it; None if there is none."""
    row = uow.session.execute(
        _people(Employment.person_id, Employment.kind, FULL_NAME.label("name")).where(
            Employment.municipality_id == place.id, Employment.id == employment_id
        )
    ).one_or_none()
    return Employee(row.person_id, employment_id, place, row.name, row.kind) if row else None


def employees_of(uow: UnitOfWork, employment_ids: Iterable[UUID]) -> dict[UUID, Employee]:
    """Return the employments of these ids that the scope covers, each with its municipality."""
    town = MunicipalityRow
    rows = uow.session.execute(
        _people(
            Employment.id,
            Employment.person_id,
            Employment.kind,
            FULL_NAME.label("name"),
            *(town.id.label("town"), town.code, town.kind.label("town_kind")),
            *(town.organisation_id, town.name_fa, town.name_en),
        )
        .join(town, town.id == Employment.municipality_id)
        .where(
            Employment.municipality_id.in_(uow.scope.municipalities),
            Employment.id.in_(list(employment_ids)),
        )
    )
    found = {}
    for row in rows:
        facts = (row.town, row.code, row.town_kind, row.organisation_id, row.name_fa, row.name_en)
        found[row.id] = Employee(row.person_id, row.id, Place(*facts), row.name, row.kind)
    return found


def current_employment(
    uow: UnitOfWork, person_id: UUID, municipality_id: UUID
) -> Employment | None:
    """Return today's employment of a person in a municipality, the oldest if there are two."""
    return uow.session.scalars(
        select(Employment)
        .where(
            Employment.municipality_id == municipality_id,
            Employment.person_id == person_id,
            holds_on(uow.today),
        )
        .order_by(Employment.starts_on, Employment.id)
        .limit(1)
    ).one_or_none()


def name_of(uow: UnitOfWork, person_id: UUID) -> str:
    """Return a person's name; "" for one who isn't known in the scope."""
    return names_of_people(uow, [person_id]).get(person_id, "")


def names_of_people(uow: UnitOfWork, person_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of those who are known in the scope, in one statement."""
    rows = uow.session.execute(
        _people(Employment.person_id, FULL_NAME.label("name"))
        .where(Employment.person_id.in_(list(person_ids)))
        .order_by(Employment.starts_on)
    )
    return {row.person_id: row.name for row in rows}


def names_of(uow: UnitOfWork, employment: Employment) -> tuple[str, str]:
    """Return given and family name of an employment's person."""
    row = uow.session.execute(
        _people(GIVEN_NAME.label("given"), FAMILY_NAME.label("family")).where(
            Employment.municipality_id == employment.municipality_id,
            Employment.id == employment.id,
        )
    ).one()
    return row.given, row.family


def birth_date_of(uow: UnitOfWork, employment: Employment) -> date | None:
    """Return the birth date of an employment's person, as far as the employer knows it."""
    seen = employment.snapshot
    if seen is not None:
        return date.fromisoformat(seen["birth_date"]) if seen["birth_date"] else None
    return uow.session.scalar(select(Person.birth_date).where(Person.id == employment.person_id))


def in_subtree(
    uow: UnitOfWork, municipality_id: UUID, unit_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Return these units and all below them, in one statement."""
    rows = uow.session.execute(
        select(OrgUnit.id, OrgUnit.parent_id).where(OrgUnit.municipality_id == municipality_id)
    )
    return subtrees({row.id: row.parent_id for row in rows}, unit_ids)


def works_in(
    uow: UnitOfWork, municipality_id: UUID, employment_id: UUID, unit_ids: Collection[UUID]
) -> bool:
    """Tell whether an employee works in the subtree of one of the units.

    It counts where he is on the day of the employment that is nearest to today.
    """
    units = in_subtree(uow, municipality_id, unit_ids)
    found = uow.session.scalar(
        select(Employment.id).where(
            Employment.municipality_id == municipality_id,
            Employment.id == employment_id,
            assigned_to(units, uow.today),
        )
    )
    return found is not None


def holds_on(day: date) -> ColumnElement[bool]:
    """Return the condition that an employment holds on ``day``."""
    return (Employment.starts_on <= day) & or_(
        Employment.ends_on.is_(None), Employment.ends_on > day
    )


def nearest_day(day: date) -> ColumnElement[date]:
    """Return the day of each employment that is nearest to ``day`` (`Span.nearest`)."""
    return func.greatest(
        Employment.starts_on, func.least(day, func.coalesce(Employment.ends_on - 1, day))
    )


def assigned_on(day: ColumnElement[date]) -> ColumnElement[bool]:
    """Return the condition that joins an employment's primary assignment of ``day``."""
    row = Assignment
    return (
        (row.municipality_id == Employment.municipality_id)
        & (row.employment_id == Employment.id)
        & row.is_primary
        & (row.starts_on <= day)
        & or_(row.ends_on.is_(None), row.ends_on > day)
    )


def assigned_to(unit_ids: Collection[UUID], today: date) -> ColumnElement[bool]:
    """Return the condition that an employment's assignment is in one of the units."""
    return (
        select(Assignment.id)
        .where(assigned_on(nearest_day(today)), Assignment.unit_id.in_(unit_ids))
        .correlate(Employment)
        .exists()
    )


def unit_facts_on(day: ColumnElement[date]) -> LateralFromClause:
    """Return the name and place that the `OrgUnit` at hand has on a day, if it ever changed.

    The latest change until that day holds; before the first one, the first.
    """
    row = OrgUnitChange
    return (
        select(row.unit_id, row.name, row.sort_key, row.parent_id)
        .where(row.municipality_id == OrgUnit.municipality_id, row.unit_id == OrgUnit.id)
        .order_by(row.starts_on > day, func.abs(row.starts_on - day))
        .limit(1)
        .correlate_except(row)
        .lateral("unit_facts")
    )


def _people(*columns: Any) -> Select[Any]:
    """Select columns of employments with their persons, as far as those can be seen."""
    person = Person.id == Employment.person_id
    return select(*columns).select_from(Employment).outerjoin(Person, person)


def pay_on(day: date) -> ScalarSelect[int]:
    """Return the monthly pay (rial) of the `Employment` at hand on a day, as a sub-select."""
    return (
        select(SalaryFact.monthly_base)
        .where(
            SalaryFact.municipality_id == Employment.municipality_id,
            SalaryFact.employment_id == Employment.id,
            SalaryFact.starts_on <= day,
        )
        .order_by(SalaryFact.starts_on.desc())
        .limit(1)
        .correlate(Employment)
        .scalar_subquery()
    )
