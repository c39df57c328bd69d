"""What pages read: the catalogue, one's own courses, lists and rosters of officers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import joinedload

from core.sdk.localization import search_key
from core.sdk.services import NotFound, RollLine, UnitOfWork, roll
from core.sdk.web import Page, fetch
from plugins.training.models import (
    AttendanceMark,
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
    OfferingState,
)
from plugins.training.services.seats import waiting_in

LINE: Final[tuple[Any, ...]] = (
    Offering.id,
    Offering.state,
    Offering.minutes,
    Offering.capacity,
    Offering.used,
    Offering.waiting,
    Offering.opens_on,
    Offering.closes_on,
    Offering.starts_on,
    Offering.ends_on,
    Offering.place,
    Course.title_fa,
    Course.title_en,
    Course.kind,
    Course.code,
)
"""Columns of an offering in lists."""


def _lines(municipality_id: UUID, text: str, kind: str = "") -> Select[Any]:
    statement = (
        select(*LINE).join(Offering.course).where(Offering.municipality_id == municipality_id)
    )
    if text:
        statement = statement.where(_contains(text))
    return statement.where(Course.kind == kind) if kind else statement


def _contains(text: str) -> ColumnElement[bool]:
    """Return the condition that all words of ``text`` occur in the course's search key."""
    key = search_key(text)
    return func.strpos(Course.search_key, key) > 0


def catalogue(
    uow: UnitOfWork, municipality_id: UUID, *, text: str, kind: str, cursor: str | None
) -> Page[Row[Any]]:
    """Return one page of the offerings that take enrolments today, the next ones first."""
    statement = _lines(municipality_id, text, kind).where(
        Offering.state == OfferingState.OPEN,
        Offering.opens_on <= uow.today,
        Offering.closes_on >= uow.today,
    )
    return fetch(uow.session, statement, [Offering.starts_on, Offering.id], cursor, size=20)


def offerings(
    uow: UnitOfWork, municipality_id: UUID, *, text: str, state: str, cursor: str | None
) -> Page[Row[Any]]:
    """Return one page of all offerings, the latest first."""
    statement = _lines(municipality_id, text)
    if state:
        statement = statement.where(Offering.state == state)
    keys = [Offering.starts_on, Offering.id]
    return fetch(uow.session, statement, keys, cursor, descending=True)


def courses(
    uow: UnitOfWork, municipality_id: UUID, *, text: str, cursor: str | None
) -> Page[Row[Any]]:
    """Return one page of the courses in Persian order, with how often each was planned."""
    planned = (
        select(func.count())
        .where(Offering.municipality_id == Course.municipality_id, Offering.course_id == Course.id)
        .correlate(Course)
        .scalar_subquery()
        .label("planned")
    )
    statement = select(
        Course.id,
        Course.code,
        Course.title_fa,
        Course.title_en,
        Course.kind,
        Course.minutes,
        Course.threshold,
        Course.retired,
        Course.sort_key,
        planned,
    ).where(Course.municipality_id == municipality_id)
    if text:
        statement = statement.where(_contains(text))
    return fetch(uow.session, statement, [Course.sort_key, Course.id], cursor)


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
            .order_by(Enrolment.queue_number)
        )
    )
    names = roll(uow, row.municipality_id, [one.employment_id for one in rows])
    people = [Participant(one, names[one.employment_id]) for one in rows]
    people.sort(key=lambda one: one.who.sort_key)
    waiting = [p for p in people if not p.enrolment.has_seat and p.enrolment.state not in GONE]
    waiting.sort(key=lambda one: one.enrolment.queue_number or 0)
    return Roster(
        [p for p in people if p.enrolment.has_seat],
        [Participant(p.enrolment, p.who, place) for place, p in enumerate(waiting, 1)],
        [p for p in people if p.enrolment.state in GONE],
    )


def queue_place(uow: UnitOfWork, enrolment: Enrolment) -> int | None:
    """Return the place in the queue of somebody who waits, None for others."""
    if enrolment.has_seat or enrolment.state in GONE | FINISHED:
        return None
    ahead = Enrolment.queue_number <= enrolment.queue_number
    return uow.session.scalar(
        select(func.count()).select_from(Enrolment).where(*waiting_in(enrolment), ahead)
    )


def completions(
    uow: UnitOfWork, municipality_id: UUID, *, text: str, cursor: str | None
) -> Page[Row[Any]]:
    """Return one page of the certificates issued by a municipality, the latest first."""
    statement = (
        select(
            Completion.id,
            Completion.finalised_at,
            Completion.document_id,
            Offering.ends_on,
            Course.title_fa,
            Course.title_en,
        )
        .join(Completion.enrolment)
        .join(Enrolment.offering)
        .join(Offering.course)
        .where(Completion.municipality_id == municipality_id, Completion.passed)
    )
    if text:
        statement = statement.where(_contains(text))
    keys = [Completion.finalised_at, Completion.id]
    return fetch(uow.session, statement, keys, cursor, descending=True)


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


def open_courses(uow: UnitOfWork, municipality_id: UUID) -> list[Course]:
    """Return the courses that can be offered, in Persian order."""
    return list(
        uow.session.scalars(
            select(Course)
            .where(Course.municipality_id == municipality_id, Course.retired.is_(False))
            .order_by(Course.sort_key, Course.id)
        )
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
