"""What the desk's home counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select

from core.database.unit_of_work import UnitOfWork
from core.people.models import Employment
from core.requests.models import Request
from core.requests.states import OPEN


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open requests: how many, how many of them late, and the earliest date they are due."""

    count: int
    late: int
    oldest_due: date | None


def waiting(uow: UnitOfWork, municipality_id: UUID) -> Waiting:
    """Return how many requests are open and the earliest date that one is due."""
    row = uow.session.execute(
        select(
            func.count(),
            func.count().filter(Request.due_on < uow.today),
            func.min(Request.due_on),
        ).where(Request.municipality_id == municipality_id, Request.state.in_(OPEN))
    ).one()
    return Waiting(*row)


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
