"""Seats and queue of an offering: the only code that changes their counters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select, update

from core.sdk import lazy_gettext
from core.sdk.services import Invalid, NotFound, UnitOfWork
from plugins.training import messages
from plugins.training.models import Enrolment, Offering
from plugins.training.policies import EnrolmentState, OfferingState, may_promote
from plugins.training.services.bookings import free

QUEUE_ORDER: Final = Enrolment.queue_number
"""Who waits longest is first (T4)."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a newcomer got: a seat, or a number in the queue."""

    has_seat: bool
    queue_number: int | None


def locked(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID) -> Offering:
    """Return an offering, locked until the transaction ends.

    Raises:
        NotFound: there is none of that id in the municipality.
    """
    found = uow.session.execute(
        select(Offering)
        .where(Offering.municipality_id == municipality_id, Offering.id == offering_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def take_place(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID) -> Place:
    """Take a seat, or the last place of the queue, in one statement (T1, T4).

    The statement locks the row, decides as `policies.Seats.enter` does and counts. That nobody
    waits after it is the sign that the newcomer has a seat.

    Raises:
        Invalid: enrolment isn't open today. NotFound: there is no such offering.
    """
    seat = (Offering.used < Offering.capacity) & (Offering.waiting == 0)
    row = uow.session.execute(
        update(Offering)
        .where(
            Offering.municipality_id == municipality_id,
            Offering.id == offering_id,
            Offering.state == OfferingState.OPEN,
            Offering.opens_on <= uow.today,
            Offering.closes_on >= uow.today,
        )
        .values(
            used=case((seat, Offering.used + 1), else_=Offering.used),
            waiting=case((seat, Offering.waiting), else_=Offering.waiting + 1),
            queue_last=case((seat, Offering.queue_last), else_=Offering.queue_last + 1),
        )
        .returning(Offering.waiting, Offering.queue_last)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        locked(uow, municipality_id, offering_id)
        raise Invalid(
            lazy_gettext("Enrolment in this course is not open any more."), code="not_open"
        )
    return Place(True, None) if row.waiting == 0 else Place(False, row.queue_last)


def leave(
    uow: UnitOfWork,
    offering: Offering,
    enrolment: Enrolment,
    state: EnrolmentState,
    reason: str = "",
) -> None:
    """End an enrolment without the course and give its seat or place in the queue back.

    ``offering`` is locked. The caller calls `promote` when all who leave have left (T5).
    """
    seats = offering.seats.leave(has_seat=enrolment.has_seat)
    offering.used, offering.waiting = seats.used, seats.waiting
    enrolment.state, enrolment.has_seat = state, False
    enrolment.reason, enrolment.ended_at = reason, uow.now
    uow.session.flush()
    free(uow, enrolment)


def promote(uow: UnitOfWork, offering: Offering) -> list[Enrolment]:
    """Give free seats to those who wait longest, and tell them: the one way up (T5).

    ``offering`` is locked. Nothing happens after the last day of enrolment.
    """
    if not may_promote(OfferingState(offering.state), uow.today, offering.closes_on):
        return []
    seats, moved = offering.seats.promote()
    if not moved:
        return []
    found = list(
        uow.session.scalars(
            select(Enrolment)
            .where(*waiting_in(offering))
            .order_by(QUEUE_ORDER)
            .limit(moved)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )
    offering.used, offering.waiting = seats.used, seats.waiting
    for enrolment in found:
        _seat(uow, offering, enrolment)
    uow.session.flush()
    return found


def _seat(uow: UnitOfWork, offering: Offering, enrolment: Enrolment) -> None:
    enrolment.has_seat = True
    if enrolment.state == EnrolmentState.PENDING:
        messages.seat_reserved(uow, offering, enrolment)
    else:
        enrolment.state = EnrolmentState.CONFIRMED
        messages.got_seat(uow, offering, enrolment)


def position(uow: UnitOfWork, enrolment: Enrolment) -> int:
    """Return the place in the queue of somebody who waits, from 1."""
    return (
        uow.session.scalar(
            select(func.count())
            .select_from(Enrolment)
            .where(*waiting_in(enrolment), enrolment.queue_number >= QUEUE_ORDER)
        )
        or 0
    )


def miscounted(uow: UnitOfWork, municipality_id: UUID) -> list[str]:
    """Return a line for each offering whose counters differ from its enrolments (T1)."""
    seats = func.count(Enrolment.id).filter(Enrolment.has_seat)
    queue = func.count(Enrolment.id).filter(
        Enrolment.has_seat.is_(False),
        Enrolment.state.in_([EnrolmentState.PENDING, EnrolmentState.WAITLISTED]),
    )
    rows = uow.session.execute(
        select(Offering.id, Offering.used, seats.label("seats"), Offering.waiting, queue)
        .outerjoin(
            Enrolment,
            (Enrolment.municipality_id == Offering.municipality_id)
            & (Enrolment.offering_id == Offering.id),
        )
        .where(Offering.municipality_id == municipality_id)
        .group_by(Offering.municipality_id, Offering.id)
        .having((seats != Offering.used) | (queue != Offering.waiting))
    )
    return [
        f"offering {row[0]}: {row[1]} seats noted, {row[2]} counted;"
        f" {row[3]} waiting noted, {row[4]} counted"
        for row in rows
    ]


def waiting_in(row: Offering | Enrolment) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the enrolments that wait in an offering, or beside another one."""
    offering_id = row.id if isinstance(row, Offering) else row.offering_id
    return (
        Enrolment.municipality_id == row.municipality_id,
        Enrolment.offering_id == offering_id,
        Enrolment.state.in_([EnrolmentState.PENDING, EnrolmentState.WAITLISTED]),
        Enrolment.has_seat.is_(False),
    )
