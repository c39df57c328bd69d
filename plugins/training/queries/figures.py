"""Numbers for the dashboard and for switching the service off."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from core.sdk.services import UnitOfWork
from plugins.training.models import (
    Completion,
    Enrolment,
    Offering,
)
from plugins.training.policies import (
    UNDER_WAY,
    OfferingState,
)


def in_period(
    uow: UnitOfWork, municipality_id: UUID, start: date, end: date
) -> tuple[int, int, int]:
    """Return open offerings, and minutes and certificates of courses ended in ``start``…``end``."""
    counted = uow.session.execute(
        select(
            select(func.count())
            .select_from(Offering)
            .where(
                Offering.municipality_id == municipality_id, Offering.state == OfferingState.OPEN
            )
            .scalar_subquery(),
            func.coalesce(func.sum(Offering.minutes), 0),
            func.count(Completion.id),
        )
        .select_from(Completion)
        .join(Completion.enrolment)
        .join(Enrolment.offering)
        .where(
            Completion.municipality_id == municipality_id,
            Completion.passed,
            Offering.ends_on >= start,
            Offering.ends_on < end,
        )
    ).one()
    return int(counted[0]), int(counted[1]), int(counted[2])


def under_way(uow: UnitOfWork, municipality_id: UUID) -> tuple[int, int]:
    """Return how many offerings are under way and how many people have or want a seat there."""
    row = uow.session.execute(
        select(func.count(), func.coalesce(func.sum(Offering.used + Offering.waiting), 0)).where(
            Offering.municipality_id == municipality_id, Offering.state.in_(UNDER_WAY)
        )
    ).one()
    return int(row[0]), int(row[1])
