"""When those who work somewhere today have worked there, and when as managers."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import aliased

from core.database.unit_of_work import UnitOfWork
from core.people.models import Assignment, Employment, Post
from core.sdk.values import Tenure


def tenures(
    uow: UnitOfWork, municipality_id: UUID, start: date, end: date, person_id: UUID | None = None
) -> list[Tenure]:
    """Return the employments that touch the days from ``start`` until before ``end``.

    Only those of people who are employed there today, or of one person; one statement.
    """
    statement = _statement(municipality_id).where(
        Employment.starts_on < end,
        or_(Employment.ends_on.is_(None), Employment.ends_on > start),
        Employment.person_id == person_id if person_id else _works_there(uow, municipality_id),
    )
    found: dict[UUID, list[Row[Any]]] = {}
    for row in uow.session.execute(statement):
        found.setdefault(row.id, []).append(row)
    return [_tenure(rows) for rows in found.values()]


def _statement(municipality_id: UUID) -> Select[Any]:
    """Select employments, a row for each assignment as a manager, one if there is none."""
    leads = (
        select(Post.id)
        .where(
            Post.municipality_id == Assignment.municipality_id,
            Post.id == Assignment.post_id,
            Post.is_manager,
        )
        .correlate(Assignment)
        .exists()
    )
    as_manager = and_(
        Assignment.municipality_id == Employment.municipality_id,
        Assignment.employment_id == Employment.id,
        Assignment.is_primary,
        leads,
    )
    columns: tuple[Any, ...] = (
        Employment.id,
        Employment.person_id,
        Employment.kind,
        Employment.starts_on,
        Employment.ends_on,
        Employment.sort_key,
        Assignment.starts_on.label("manages_from"),
        Assignment.ends_on.label("manages_until"),
    )
    return (
        select(*columns)
        .select_from(Employment)
        .outerjoin(Assignment, as_manager)
        .where(Employment.municipality_id == municipality_id)
        .order_by(Employment.starts_on, Employment.id)
    )


def _works_there(uow: UnitOfWork, municipality_id: UUID) -> ColumnElement[bool]:
    now = aliased(Employment)
    return Employment.person_id.in_(
        select(now.person_id).where(
            now.municipality_id == municipality_id,
            now.starts_on <= uow.today,
            or_(now.ends_on.is_(None), now.ends_on > uow.today),
        )
    )


def _tenure(rows: list[Row[Any]]) -> Tenure:
    first = rows[0]
    return Tenure(
        first.id,
        first.person_id,
        first.kind,
        first.starts_on,
        first.ends_on,
        tuple((row.manages_from, row.manages_until) for row in rows if row.manages_from),
        first.sort_key,
    )
