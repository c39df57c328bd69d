"""Marking who attended which session for how long."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from core.sdk import lazy_gettext
from core.sdk.localization import day_of
from core.sdk.models import new_id
from core.sdk.services import Conflict, Forbidden, Invalid, NotFound, UnitOfWork, record
from plugins.training.models import AttendanceMark, Enrolment, Meeting, Offering
from plugins.training.policies import MARKABLE, EnrolmentState, OfferingAct, OfferingState
from plugins.training.services import meetings
from plugins.training.services.offerings import move
from plugins.training.services.seats import locked


def mark(
    uow: UnitOfWork,
    municipality_id: UUID,
    offering_id: UUID,
    meeting_id: UUID,
    minutes: Mapping[UUID, int],
) -> None:
    """Note how many minutes each enrolment attended a session; earlier marks are replaced.

    The first mark starts an offering whose enrolment is closed.

    Raises:
        Conflict: enrolment is still open, or all is finalised. NotFound: an enrolment of elsewhere.
        Forbidden: one of them is the actor's own.
        Invalid: more minutes than the session has, or the session is still to come.
    """
    offering = locked(uow, municipality_id, offering_id)
    meeting = meetings.get(uow, municipality_id, offering_id, meeting_id)
    _demand_markable(uow, offering, meeting)
    _demand_possible(uow, offering, meeting, minutes)
    if offering.state == OfferingState.CLOSED:
        move(uow, offering, OfferingAct.START)
    if minutes:
        _write(uow, meeting, minutes)
    record(
        uow,
        "training.attendance.mark",
        municipality_id=municipality_id,
        subject_type="training_offering",
        subject_id=offering_id,
        detail={"meeting": str(meeting_id), "people": len(minutes)},
    )


def _demand_markable(uow: UnitOfWork, offering: Offering, meeting: Meeting) -> None:
    if offering.state == OfferingState.OPEN:
        raise Conflict(
            lazy_gettext("Enrolment is still open. Close it first, so that the list is complete."),
            code="still_open",
        )
    if offering.state not in MARKABLE:
        raise Conflict(
            lazy_gettext("Attendance can't be marked any more: the offering is over."),
            code="over",
        )
    if day_of(meeting.starts_at) > uow.today:
        raise Invalid(
            lazy_gettext("This session is still to come. Mark it on its day."), code="future"
        )


def _demand_possible(
    uow: UnitOfWork, offering: Offering, meeting: Meeting, minutes: Mapping[UUID, int]
) -> None:
    rows = uow.session.execute(
        select(Enrolment.id, Enrolment.person_id).where(
            Enrolment.municipality_id == offering.municipality_id,
            Enrolment.offering_id == offering.id,
            Enrolment.state == EnrolmentState.CONFIRMED,
        )
    )
    known = {row.id: row.person_id for row in rows}
    if minutes.keys() - known.keys():
        raise NotFound()
    if uow.actor.person_id in {known[id_] for id_ in minutes}:
        raise Forbidden(
            lazy_gettext("Nobody marks his own attendance. Somebody else must do it."),
            code="own_attendance",
        )
    text = lazy_gettext("The session has only %(minutes)s minutes.", minutes=meeting.minutes)
    wrong = [id_ for id_, value in minutes.items() if not 0 <= value <= meeting.minutes]
    if wrong:
        raise Invalid(fields={f"minutes-{id_}": [text] for id_ in wrong})


def _write(uow: UnitOfWork, meeting: Meeting, minutes: Mapping[UUID, int]) -> None:
    statement = insert(AttendanceMark).values(
        [
            {
                "municipality_id": meeting.municipality_id,
                "id": new_id(),
                "meeting_id": meeting.id,
                "enrolment_id": enrolment_id,
                "minutes": value,
                "marked_at": uow.now,
                "marked_by_name": uow.actor.name,
            }
            for enrolment_id, value in minutes.items()
        ]
    )
    uow.session.execute(
        statement.on_conflict_do_update(
            index_elements=["municipality_id", "meeting_id", "enrolment_id"],
            set_={
                name: statement.excluded[name]
                for name in ("minutes", "marked_at", "marked_by_name")
            },
        )
    )


def of_meeting(uow: UnitOfWork, meeting: Meeting) -> dict[UUID, int]:
    """Return the minutes that are marked, by enrolment."""
    rows = uow.session.execute(
        select(AttendanceMark.enrolment_id, AttendanceMark.minutes).where(
            AttendanceMark.municipality_id == meeting.municipality_id,
            AttendanceMark.meeting_id == meeting.id,
        )
    )
    return {row.enrolment_id: row.minutes for row in rows}


def attended(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID) -> dict[UUID, int]:
    """Return the minutes that each enrolment attended in all sessions together."""
    rows = uow.session.execute(
        select(AttendanceMark.enrolment_id, func.sum(AttendanceMark.minutes).label("minutes"))
        .join(
            Meeting,
            (Meeting.municipality_id == AttendanceMark.municipality_id)
            & (Meeting.id == AttendanceMark.meeting_id),
        )
        .where(
            AttendanceMark.municipality_id == municipality_id, Meeting.offering_id == offering_id
        )
        .group_by(AttendanceMark.enrolment_id)
    )
    return {row.enrolment_id: row.minutes for row in rows}
