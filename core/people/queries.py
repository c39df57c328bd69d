"""The list of employees: one statement for a page, Core rows, within a tenant index."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, case, func, literal, or_, select, true

from core.accounts.state_queries import is_in, state_for
from core.database.paging import Page, fetch
from core.database.unit_of_work import UnitOfWork
from core.localization import identifiers
from core.localization.text import search_key, sort_key
from core.people.directory import (
    FAMILY_NAME,
    GIVEN_NAME,
    assigned_on,
    assigned_to,
    holds_on,
    nearest_day,
    unit_facts_on,
)
from core.people.models import Assignment, Employment, OrgUnit, OrgUnitChange, Person, Post
from core.people.policies import Span, Status, subtrees

STATUS_CONDITIONS: Final[Mapping[str, Callable[[date], ColumnElement[bool]]]] = {
    Status.ACTIVE: holds_on,
    Status.FUTURE: lambda today: Employment.starts_on > today,
    Status.FORMER: lambda today: Employment.ends_on <= today,
}
COUNTED: Final = 1000
"""Up to so many employees are counted for the foot of the list."""
LAST: Final = "\U0010ffff"
"""Behind every text that begins with a prefix."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is limited to; '' and None mean no limit.

    ``limits`` are the units whose staff of today the viewer may see, None = all: rights go by
    today, whatever day is asked for. ``account`` is a state of accounts
    (`core.accounts.states`). ``on`` is the day that the list is of, None = today.
    """

    text: str = ""
    unit: UUID | None = None
    kind: str = ""
    status: str = Status.ACTIVE
    account: str = ""
    limits: frozenset[UUID] | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in the tree; ``depth`` counts from 0 at the top of what the viewer may see."""

    id: UUID
    parent_id: UUID | None
    code: str
    name: str
    starts_on: date
    ends_on: date | None
    depth: int = 0

    @property
    def span(self) -> Span:
        """When it exists."""
        return Span(self.starts_on, self.ends_on)


def page(
    uow: UnitOfWork,
    municipality_id: UUID,
    filters: Filters,
    units: Mapping[UUID, Unit],
    cursor: str | None,
) -> Page[Row[Any]]:
    """Return a page of employees in Persian order; ``units`` are `units_of` the municipality."""
    conditions = conditions_of(municipality_id, filters, units, uow.today)
    keys = (Employment.sort_key, Employment.id)
    return fetch(uow.session, listing_of(uow, filters).where(*conditions), keys, cursor)


def count(
    uow: UnitOfWork, municipality_id: UUID, filters: Filters, units: Mapping[UUID, Unit]
) -> int | None:
    """Return how many employees the filters leave; None if they are more than `COUNTED`.

    Counting 20,000 rows under row-level security costs ten times the page itself.
    """
    conditions = conditions_of(municipality_id, filters, units, uow.today)
    some = select(Employment.id).where(*conditions).limit(COUNTED + 1).subquery()
    found = uow.session.execute(select(func.count()).select_from(some)).scalar_one()
    return found if found <= COUNTED else None


def listing_of(uow: UnitOfWork, filters: Filters) -> Select[*tuple[Any, ...]]:
    """Return the columns of the list on the day that the filters ask for."""
    return listing(filters.on or uow.today, dated=filters.on is not None)


@lru_cache(16)
def listing(day: date, *, dated: bool = False) -> Select[*tuple[Any, ...]]:
    """Return the columns of the list; names come from the snapshot if need be.

    Made once a day: putting it together takes SQLAlchemy as long as running it. ``dated`` for
    another day than today: units are named as they are on that day.
    """
    unit = (OrgUnit.municipality_id == Assignment.municipality_id) & (
        OrgUnit.id == Assignment.unit_id
    )
    post = (Post.municipality_id == Assignment.municipality_id) & (Post.id == Assignment.post_id)
    facts = unit_facts_on(nearest_day(day))
    name = func.coalesce(facts.c.name, OrgUnit.name) if dated else OrgUnit.name
    statement = (
        select(
            Employment.id,
            Employment.sort_key,
            Employment.personnel_number,
            Employment.kind,
            Employment.starts_on,
            Employment.ends_on,
            GIVEN_NAME.label("given_name"),
            FAMILY_NAME.label("family_name"),
            name.label("unit"),
            Post.title.label("post"),
            state_for(Employment.person_id).label("account"),
        )
        .select_from(Employment)
        .outerjoin(Person, Person.id == Employment.person_id)
        .outerjoin(Assignment, assigned_on(nearest_day(day)))
        .outerjoin(OrgUnit, unit)
        .outerjoin(Post, post)
    )
    return statement.outerjoin(facts, true()) if dated else statement


def conditions_of(
    municipality_id: UUID, filters: Filters, units: Mapping[UUID, Unit], today: date
) -> list[ColumnElement[bool]]:
    """Return the conditions on `Employment` that the filters stand for."""
    day = filters.on or today
    found = [Employment.municipality_id == municipality_id]
    if filters.limits is not None:
        found.append(assigned_to(filters.limits, today))
    if filters.unit is not None:
        found.append(assigned_to(below(units, {filters.unit}), day))
    if filters.kind:
        found.append(Employment.kind == filters.kind)
    if filters.status in STATUS_CONDITIONS:
        found.append(STATUS_CONDITIONS[filters.status](day))
    if filters.account:
        found.append(is_in(filters.account, Employment.person_id))
    if filters.text:
        found.append(_matches(filters.text))
    return found


def _matches(text: str) -> ColumnElement[bool]:
    """Match names in either order, a personnel number, or a whole national ID.

    Ranges instead of LIKE: under row-level security only leakproof operators use the index.
    """
    key, number = search_key(text), identifiers.personnel_key(text)
    ways = []
    if key:
        ways += [_begins(Employment.name_key, key), _begins(Employment.given_key, key)]
    if number:
        ways.append(_begins(Employment.number_key, number))
    national_id = identifiers.national_id(text)
    if national_id:
        known = select(Person.id).where(Person.national_id == national_id).scalar_subquery()
        ways.append(Employment.person_id == known)
        ways.append(Employment.snapshot["national_id"].astext == national_id)
    return or_(*ways) if ways else Employment.id.is_(None)


def _begins(column: ColumnElement[Any] | Any, prefix: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (column >= prefix) & (column < prefix + LAST)
    return found


def units_of(
    uow: UnitOfWork,
    municipality_id: UUID,
    limits: frozenset[UUID] | None = None,
    on: date | None = None,
) -> dict[UUID, Unit]:
    """Return the units in the order of the tree, names in Persian order within each level.

    With ``limits`` only those and what is below them today, for rights go by today. ``on``
    gives names and places of that day; what doesn't exist then is among them.
    """
    units_then = units_statement(municipality_id, on)
    order = (units_then.selected_columns.sort_key, units_then.selected_columns.code)
    rows = uow.session.execute(units_then.order_by(*order))
    now, units = {}, {}
    for row in rows:
        now[row.id] = row.parent_now
        units[row.id] = Unit(row.id, row.parent_id, row.code, row.name, row.starts_on, row.ends_on)
    shown = units.keys() if limits is None else subtrees(now, limits)
    ordered: dict[UUID, Unit] = {}
    children: dict[UUID | None, list[Unit]] = {}
    for unit in units.values():
        if unit.id in shown:
            parent = unit.parent_id if unit.parent_id in shown else None
            children.setdefault(parent, []).append(unit)
    _descend(children, None, 0, ordered)
    return ordered


def units_statement(municipality_id: UUID, on: date | None) -> Select[*tuple[Any, ...]]:
    """Return the units with names and places of a day (None: today), ``parent_now`` of today."""
    row = OrgUnit
    same = (row.id, row.code, row.starts_on, row.ends_on, row.parent_id.label("parent_now"))
    statement = select(*same).where(row.municipality_id == municipality_id)
    if on is None:
        return statement.add_columns(row.name, row.sort_key, row.parent_id)
    facts = unit_facts_on(literal(on))
    is_known = facts.c.unit_id.is_not(None)
    return statement.add_columns(
        func.coalesce(facts.c.name, row.name).label("name"),
        func.coalesce(facts.c.sort_key, row.sort_key).label("sort_key"),
        case((is_known, facts.c.parent_id), else_=row.parent_id).label("parent_id"),
    ).outerjoin(facts, true())


def history_of(
    uow: UnitOfWork, municipality_id: UUID, unit_id: UUID
) -> list[Row[*tuple[Any, ...]]]:
    """Return from which days on a unit is called and placed how, the latest first."""
    row = OrgUnitChange
    above = (OrgUnit.municipality_id == row.municipality_id) & (OrgUnit.id == row.parent_id)
    statement = (
        select(row.starts_on, row.name, OrgUnit.name.label("above"))
        .outerjoin(OrgUnit, above)
        .where(row.municipality_id == municipality_id, row.unit_id == unit_id)
        .order_by(row.starts_on.desc())
    )
    return list(uow.session.execute(statement))


def _descend(
    children: Mapping[UUID | None, list[Unit]],
    parent: UUID | None,
    depth: int,
    ordered: dict[UUID, Unit],
) -> None:
    for unit in children.get(parent, []):
        ordered[unit.id] = dataclasses.replace(unit, depth=depth)
        _descend(children, unit.id, depth + 1, ordered)


def reach(units: Mapping[UUID, Unit], limits: frozenset[UUID] | None) -> frozenset[UUID] | None:
    """Return what `Filters.limits` are for a viewer whose `units_of` are ``units``."""
    return None if limits is None else frozenset(units)


def below(units: Mapping[UUID, Unit], roots: frozenset[UUID] | set[UUID]) -> frozenset[UUID]:
    """Return ``roots`` and all units below them."""
    return subtrees({unit.id: unit.parent_id for unit in units.values()}, roots)


def staff_of(uow: UnitOfWork, municipality_id: UUID, day: date) -> dict[UUID, int]:
    """Return how many employees work in each unit on a day, parts of it not counted."""
    rows = uow.session.execute(staff_statement(municipality_id, day))
    return {row.unit_id: row.staff for row in rows}


def staff_statement(municipality_id: UUID, day: date) -> Select[*tuple[Any, ...]]:
    """Return ``unit_id`` and ``staff`` of each unit where somebody works on a day."""
    return (
        select(Assignment.unit_id, func.count().label("staff"))
        .join(Employment, assigned_on(literal(day)))
        .where(Assignment.municipality_id == municipality_id, holds_on(day))
        .group_by(Assignment.unit_id)
    )


def posts_of(uow: UnitOfWork, municipality_id: UUID) -> list[Row[Any]]:
    """Return id, title and ``is_manager`` of the posts, in Persian order."""
    row = Post
    statement = (
        select(row.id, row.title, row.is_manager)
        .where(row.municipality_id == municipality_id)
        .order_by(row.title_key)
    )
    found: list[Row[Any]] = list(uow.session.execute(statement))
    return sorted(found, key=lambda post: sort_key(post.title))
