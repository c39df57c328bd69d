"""The chart of a municipality: its units level by level, with heads and staff, in one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Row, Select, Subquery, literal, select
from sqlalchemy.dialects.postgresql import distinct_on

from core.database.unit_of_work import UnitOfWork
from core.people.directory import FULL_NAME, assigned_on, assigned_to, holds_on
from core.people.models import Assignment, Employment, Person, Post
from core.people.queries import staff_statement, units_statement


@dataclass(slots=True)
class ChartUnit:
    """A unit with its parts; ``staff`` work in itself, ``everybody`` in its parts too.

    ``head`` is who holds a post that leads others there, ``head_id`` his employment.
    """

    id: UUID
    parent_id: UUID | None
    name: str
    staff: int
    head: str
    head_id: UUID | None
    parts: list[ChartUnit] = field(default_factory=list)

    @property
    def everybody(self) -> int:
        """How many work in the unit and all below it."""
        return self.staff + sum(part.everybody for part in self.parts)


def chart_of(
    uow: UnitOfWork, municipality_id: UUID, day: date, reach: Collection[UUID] | None
) -> list[ChartUnit]:
    """Return the top units on a day; with ``reach`` (units of today's rights) only those."""
    rows = uow.session.execute(statement(municipality_id, day, reach, uow.today))
    return arranged(rows, reach)


def arranged(
    rows: Iterable[Row[*tuple[Any, ...]]], reach: Collection[UUID] | None
) -> list[ChartUnit]:
    """Put rows, upper levels first, under their parents; whose parent isn't shown is on top."""
    top: list[ChartUnit] = []
    known: dict[UUID, ChartUnit] = {}
    for row in rows:
        if reach is None or row.id in reach:
            unit = ChartUnit(
                row.id, row.parent_id, row.name, row.staff or 0, row.head or "", row.head_id
            )
            known[unit.id] = unit
            above = known.get(row.parent_id)
            (above.parts if above else top).append(unit)
    return top


def statement(
    municipality_id: UUID, day: date, reach: Collection[UUID] | None, today: date
) -> Select[*tuple[Any, ...]]:
    """Return the statement: a recursion over units only; staff and heads are joined once."""
    tree = _tree(municipality_id, day)
    staff = staff_statement(municipality_id, day).subquery("staff")
    heads = _heads(municipality_id, day, reach, today)
    return (
        select(
            tree.c.id, tree.c.parent_id, tree.c.name, staff.c.staff, heads.c.head, heads.c.head_id
        )
        .outerjoin(staff, staff.c.unit_id == tree.c.id)
        .outerjoin(heads, heads.c.unit_id == tree.c.id)
        .order_by(tree.c.level, tree.c.sort_key, tree.c.code)
    )


def _tree(municipality_id: UUID, day: date) -> CTE:
    units = units_statement(municipality_id, day).subquery("units")
    holds = (units.c.starts_on <= day) & (units.c.ends_on.is_(None) | (units.c.ends_on > day))
    placed = select(units).where(holds).cte("placed")
    columns = (placed.c.id, placed.c.parent_id, placed.c.name, placed.c.sort_key, placed.c.code)
    top = select(*columns, literal(0).label("level")).where(placed.c.parent_id.is_(None))
    tree = top.cte("tree", recursive=True)
    below = select(*columns, tree.c.level + 1).join(tree, placed.c.parent_id == tree.c.id)
    return tree.union_all(below)


def _heads(
    municipality_id: UUID, day: date, reach: Collection[UUID] | None, today: date
) -> Subquery:
    """Who leads each unit, the first of several; only who is in ``reach`` today."""
    post = (Post.municipality_id == Assignment.municipality_id) & (Post.id == Assignment.post_id)
    found = (
        select(Assignment.unit_id, FULL_NAME.label("head"), Employment.id.label("head_id"))
        .ext(distinct_on(Assignment.unit_id))
        .select_from(Assignment)
        .join(Post, post)
        .join(Employment, assigned_on(literal(day)))
        .outerjoin(Person, Person.id == Employment.person_id)
        .where(Assignment.municipality_id == municipality_id, Post.is_manager, holds_on(day))
        .order_by(Assignment.unit_id, Assignment.starts_on, Employment.id)
    )
    if reach is not None:
        found = found.where(assigned_to(reach, today))
    return found.subquery("heads")
