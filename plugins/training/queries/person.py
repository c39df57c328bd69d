"""One person: courses, place in a queue, passport, next sessions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from core.sdk.services import UnitOfWork
from plugins.training.models import (
    Completion,
    Course,
    Enrolment,
    HoursEntry,
    Meeting,
    Offering,
)
from plugins.training.policies import (
    FINISHED,
    GONE,
    UNDER_WAY,
    WAITING_OR_SEATED,
    EnrolmentState,
)
from plugins.training.services.seats import position


def own_states(
    uow: UnitOfWork, municipality_id: UUID, person_id: UUID, offering_ids: Iterable[UUID]
) -> dict[UUID, Enrolment]:
    """Return a person's enrolments that count, by offering."""
    found = uow.session.scalars(
        select(Enrolment).where(
            Enrolment.municipality_id == municipality_id,
            Enrolment.person_id == person_id,
            Enrolment.offering_id.in_(list(offering_ids)),
            Enrolment.state.not_in(GONE),
        )
    )
    return {enrolment.offering_id: enrolment for enrolment in found}


@dataclass(frozen=True, slots=True)
class OwnCourses:
    """A person's enrolments: before him or running, and past ones; latest first."""

    current: list[Enrolment]
    past: list[Enrolment]


def own_courses(uow: UnitOfWork, municipality_id: UUID, person_id: UUID) -> OwnCourses:
    """Return a person's enrolments with their offerings and courses."""
    rows = list(
        uow.session.scalars(
            select(Enrolment)
            .join(Enrolment.offering)
            .where(Enrolment.municipality_id == municipality_id, Enrolment.person_id == person_id)
            .options(joinedload(Enrolment.offering).joinedload(Offering.course))
            .order_by(Offering.starts_on, Enrolment.id)
        )
    )
    current = [row for row in rows if row.state in WAITING_OR_SEATED]
    return OwnCourses(current, [row for row in rows if row not in current][::-1])


def passport(uow: UnitOfWork, person_id: UUID) -> list[HoursEntry]:
    """Return the entries of a person's training passport, latest first, of all employers."""
    return list(
        uow.session.scalars(
            select(HoursEntry)
            .where(HoursEntry.person_id == person_id)
            .order_by(HoursEntry.ended_on.desc(), HoursEntry.id.desc())
        )
    )


def minutes_by_year(uow: UnitOfWork, person_id: UUID) -> list[tuple[int, int]]:
    """Return (Jalali year, minutes) of a person's passport."""
    rows = uow.session.execute(
        select(HoursEntry.year, func.sum(HoursEntry.minutes))
        .where(HoursEntry.person_id == person_id)
        .group_by(HoursEntry.year)
    )
    return [(year, int(minutes)) for year, minutes in rows]


@dataclass(frozen=True, slots=True)
class NextSession:
    """The next session of somebody's courses."""

    enrolment_id: UUID
    title_fa: str
    title_en: str
    starts_at: datetime
    place: str


def next_sessions(
    uow: UnitOfWork, municipality_id: UUID, person_id: UUID, until: datetime
) -> list[NextSession]:
    """Return the sessions in which a person has a seat, from now until ``until``, in order."""
    rows = uow.session.execute(
        select(Enrolment.id, Course.title_fa, Course.title_en, Meeting.starts_at, Offering.place)
        .join(Enrolment.offering)
        .join(Offering.course)
        .join(
            Meeting,
            (Meeting.municipality_id == Offering.municipality_id)
            & (Meeting.offering_id == Offering.id),
        )
        .where(
            Enrolment.municipality_id == municipality_id,
            Enrolment.person_id == person_id,
            Enrolment.state == EnrolmentState.CONFIRMED,
            Offering.state.in_(UNDER_WAY),
            Meeting.starts_at >= uow.now,
            Meeting.starts_at < until,
        )
        .order_by(Meeting.starts_at)
    )
    return [NextSession(*row) for row in rows]


def queue_place(uow: UnitOfWork, enrolment: Enrolment) -> int | None:
    """Return the place in the queue of somebody who waits, None for others."""
    if enrolment.has_seat or enrolment.state in GONE | FINISHED:
        return None
    return position(uow, enrolment)


def completion_of(uow: UnitOfWork, enrolment: Enrolment) -> Completion | None:
    """Return how a finished enrolment ended, if it has."""
    return uow.session.scalars(
        select(Completion).where(
            Completion.municipality_id == enrolment.municipality_id,
            Completion.enrolment_id == enrolment.id,
        )
    ).one_or_none()


def certificate_of(uow: UnitOfWork, enrolment: Enrolment) -> str:
    """Return the code of the certificate of an enrolment, '' if there is none."""
    code = uow.session.scalar(
        select(HoursEntry.document_code).where(
            HoursEntry.issuer_id == enrolment.municipality_id,
            HoursEntry.enrolment_id == enrolment.id,
        )
    )
    return code or ""


def seats_of(uow: UnitOfWork, municipality_id: UUID, person_id: UUID) -> Sequence[Enrolment]:
    """Return the enrolments in which a person has a seat, or waits, in courses under way."""
    return uow.session.scalars(
        select(Enrolment)
        .join(Enrolment.offering)
        .where(
            Enrolment.municipality_id == municipality_id,
            Enrolment.person_id == person_id,
            Enrolment.state.in_(WAITING_OR_SEATED),
            Offering.state.in_(UNDER_WAY),
        )
        .options(joinedload(Enrolment.offering).joinedload(Offering.course))
        .order_by(Offering.starts_on)
    ).all()
