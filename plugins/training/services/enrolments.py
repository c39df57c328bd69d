"""Enrolling through the request engine, withdrawing, leaving.

A request reserves a seat or a place in the queue when it is sent (`reserve`), holds it while it
is decided, and then confirms it (`confirm`) or gives it back (`release`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from core.sdk import Municipality, RequestFacts, Viewer, lazy_gettext
from core.sdk.models import new_id
from core.sdk.requests import submit_request, withdraw_request
from core.sdk.services import Conflict, Invalid, NotFound, UnitOfWork, record, refusing
from plugins.training import messages, wording
from plugins.training.models import Enrolment, Meeting, Offering
from plugins.training.policies import (
    WAITING_OR_SEATED,
    EnrolmentState,
    OfferingState,
    withdrawal,
)
from plugins.training.services.bookings import OVERLAP, book
from plugins.training.services.prerequisites import Needed, missing, titles
from plugins.training.services.seats import Place, leave, locked, position, promote, take_place

REQUEST_TYPE: Final = "training.enrolment"
LIVE: Final = "uq_training_enrolment_live"
BEFORE_BEGIN: Final = frozenset({OfferingState.OPEN, OfferingState.CLOSED})
TOO_LATE: Final = lazy_gettext(
    "It is too late to withdraw: the course has begun or the enrolment ended."
)
ENDS: Final = {
    "rejected": EnrolmentState.REJECTED,
    "withdrawn": EnrolmentState.WITHDRAWN,
    "expired": EnrolmentState.LAPSED,
}
"""How a request ended → how the enrolment ended; anything else: cancelled."""


def enrol(
    uow: UnitOfWork,
    place: Municipality,
    *,
    person_id: UUID,
    employment_id: UUID,
    offering: Offering,
    key: str,
) -> Enrolment:
    """Ask for a seat; the same ``key`` again gives the same enrolment.

    Raises:
        Invalid: enrolment isn't open, or the person is enrolled already.
        Conflict: the service takes nothing new.
    """
    request = submit_request(
        uow,
        REQUEST_TYPE,
        municipality_id=place.id,
        person_id=person_id,
        employment_id=employment_id,
        data={
            "offering_id": str(offering.id),
            "course": offering.course.title_fa,
            "course_en": offering.course.title_en,
            "starts_on": offering.starts_on,
            "place": offering.place,
        },
        key=key,
    )
    found = of_request(uow, place.id, request.id)
    if found is None:
        raise NotFound()
    return found


def reserve(uow: UnitOfWork, request: RequestFacts) -> None:
    """Take a seat or a place in the queue for a request that was sent (effect ``submitted``)."""
    earlier = of_request(uow, request.municipality_id, request.id)
    if earlier is not None and earlier.state == EnrolmentState.PENDING:
        return  # it was returned and sent again; the place was kept
    if request.employment_id is None:
        raise NotFound()
    offering_id = UUID(request.data["offering_id"])
    place = take_place(uow, request.municipality_id, offering_id)
    if courses := _missing(uow, request):
        raise Invalid(
            lazy_gettext("Complete this first: %(courses)s.", courses=titles(courses)),
            code="prerequisites",
        )
    already = Invalid(
        lazy_gettext("You are already enrolled in this course, or wait for it."), code="enrolled"
    )
    elsewhere = Invalid(
        lazy_gettext("You have a session of another course at one of these times."), code="overlap"
    )
    with refusing(uow, {LIVE: already, OVERLAP: elsewhere}):
        enrolment = _asked(uow, request, offering_id, place)
        uow.session.add(enrolment)
        book(uow, enrolment)


def _asked(uow: UnitOfWork, request: RequestFacts, offering_id: UUID, place: Place) -> Enrolment:
    """Return the enrolment that a request makes."""
    return Enrolment(
        municipality_id=request.municipality_id,
        id=new_id(),
        offering_id=offering_id,
        person_id=request.person_id,
        employment_id=request.employment_id,
        request_id=request.id,
        reference=request.reference,
        state=EnrolmentState.PENDING,
        has_seat=place.has_seat,
        queue_number=place.queue_number,
        enrolled_at=uow.now,
    )


def confirm(uow: UnitOfWork, request: RequestFacts) -> None:
    """Confirm what an approved request holds (effect ``apply``).

    Raises:
        Conflict: it waits for a seat, but the course has begun; or it holds nothing any more.
    """
    offering, enrolment = _of(uow, request)
    if enrolment is None or enrolment.state != EnrolmentState.PENDING:
        raise Conflict(lazy_gettext("This enrolment has ended meanwhile."), code="ended")
    if courses := _missing(uow, request):
        text = lazy_gettext(
            "Not completed yet: %(courses)s. Reject it with this reason.", courses=titles(courses)
        )
        raise Conflict(text, code="prerequisites")
    if enrolment.has_seat:
        enrolment.state = EnrolmentState.CONFIRMED
        messages.confirmed(uow, offering, enrolment, _begins(uow, offering))
    elif offering.state in BEFORE_BEGIN:
        enrolment.state = EnrolmentState.WAITLISTED
        messages.queued(uow, offering, enrolment, position(uow, enrolment))
    else:
        raise Conflict(
            lazy_gettext("No seat came free before the course began. Reject it with this reason."),
            code="no_seat",
        )
    _audit(uow, enrolment, "training.enrol")


def _missing(uow: UnitOfWork, request: RequestFacts) -> list[Needed]:
    """Return what must be completed before the course that a request is for (T17)."""
    place = request.municipality_id
    offering = uow.session.get_one(Offering, (place, UUID(request.data["offering_id"])))
    return missing(uow, place, offering.course_id, request.person_id)


def _begins(uow: UnitOfWork, offering: Offering) -> datetime:
    """Return when the first session begins; every offering has one."""
    return uow.session.execute(
        select(func.min(Meeting.starts_at)).where(
            Meeting.municipality_id == offering.municipality_id,
            Meeting.offering_id == offering.id,
        )
    ).scalar_one()


def release(uow: UnitOfWork, request: RequestFacts) -> None:
    """Give back what a request held that ended without effect (effect ``closed``)."""
    offering, enrolment = _of(uow, request)
    if enrolment is None or enrolment.state != EnrolmentState.PENDING:
        return
    state = ENDS.get(request.state, EnrolmentState.CANCELLED)
    leave(uow, offering, enrolment, state, request.reason)
    promote(uow, offering)


def standing(uow: UnitOfWork, request: RequestFacts) -> str:
    """Return ``gone`` when nothing is left to approve, else ``there`` (the type's ``base``)."""
    where = (
        Offering.municipality_id == request.municipality_id,
        Offering.id == UUID(request.data["offering_id"]),
    )
    state = uow.session.scalar(select(Offering.state).where(*where))
    enrolment = of_request(uow, request.municipality_id, request.id)
    ended = enrolment is not None and enrolment.state != EnrolmentState.PENDING
    over = state in (None, OfferingState.CANCELLED, OfferingState.FINALISED)
    return "gone" if over or ended else "there"


def withdraw(
    uow: UnitOfWork, viewer: Viewer, municipality_id: UUID, enrolment_id: UUID, reason: str = ""
) -> Enrolment:
    """Take one's own enrolment back before the course begins; the next who waits moves up.

    Raises:
        Conflict: the course has begun, or the enrolment has ended. NotFound: not the viewer's.
        Invalid: the last day of withdrawal is over and there is no ``reason``.
    """
    enrolment = own(uow, viewer, municipality_id, enrolment_id)
    if enrolment.state == EnrolmentState.PENDING and enrolment.request_id:
        withdraw_request(uow, viewer, municipality_id, enrolment.request_id)
        return enrolment
    offering = locked(uow, municipality_id, enrolment.offering_id)
    uow.session.refresh(enrolment, with_for_update=True)
    held = (EnrolmentState.CONFIRMED, EnrolmentState.WAITLISTED)
    if enrolment.state not in held or offering.state not in BEFORE_BEGIN:
        raise Conflict(TOO_LATE, code="too_late")
    state = withdrawal(enrolment.current_state, uow.today, offering.withdraw_by)
    if state is EnrolmentState.LATE_WITHDRAWN and not reason:
        text = lazy_gettext("Say why: the last day of withdrawal is over.")
        raise Invalid(fields={"reason": [text]})
    leave(uow, offering, enrolment, state, reason)
    promote(uow, offering)
    _audit(uow, enrolment, "training.withdraw")
    return enrolment


def end_with_employment(
    uow: UnitOfWork, municipality_id: UUID, employment_ids: Sequence[UUID]
) -> None:
    """Take those who left out of courses that haven't begun; running ones they may finish."""
    rows = uow.session.execute(
        select(Enrolment.offering_id, Enrolment.id)
        .join(Enrolment.offering)
        .where(
            Enrolment.municipality_id == municipality_id,
            Enrolment.employment_id.in_(employment_ids),
            Enrolment.state.in_(WAITING_OR_SEATED),
            Offering.state.in_(BEFORE_BEGIN),
        )
        .order_by(Enrolment.offering_id)
    )
    by_offering: dict[UUID, list[UUID]] = {}
    for offering_id, enrolment_id in rows:
        by_offering.setdefault(offering_id, []).append(enrolment_id)
    for offering_id, ids in by_offering.items():
        _take_out(uow, municipality_id, offering_id, ids)


def _take_out(
    uow: UnitOfWork, municipality_id: UUID, offering_id: UUID, ids: Iterable[UUID]
) -> None:
    offering = locked(uow, municipality_id, offering_id)
    for enrolment in live_ones(uow, offering):
        if enrolment.id in ids:
            leave(uow, offering, enrolment, EnrolmentState.CANCELLED)
            _audit(uow, enrolment, "training.leave")
    promote(uow, offering)


def live_ones(uow: UnitOfWork, offering: Offering) -> list[Enrolment]:
    """Return, locked, the enrolments of a locked offering that wait or hold a seat."""
    return list(
        uow.session.scalars(
            select(Enrolment)
            .where(
                Enrolment.municipality_id == offering.municipality_id,
                Enrolment.offering_id == offering.id,
                Enrolment.state.in_(WAITING_OR_SEATED),
            )
            .order_by(Enrolment.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def own(uow: UnitOfWork, viewer: Viewer, municipality_id: UUID, enrolment_id: UUID) -> Enrolment:
    """Return the viewer's own enrolment; raise NotFound for anybody else's."""
    found = uow.session.get(Enrolment, (municipality_id, enrolment_id))
    if found is None or viewer.person_id is None or found.person_id != viewer.person_id:
        raise NotFound()
    return found


def of_request(uow: UnitOfWork, municipality_id: UUID, request_id: UUID) -> Enrolment | None:
    """Return the enrolment that a request made, if any; the latest if it was taken up again."""
    return uow.session.scalars(
        select(Enrolment)
        .where(Enrolment.municipality_id == municipality_id, Enrolment.request_id == request_id)
        .order_by(Enrolment.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _of(uow: UnitOfWork, request: RequestFacts) -> tuple[Offering, Enrolment | None]:
    """Lock the offering first, then read what the request made in it."""
    offering = locked(uow, request.municipality_id, UUID(request.data["offering_id"]))
    return offering, of_request(uow, request.municipality_id, request.id)


def _audit(uow: UnitOfWork, enrolment: Enrolment, action: str) -> None:
    record(
        uow,
        action,
        municipality_id=enrolment.municipality_id,
        subject_type="training_enrolment",
        subject_id=enrolment.id,
        person_id=enrolment.person_id,
        reason=enrolment.reason,
        detail={"state": enrolment.state, "has_seat": enrolment.has_seat},
        words=wording.told(action, enrolment),
    )
