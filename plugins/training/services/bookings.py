"""The time that people keep free for courses: nobody is in two sessions at once (T3).

A booking stands for each session of a course that somebody holds a seat in, waits or asks for,
until the course is finalised or he leaves it. The database refuses two of one person that
overlap in a municipality; one must not learn from an error what another one plans.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, cast, delete, func, insert, select

from core.sdk.services import UnitOfWork
from plugins.training.models import Booking, Enrolment, Meeting, Offering
from plugins.training.policies import WAITING_OR_SEATED

OVERLAP: Final = "ex_training_booking_time"
COLUMNS: Final = (
    "municipality_id",
    "id",
    "person_id",
    "enrolment_id",
    "meeting_id",
    "starts_at",
    "ends_at",
)


def book(uow: UnitOfWork, enrolment: Enrolment) -> None:
    """Book all sessions for somebody who enrols; `OVERLAP` is violated if he is elsewhere."""
    _insert(uow, enrolment.municipality_id, Enrolment.id == enrolment.id)


def book_meeting(uow: UnitOfWork, meeting: Meeting) -> None:
    """Book a new session for all who are in its course, or wait; may violate `OVERLAP`."""
    _insert(uow, meeting.municipality_id, Meeting.id == meeting.id)


def _insert(uow: UnitOfWork, municipality_id: UUID, which: ColumnElement[bool]) -> None:
    uow.session.flush()
    rows = sessions(municipality_id, which)
    uow.session.execute(insert(Booking).from_select(COLUMNS, rows, include_defaults=False))


def sessions(municipality_id: UUID, which: ColumnElement[bool]) -> Select[Any]:
    """Return what is to be booked for enrolments that count, as `COLUMNS`.

    In the order of persons, so that no two transactions wait for each other.
    """
    columns: tuple[Any, ...] = (
        Enrolment.municipality_id,
        cast(func.gen_random_uuid(), Uuid),
        Enrolment.person_id,
        Enrolment.id,
        Meeting.id,
        Meeting.starts_at,
        Meeting.ends_at,
    )
    of_offering = (Meeting.municipality_id == Enrolment.municipality_id) & (
        Meeting.offering_id == Enrolment.offering_id
    )
    return (
        select(*columns)
        .join_from(Enrolment, Meeting, of_offering)
        .where(
            Enrolment.municipality_id == municipality_id,
            Enrolment.state.in_(WAITING_OR_SEATED),
            which,
        )
        .order_by(Enrolment.person_id, Meeting.starts_at)
    )


def free(uow: UnitOfWork, enrolment: Enrolment) -> None:
    """Free the time of somebody who leaves a course."""
    uow.session.execute(
        delete(Booking).where(
            Booking.municipality_id == enrolment.municipality_id,
            Booking.enrolment_id == enrolment.id,
        )
    )


def free_meeting(uow: UnitOfWork, meeting: Meeting) -> None:
    """Free the time of a session that is removed."""
    uow.session.execute(
        delete(Booking).where(
            Booking.municipality_id == meeting.municipality_id, Booking.meeting_id == meeting.id
        )
    )


def free_all(uow: UnitOfWork, offering: Offering) -> None:
    """Free the time of all who were in a course that is over."""
    enrolments = select(Enrolment.id).where(
        Enrolment.municipality_id == offering.municipality_id,
        Enrolment.offering_id == offering.id,
    )
    uow.session.execute(
        delete(Booking).where(
            Booking.municipality_id == offering.municipality_id,
            Booking.enrolment_id.in_(enrolments),
        )
    )
