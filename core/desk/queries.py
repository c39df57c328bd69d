"""What the desk's home counts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from core.database.unit_of_work import UnitOfWork
from core.people.directory import holds_on
from core.people.models import Employment


def headcount(uow: UnitOfWork, municipality_id: UUID) -> dict[str, int]:
    """Return today's employments by kind, the most frequent first."""
    rows = uow.session.execute(
        select(Employment.kind, func.count().label("people"))
        .where(Employment.municipality_id == municipality_id, holds_on(uow.today))
        .group_by(Employment.kind)
        .order_by(func.count().desc(), Employment.kind)
    )
    return {row.kind: row.people for row in rows}
