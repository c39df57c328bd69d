"""Officers: marking a session, fast on a phone too."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.sdk.localization import day_of, jdate
from core.sdk.web import Invalid, _, current
from plugins.training import queries
from plugins.training.models import Meeting, Offering
from plugins.training.policies import EnrolmentState
from plugins.training.queries import Participant
from plugins.training.services import attendance as services
from plugins.training.services import meetings
from plugins.training.sheet import Sheet, read
from plugins.training.views.blueprint import blueprint, whole

PATH = "/manage/offerings/<uuid:offering_id>/sessions/<uuid:meeting_id>/attendance"


@blueprint.get(PATH)
@whole("training.view")
def attendance(offering_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    """Show the sheet of a session."""
    offering, meeting, people = _facts(offering_id, meeting_id)
    if day_of(meeting.starts_at) > current().uow.today:
        day = jdate(meeting.starts_at, "day")
        flash(_("Attendance of this session can be marked from %(day)s.", day=day), "info")
        return redirect(url_for("training.manage", offering_id=offering_id))
    marked = services.of_meeting(current().uow, meeting)
    return _page(offering, meeting, people, Sheet(meeting.minutes, marked))


@blueprint.post(PATH)
@whole("training.manage")
def mark(offering_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    """Write the marks of a session."""
    state = current()
    offering, meeting, people = _facts(offering_id, meeting_id)
    sheet = read(request.form, meeting.minutes, [one.enrolment.id for one in _others(people)])
    if sheet.errors:
        return _page(offering, meeting, people, sheet), 422
    try:
        services.mark(state.uow, state.place.id, offering_id, meeting_id, sheet.minutes())
    except Invalid as error:
        return _page(offering, meeting, people, sheet.refused(error)), 422
    flash(_("Attendance of %(n)s people was saved.", n=len(_others(people))), "success")
    return redirect(url_for("training.manage", offering_id=offering_id), 303)


def _facts(offering_id: UUID, meeting_id: UUID) -> tuple[Offering, Meeting, list[Participant]]:
    state = current()
    offering = queries.offering(state.uow, state.place.id, offering_id)
    meeting = meetings.get(state.uow, state.place.id, offering_id, meeting_id)
    people = queries.roster(state.uow, offering).seated
    return offering, meeting, [p for p in people if p.enrolment.state == EnrolmentState.CONFIRMED]


def _others(people: list[Participant]) -> list[Participant]:
    """Leave out the viewer himself, whom somebody else must mark."""
    return [one for one in people if one.enrolment.person_id != current().viewer.person_id]


def _page(offering: Offering, meeting: Meeting, people: list[Participant], sheet: Sheet) -> str:
    facts: dict[str, Any] = {"offering": offering, "course": offering.course, "meeting": meeting}
    others = _others(people)
    has_own = len(others) < len(people)
    return render_template(
        "training/attendance.html", people=others, has_own=has_own, sheet=sheet, **facts
    )
