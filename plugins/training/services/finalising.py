"""Ending an offering: who passed gets certificate and hours, all in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select

from core.sdk import lazy_gettext
from core.sdk.documents import Draft, IssuedDocument, issue_many
from core.sdk.localization import jalali_year
from core.sdk.models import new_id
from core.sdk.requests import overtake_requests
from core.sdk.services import Conflict, Forbidden, UnitOfWork, get_municipality
from plugins.training import messages
from plugins.training.models import Completion, Enrolment, HoursEntry, Meeting, Offering
from plugins.training.policies import (
    EnrolmentState,
    OfferingAct,
    outcome,
    percent,
)
from plugins.training.services.attendance import attended
from plugins.training.services.bookings import free_all
from plugins.training.services.enrolments import live_ones
from plugins.training.services.offerings import locked_with_requests, move
from plugins.training.services.seats import leave

CERTIFICATE: Final = "training.certificate"


@dataclass(frozen=True, slots=True)
class Result:
    """How one participant ends: minutes attended of those held."""

    enrolment: Enrolment
    attended: int
    held: int
    state: EnrolmentState

    @property
    def percent(self) -> int:
        """Attendance in whole percent, rounded down."""
        return percent(self.attended, self.held)


def finalise(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID) -> list[Result]:
    """End an offering: write completions, certificates and hours, and tell everyone (T7, T9).

    Who still waits for a decision or a seat is released. Marks are closed from now on (T8).

    Raises:
        Conflict: it isn't running, or sessions are still to come.
        Forbidden: the actor takes part himself.
    """
    offering, pending = locked_with_requests(uow, municipality_id, offering_id)
    if offering.ends_on > uow.today:
        raise Conflict(
            lazy_gettext("Sessions are still to come. Finalise it when the last one is over."),
            code="sessions_to_come",
        )
    enrolments = live_ones(uow, offering)
    _demand_no_own(uow, enrolments)
    move(uow, offering, OfferingAct.FINALISE)
    offering.finalised_at = uow.now
    _release_others(uow, offering, enrolments)
    overtake_requests(uow, municipality_id, pending)
    found = conclude(uow, offering, enrolments)
    free_all(uow, offering)
    for result in found:
        messages.finished(uow, offering, result.enrolment, result.percent)
    return found


def _demand_no_own(uow: UnitOfWork, enrolments: Sequence[Enrolment]) -> None:
    seated = {one.person_id for one in enrolments if one.state == EnrolmentState.CONFIRMED}
    if uow.actor.person_id in seated:
        raise Forbidden(
            lazy_gettext("You took part in it yourself. Somebody else must finalise it."),
            code="own_enrolment",
        )


def conclude(uow: UnitOfWork, offering: Offering, enrolments: Sequence[Enrolment]) -> list[Result]:
    """Write how the confirmed enrolments end: completion, certificate, hours. Nobody is told."""
    found = results(uow, offering, enrolments)
    documents = _issue(uow, offering, found)
    _write(uow, offering, found, documents)
    return found


def results(uow: UnitOfWork, offering: Offering, enrolments: Sequence[Enrolment]) -> list[Result]:
    """Return how the confirmed enrolments would end with the marks of this moment."""
    held = held_minutes(uow, offering)
    minutes = attended(uow, offering.municipality_id, offering.id)
    return [
        Result(
            enrolment,
            minutes.get(enrolment.id, 0),
            held,
            outcome(minutes.get(enrolment.id, 0), held, offering.threshold),
        )
        for enrolment in enrolments
        if enrolment.state == EnrolmentState.CONFIRMED
    ]


def held_minutes(uow: UnitOfWork, offering: Offering) -> int:
    """Return the minutes of all sessions."""
    found = uow.session.scalars(
        select(Meeting).where(
            Meeting.municipality_id == offering.municipality_id,
            Meeting.offering_id == offering.id,
        )
    )
    return sum(meeting.minutes for meeting in found)


def _release_others(uow: UnitOfWork, offering: Offering, enrolments: Sequence[Enrolment]) -> None:
    for enrolment in enrolments:
        if enrolment.state == EnrolmentState.WAITLISTED:
            leave(uow, offering, enrolment, EnrolmentState.LAPSED)
            messages.lapsed(uow, offering, enrolment)
        elif enrolment.state == EnrolmentState.PENDING:
            leave(uow, offering, enrolment, EnrolmentState.CANCELLED)


def _issue(
    uow: UnitOfWork, offering: Offering, found: Sequence[Result]
) -> dict[UUID, IssuedDocument]:
    drafts = [
        Draft(
            subject=result.enrolment.id,
            person_id=result.enrolment.person_id,
            fields=certificate_fields(offering, result),
            words=lazy_gettext(
                "certificate of “%(course)s”", course=messages.title_of(offering.course)
            ),
        )
        for result in found
        if result.state is EnrolmentState.COMPLETED
    ]
    return issue_many(
        uow, kind=CERTIFICATE, municipality_id=offering.municipality_id, drafts=drafts
    )


def certificate_fields(offering: Offering, result: Result) -> dict[str, Any]:
    """Return the fields of a certificate, all of which are signed."""
    return {
        "course": offering.course.title_fa,
        "course_en": offering.course.title_en,
        "course_code": offering.course.code,
        "minutes": offering.minutes,
        "starts_on": offering.starts_on,
        "ends_on": offering.ends_on,
        "attendance": result.percent,
    }


def _write(
    uow: UnitOfWork,
    offering: Offering,
    found: Sequence[Result],
    documents: Mapping[UUID, IssuedDocument],
) -> None:
    for result in found:
        result.enrolment.state = result.state
        result.enrolment.ended_at = uow.now
    uow.session.flush()
    if found:
        uow.session.execute(
            insert(Completion),
            [_completion(uow, offering, result, documents) for result in found],
        )
    entries = _entries(uow, offering, found, documents)
    if entries:
        uow.session.execute(insert(HoursEntry), entries)


def _completion(
    uow: UnitOfWork,
    offering: Offering,
    result: Result,
    documents: Mapping[UUID, IssuedDocument],
) -> dict[str, Any]:
    document = documents.get(result.enrolment.id)
    return {
        "municipality_id": offering.municipality_id,
        "id": new_id(),
        "enrolment_id": result.enrolment.id,
        "attended_minutes": result.attended,
        "held_minutes": result.held,
        "threshold": offering.threshold,
        "passed": document is not None,
        "document_id": document.id if document else None,
        "finalised_at": uow.now,
    }


def _entries(
    uow: UnitOfWork,
    offering: Offering,
    found: Sequence[Result],
    documents: Mapping[UUID, IssuedDocument],
) -> list[dict[str, Any]]:
    issuer = get_municipality(uow, offering.municipality_id)
    course = offering.course
    return [
        {
            "id": new_id(),
            "person_id": result.enrolment.person_id,
            "issuer_id": issuer.id,
            "issuer_name": issuer.name_fa,
            "enrolment_id": result.enrolment.id,
            "kind": course.kind,
            "course_code": course.code,
            "title_fa": course.title_fa,
            "title_en": course.title_en,
            "minutes": offering.minutes,
            "year": jalali_year(offering.ends_on),
            "ended_on": offering.ends_on,
            "document_code": documents[result.enrolment.id].code,
            "entered_at": uow.now,
        }
        for result in found
        if result.enrolment.id in documents
    ]
