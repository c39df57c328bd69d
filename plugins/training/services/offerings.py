"""Planning offerings, opening, closing and cancelling them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from core.sdk import lazy_gettext
from core.sdk.localization import TEHRAN
from core.sdk.models import new_id
from core.sdk.requests import lock_requests, overtake_requests
from core.sdk.services import Conflict, DomainError, Invalid, UnitOfWork, changes, record, refusing
from plugins.training import messages, wording
from plugins.training.models import Course, Enrolment, Meeting, Offering
from plugins.training.policies import (
    UNDER_WAY,
    EnrolmentState,
    IllegalMoveError,
    OfferingAct,
    OfferingState,
    after,
    due_act,
)
from plugins.training.services.enrolments import live_ones
from plugins.training.services.seats import leave, locked, promote

FIELDS: Final = (
    "capacity",
    "opens_on",
    "closes_on",
    "withdraw_by",
    "place",
    "instructor",
    "note",
)
Span = tuple[datetime, datetime]
"""Start and end of a session, aware."""
EDITABLE: Final = frozenset({OfferingState.DRAFT, OfferingState.OPEN, OfferingState.CLOSED})


def rules() -> dict[str, DomainError]:
    """Return, for each constraint on seats and days, what the officer reads at which field."""
    texts = {
        "used": ("capacity", lazy_gettext("More seats than that are taken already.")),
        "window": ("closes_on", lazy_gettext("Enrolment can't end before it begins.")),
        "closes_on": (
            "closes_on",
            lazy_gettext("Enrolment must end by the day of the first session."),
        ),
        "withdraw_by": (
            "withdraw_by",
            lazy_gettext("It must lie between the first day of enrolment and the first session."),
        ),
    }
    return {
        f"ck_training_offering_{name}": Invalid(fields={field: [text]})
        for name, (field, text) in texts.items()
    }


def plan(
    uow: UnitOfWork, course: Course, facts: Mapping[str, Any], meetings: Sequence[Span]
) -> Offering:
    """Plan an offering as a draft, with its sessions as (start, end).

    ``facts``: `FIELDS`, as `schemas.OfferingSchema` gives them.

    Raises:
        Invalid: the days don't fit each other. Conflict: the course is retired.
    """
    if course.retired:
        raise Conflict(lazy_gettext("This course is retired; it can't be offered anew."))
    offering = Offering(
        municipality_id=course.municipality_id,
        id=new_id(),
        course_id=course.id,
        state=OfferingState.DRAFT,
        minutes=course.minutes,
        threshold=course.threshold,
        used=0,
        waiting=0,
        queue_last=0,
        starts_on=meetings[0][0].astimezone(TEHRAN).date(),
        ends_on=meetings[-1][1].astimezone(TEHRAN).date(),
        **{name: facts[name] for name in FIELDS},
    )
    with refusing(uow, rules()):
        uow.session.add(offering)
    for starts_at, ends_at in meetings:
        uow.session.add(
            Meeting(
                municipality_id=offering.municipality_id,
                offering_id=offering.id,
                starts_at=starts_at,
                ends_at=ends_at,
            )
        )
    uow.session.flush()
    _audit(uow, offering, "training.offering.plan", {"starts_on": [None, str(offering.starts_on)]})
    return offering


def sessions(first: date, begins: time, ends: time, *, number: int, every: int) -> list[Span]:
    """Return ``number`` sessions of the same hours, ``every`` so many days, in Tehran's time."""
    days = [first + timedelta(days=every * turn) for turn in range(number)]
    return [
        (datetime.combine(day, begins, TEHRAN), datetime.combine(day, ends, TEHRAN)) for day in days
    ]


def edit(
    uow: UnitOfWork, municipality_id: UUID, offering_id: UUID, facts: Mapping[str, Any]
) -> Offering:
    """Change an offering that hasn't begun; more seats go to those who wait (T5, T6).

    Raises:
        Invalid: fewer seats than are taken, or the days don't fit. Conflict: it has begun.
    """
    offering = locked(uow, municipality_id, offering_id)
    if offering.state not in EDITABLE:
        raise _wrong_state(offering)
    differences = changes({name: getattr(offering, name) for name in FIELDS}, dict(facts))
    if not differences:
        return offering
    with refusing(uow, rules()):
        for name in FIELDS:
            setattr(offering, name, facts[name])
    promote(uow, offering)
    if "place" in differences:
        tell_of_change(uow, offering)
    _audit(uow, offering, "training.offering.change", differences)
    return offering


def tell_of_change(uow: UnitOfWork, offering: Offering) -> None:
    """Tell participants that time or place changed, once people can be enrolled."""
    if offering.state in UNDER_WAY:
        for enrolment in live_ones(uow, offering):
            messages.changed(uow, offering, enrolment)


def open_enrolment(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID) -> Offering:
    """Show a draft in the catalogue, or open enrolment anew.

    Raises:
        Conflict: it has begun, or the last day of enrolment is over.
    """
    offering = locked(uow, municipality_id, offering_id)
    if uow.today > offering.closes_on:
        raise Conflict(
            lazy_gettext("The last day of enrolment is over. Move it to a later day first."),
            code="window_over",
        )
    move(uow, offering, OfferingAct.OPEN)
    promote(uow, offering)
    return offering


def close_enrolment(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID) -> Offering:
    """End enrolment early.

    Raises:
        Conflict: it isn't open.
    """
    offering = locked(uow, municipality_id, offering_id)
    move(uow, offering, OfferingAct.CLOSE)
    return offering


def cancel(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID, *, reason: str) -> Offering:
    """Cancel an offering: everyone is told, and requests still open are closed.

    Raises:
        Conflict: it can't be cancelled any more, or somebody enrolled this very moment.
    """
    offering, pending = locked_with_requests(uow, municipality_id, offering_id)
    offering.reason = reason
    move(uow, offering, OfferingAct.CANCEL)
    for enrolment in live_ones(uow, offering):
        leave(uow, offering, enrolment, EnrolmentState.CANCELLED, reason)
        messages.cancelled(uow, offering, enrolment)
    overtake_requests(uow, municipality_id, pending, told=True)
    return offering


def locked_with_requests(
    uow: UnitOfWork, municipality_id: UUID, offering_id: UUID
) -> tuple[Offering, list[UUID]]:
    """Lock the requests that wait for a decision, then the offering; return it and their ids.

    Raises:
        Conflict: somebody enrolled between the two locks; trying again helps.
    """
    pending = _pending_requests(uow, municipality_id, offering_id)
    lock_requests(uow, municipality_id, pending)
    offering = locked(uow, municipality_id, offering_id)
    if set(_pending_requests(uow, municipality_id, offering_id)) - set(pending):
        raise Conflict(lazy_gettext("Somebody enrolled just now. Look again and repeat it."))
    return offering, pending


def _pending_requests(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID) -> list[UUID]:
    found = uow.session.scalars(
        select(Enrolment.request_id).where(
            Enrolment.municipality_id == municipality_id,
            Enrolment.offering_id == offering_id,
            Enrolment.state == EnrolmentState.PENDING,
            Enrolment.request_id.is_not(None),
        )
    )
    return [request_id for request_id in found if request_id is not None]


def move(uow: UnitOfWork, offering: Offering, act: OfferingAct) -> None:
    """Do ``act`` to a locked offering.

    Raises:
        Conflict: its state doesn't allow it.
    """
    before = offering.state
    try:
        offering.state = after(OfferingState(before), act)
    except IllegalMoveError:
        raise _wrong_state(offering) from None
    uow.session.flush()
    if act is OfferingAct.START:
        _lapse(uow, offering)
    _audit(uow, offering, f"training.offering.{act}", {"state": [before, offering.state]})


def _lapse(uow: UnitOfWork, offering: Offering) -> None:
    """End the waiting of those who were approved: the course has begun without them."""
    for enrolment in live_ones(uow, offering):
        if enrolment.state == EnrolmentState.WAITLISTED:
            leave(uow, offering, enrolment, EnrolmentState.LAPSED)
            messages.lapsed(uow, offering, enrolment)


def follow_calendar(uow: UnitOfWork, municipality_id: UUID) -> int:
    """Close, start and end what the calendar says; return how many moves were made."""
    ids = uow.session.scalars(
        select(Offering.id)
        .where(
            Offering.municipality_id == municipality_id,
            Offering.state.in_([OfferingState.OPEN, OfferingState.CLOSED, OfferingState.RUNNING]),
        )
        .order_by(Offering.id)
    ).all()
    return sum(_follow(uow, locked(uow, municipality_id, offering_id)) for offering_id in ids)


def _follow(uow: UnitOfWork, offering: Offering) -> int:
    moves = 0
    while act := due_act(
        OfferingState(offering.state),
        uow.today,
        closes_on=offering.closes_on,
        starts_on=offering.starts_on,
        ends_on=offering.ends_on,
    ):
        move(uow, offering, act)
        moves += 1
    return moves


def _wrong_state(offering: Offering) -> Conflict:
    return Conflict(
        lazy_gettext(
            "This is not possible any more: the offering is now “%(state)s”.",
            state=wording.OFFERINGS[offering.state][0],
        ),
        code="wrong_state",
    )


def _audit(uow: UnitOfWork, offering: Offering, action: str, detail: dict[str, Any]) -> None:
    record(
        uow,
        action,
        municipality_id=offering.municipality_id,
        subject_type="training_offering",
        subject_id=offering.id,
        reason=offering.reason,
        detail=detail,
    )
