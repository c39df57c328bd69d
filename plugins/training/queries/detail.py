"""One offering with its sessions and its roster."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from core.sdk.services import NotFound, RollLine, UnitOfWork, roll
from plugins.training.models import (
    AttendanceMark,
    Enrolment,
    Meeting,
    Offering,
)
from plugins.training.policies import (
    GONE,
    OfferingState,
)
from plugins.training.services.seats import QUEUE_ORDER


def offering(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID) -> Offering:
    """Return an offering with its course.

    Raises:
        NotFound: there is none of that id in the municipality.
    """
    found = uow.session.scalars(
        select(Offering)
        .where(Offering.municipality_id == municipality_id, Offering.id == offering_id)
        .options(joinedload(Offering.course))
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def visible(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID) -> Offering:
    """Return an offering that employees may see: any but a draft.

    Raises:
        NotFound: there is none of that id in the municipality.
    """
    found = offering(uow, municipality_id, offering_id)
    if found.state == OfferingState.DRAFT:
        raise NotFound()
    return found


def meetings(uow: UnitOfWork, row: Offering) -> list[Meeting]:
    """Return the sessions of an offering in order."""
    return list(
        uow.session.scalars(
            select(Meeting)
            .where(Meeting.municipality_id == row.municipality_id, Meeting.offering_id == row.id)
            .order_by(Meeting.starts_at)
        )
    )


def marked_meetings(uow: UnitOfWork, row: Offering) -> dict[UUID, int]:
    """Return how many people are marked in each session."""
    counts = uow.session.execute(
        select(Meeting.id, func.count(AttendanceMark.id))
        .join(
            AttendanceMark,
            (AttendanceMark.municipality_id == Meeting.municipality_id)
            & (AttendanceMark.meeting_id == Meeting.id),
        )
        .where(Meeting.municipality_id == row.municipality_id, Meeting.offering_id == row.id)
        .group_by(Meeting.id)
    )
    return {meeting_id: int(count) for meeting_id, count in counts}


def attended_meetings(uow: UnitOfWork, row: Offering) -> dict[UUID, int]:
    """Return how many sessions each enrolment that is marked attended, in whole or in part."""
    there = func.count(AttendanceMark.id).filter(AttendanceMark.minutes > 0)
    counts = uow.session.execute(
        select(AttendanceMark.enrolment_id, there)
        .join(
            Meeting,
            (Meeting.municipality_id == AttendanceMark.municipality_id)
            & (Meeting.id == AttendanceMark.meeting_id),
        )
        .where(Meeting.municipality_id == row.municipality_id, Meeting.offering_id == row.id)
        .group_by(AttendanceMark.enrolment_id)
    )
    return {enrolment_id: int(count) for enrolment_id, count in counts}


@dataclass(frozen=True, slots=True)
class Participant:
    """A line of the roster; ``place`` is the place in the queue of who waits."""

    enrolment: Enrolment
    who: RollLine
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """Those with a seat in Persian order, those who wait in the order of the queue, the rest."""

    seated: list[Participant]
    waiting: list[Participant]
    gone: list[Participant]


def roster(uow: UnitOfWork, row: Offering) -> Roster:
    """Return all enrolments of an offering: two statements, however many they are."""
    rows = list(
        uow.session.scalars(
            select(Enrolment)
            .where(
                Enrolment.municipality_id == row.municipality_id, Enrolment.offering_id == row.id
            )
            .order_by(QUEUE_ORDER)
        )
    )
    names = roll(uow, row.municipality_id, [one.employment_id for one in rows])
    people = [Participant(one, names[one.employment_id]) for one in rows]
    waiting = [p for p in people if not p.enrolment.has_seat and p.enrolment.state not in GONE]
    people.sort(key=lambda one: one.who.sort_key)
    return Roster(
        [p for p in people if p.enrolment.has_seat],
        [Participant(p.enrolment, p.who, place) for place, p in enumerate(waiting, 1)],
        [p for p in people if p.enrolment.state in GONE],
    )
