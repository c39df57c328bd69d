"""What the desk's home counts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, or_, select

from core.database.unit_of_work import UnitOfWork
from core.people.models import Employment


def headcount(uow: UnitOfWork, municipality_id: UUID) -> dict[str, int]:
    """Return today's employments by kind, the most frequent first."""
    rows = uow.session.execute(
        select(Employment.kind, func.count())
        .where(
            Employment.municipality_id == municipality_id,
            Employment.starts_on <= uow.today,
            or_(Employment.ends_on.is_(None), Employment.ends_on > uow.today),
        )
        .group_by(Employment.kind)
        .order_by(func.count().desc(), Employment.kind)
    )
    return dict(rows.tuples().all())
