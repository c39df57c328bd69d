"""Adding and removing sessions of an offering."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from core.sdk import lazy_gettext
from core.sdk.localization import day_of
from core.sdk.models import new_id
from core.sdk.services import Conflict, DomainError, Invalid, NotFound, UnitOfWork, refusing
from plugins.training.models import Meeting, Offering
from plugins.training.policies import MARKABLE, OfferingState
from plugins.training.services.bookings import OVERLAP, book_meeting, free_meeting
from plugins.training.services.offerings import Span, rules, tell_of_change
from plugins.training.services.seats import locked

CHANGEABLE: Final = MARKABLE | {OfferingState.DRAFT, OfferingState.OPEN}


def add(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID, span: Span) -> Meeting:
    """Add a session and tell the participants.

    Raises:
        Invalid: it overlaps another, comes before the end of enrolment, or somebody who is
        enrolled has a session of another course at that time.
        Conflict: the offering is over.
    """
    offering = _changeable(uow, municipality_id, offering_id)
    meeting = Meeting(
        municipality_id=municipality_id,
        id=new_id(),
        offering_id=offering_id,
        starts_at=span[0],
        ends_at=span[1],
    )
    with refusing(uow, _clashes()):
        uow.session.add(meeting)
        book_meeting(uow, meeting)
    _renew_days(uow, offering)
    tell_of_change(uow, offering)
    return meeting


def _clashes() -> dict[str, DomainError]:
    """Return what the officer reads when a session can't be at that time."""
    texts = {
        "ex_training_meeting_time": lazy_gettext(
            "Another session of this offering is at that time."
        ),
        OVERLAP: lazy_gettext(
            "Somebody who is enrolled has a session of another course at that time."
        ),
    }
    return {name: Invalid(fields={"day": [text]}) for name, text in texts.items()}


def remove(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID, meeting_id: UUID) -> None:
    """Remove a session and tell the participants.

    Raises:
        Conflict: attendance is marked, it is the only one, or the offering is over.
        NotFound: there is no such session in the offering.
    """
    offering = _changeable(uow, municipality_id, offering_id)
    meeting = get(uow, municipality_id, offering_id, meeting_id)
    marked = Conflict(
        lazy_gettext("Attendance of this session is marked already; it can't be removed.")
    )
    free_meeting(uow, meeting)
    with refusing(uow, {"fk_training_attendance_mark_municipality_id_meeting_id": marked}):
        uow.session.delete(meeting)
    _renew_days(uow, offering)
    tell_of_change(uow, offering)


def get(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID, meeting_id: UUID) -> Meeting:
    """Return a session of an offering; raise NotFound if it isn't one."""
    found = uow.session.get(Meeting, (municipality_id, meeting_id))
    if found is None or found.offering_id != offering_id:
        raise NotFound()
    return found


def _changeable(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID) -> Offering:
    offering = locked(uow, municipality_id, offering_id)
    if offering.state not in CHANGEABLE:
        raise Conflict(lazy_gettext("This offering is over; its sessions can't be changed."))
    return offering


def _renew_days(uow: UnitOfWork, offering: Offering) -> None:
    first, last = uow.session.execute(
        select(func.min(Meeting.starts_at), func.max(Meeting.ends_at)).where(
            Meeting.municipality_id == offering.municipality_id,
            Meeting.offering_id == offering.id,
        )
    ).one()
    if first is None:
        raise Conflict(lazy_gettext("An offering needs at least one session."))
    with refusing(uow, rules()):
        offering.starts_on, offering.ends_on = day_of(first), day_of(last)
