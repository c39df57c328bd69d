"""The list of employees: one statement for a page, Core rows, within a tenant index."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, literal, or_, select

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
)
from core.people.models import Assignment, Employment, OrgUnit, Person, Post
from core.people.policies import Status, subtrees

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

    ``limits`` are the units whose subtrees the viewer's grants are limited to, None = all.
    ``account`` is a state of accounts (`core.accounts.states`).
    """

    text: str = ""
    unit: UUID | None = None
    kind: str = ""
    status: str = Status.ACTIVE
    account: str = ""
    limits: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in the tree; ``depth`` counts from 0 at the top of what the viewer may see."""

    id: UUID
    parent_id: UUID | None
    code: str
    name: str
    ends_on: date | None
    depth: int = 0


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
    return fetch(uow.session, listing(uow.today).where(*conditions), keys, cursor)


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


@lru_cache(2)
def listing(today: date) -> Select[*tuple[Any, ...]]:
    """Return the columns of the list; names come from the snapshot if need be.

    Made once a day: putting it together takes SQLAlchemy as long as running it.
    """
    unit = (OrgUnit.municipality_id == Assignment.municipality_id) & (
        OrgUnit.id == Assignment.unit_id
    )
    post = (Post.municipality_id == Assignment.municipality_id) & (Post.id == Assignment.post_id)
    return (
        select(
            Employment.id,
            Employment.sort_key,
            Employment.personnel_number,
            Employment.kind,
            Employment.starts_on,
            Employment.ends_on,
            GIVEN_NAME.label("given_name"),
            FAMILY_NAME.label("family_name"),
            OrgUnit.name.label("unit"),
            Post.title.label("post"),
            state_for(Employment.person_id).label("account"),
        )
        .select_from(Employment)
        .outerjoin(Person, Person.id == Employment.person_id)
        .outerjoin(Assignment, assigned_on(nearest_day(today)))
        .outerjoin(OrgUnit, unit)
        .outerjoin(Post, post)
    )


def conditions_of(
    municipality_id: UUID, filters: Filters, units: Mapping[UUID, Unit], today: date
) -> list[ColumnElement[bool]]:
    """Return the conditions on `Employment` that the filters stand for."""
    found = [Employment.municipality_id == municipality_id]
    if filters.limits is not None:
        found.append(assigned_to(below(units, filters.limits), today))
    if filters.unit is not None:
        found.append(assigned_to(below(units, {filters.unit}), today))
    if filters.kind:
        found.append(Employment.kind == filters.kind)
    if filters.status in STATUS_CONDITIONS:
        found.append(STATUS_CONDITIONS[filters.status](today))
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
    uow: UnitOfWork, municipality_id: UUID, limits: frozenset[UUID] | None = None
) -> dict[UUID, Unit]:
    """Return the units in the order of the tree, names in Persian order within each level.

    With ``limits`` only those and what is below them.
    """
    row = OrgUnit
    rows = uow.session.execute(
        select(row.id, row.parent_id, row.code, row.name, row.ends_on)
        .where(row.municipality_id == municipality_id)
        .order_by(row.sort_key, row.code)
    )
    units = {facts.id: Unit(*facts) for facts in rows}
    shown = units if limits is None else {one: units[one] for one in below(units, limits)}
    ordered: dict[UUID, Unit] = {}
    children: dict[UUID | None, list[Unit]] = {}
    for unit in units.values():
        if unit.id in shown:
            parent = unit.parent_id if unit.parent_id in shown else None
            children.setdefault(parent, []).append(unit)
    _descend(children, None, 0, ordered)
    return ordered


def _descend(
    children: Mapping[UUID | None, list[Unit]],
    parent: UUID | None,
    depth: int,
    ordered: dict[UUID, Unit],
) -> None:
    for unit in children.get(parent, []):
        ordered[unit.id] = dataclasses.replace(unit, depth=depth)
        _descend(children, unit.id, depth + 1, ordered)


def below(units: Mapping[UUID, Unit], roots: frozenset[UUID] | set[UUID]) -> frozenset[UUID]:
    """Return ``roots`` and all units below them."""
    return subtrees({unit.id: unit.parent_id for unit in units.values()}, roots)


def staff_of(uow: UnitOfWork, municipality_id: UUID) -> dict[UUID, int]:
    """Return how many employees work in each unit today, parts of it not counted."""
    rows = uow.session.execute(
        select(Assignment.unit_id, func.count().label("staff"))
        .join(Employment, assigned_on(literal(uow.today)))
        .where(Assignment.municipality_id == municipality_id, holds_on(uow.today))
        .group_by(Assignment.unit_id)
    )
    return {row.unit_id: row.staff for row in rows}


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
