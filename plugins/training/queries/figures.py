"""Numbers for the dashboard, for the inbox and for switching the service off."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from core.sdk.services import UnitOfWork
from plugins.training.models import (
    Completion,
    Enrolment,
    Offering,
)
from plugins.training.policies import (
    UNDER_WAY,
    EnrolmentState,
    OfferingState,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How full a course is, and what a request for it holds: a seat, or ``place`` in the queue."""

    request_id: UUID
    capacity: int
    used: int
    waiting: int
    place: int | None


def standings(
    uow: UnitOfWork, municipality_id: UUID, request_ids: Collection[UUID]
) -> list[Standing]:
    """Return what requests hold that still wait for a decision."""
    other = aliased(Enrolment)
    ahead = (
        select(func.count())
        .where(
            other.municipality_id == Enrolment.municipality_id,
            other.offering_id == Enrolment.offering_id,
            other.state.in_([EnrolmentState.PENDING, EnrolmentState.WAITLISTED]),
            other.has_seat.is_(False),
            other.queue_number <= Enrolment.queue_number,
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )
    seats = (Offering.capacity, Offering.used, Offering.waiting)
    rows = uow.session.execute(
        select(Enrolment.request_id, *seats, case((~Enrolment.has_seat, ahead)))
        .join(Enrolment.offering)
        .where(
            Enrolment.municipality_id == municipality_id,
            Enrolment.request_id.in_(request_ids),
            Enrolment.state == EnrolmentState.PENDING,
        )
    )
    return [Standing(*row) for row in rows]


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
