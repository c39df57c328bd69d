"""Officers: offerings, their sessions, opening, closing, cancelling, finalising."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.sdk import Text
from core.sdk.localization import TEHRAN
from core.sdk.web import Form, _, current, lazy_gettext
from plugins.training import queries
from plugins.training.models import Offering
from plugins.training.policies import EnrolmentState, OfferingState, percent
from plugins.training.schemas import (
    CancelSchema,
    MeetingSchema,
    NewOfferingSchema,
    OfferingSchema,
    OfferingsSchema,
)
from plugins.training.services import attendance as marks
from plugins.training.services import courses, finalising, meetings
from plugins.training.services import offerings as services
from plugins.training.views.blueprint import blueprint, whole


@blueprint.get("/manage/")
@whole("training.view")
def offerings() -> ResponseReturnValue:
    """List all offerings, the latest first."""
    state = current()
    filters = Form(OfferingsSchema()).read_filters(request.args)
    page = queries.offerings(
        state.uow,
        state.place.id,
        text=filters.data["q"],
        state=filters.data["state"],
        cursor=request.args.get("after"),
    )
    return render_template("training/offerings.html", filters=filters, page=page)


@blueprint.get("/manage/plan")
@whole("training.manage")
def plan() -> ResponseReturnValue:
    """Choose the course that is to be offered."""
    state = current()
    found = queries.open_courses(state.uow, state.place.id)
    return render_template("training/plan.html", courses=found)


@blueprint.route("/manage/courses/<uuid:course_id>/offer", methods=["GET", "POST"])
@whole("training.manage")
def new_offering(course_id: UUID) -> ResponseReturnValue:
    """Plan an offering of a course."""
    state = current()
    course = courses.get(state.uow, state.place.id, course_id)
    form = Form(NewOfferingSchema(), initial=_usual())
    if form.submitted() and form.attempt(
        services.plan, state.uow, course, _facts(form), _sessions(form.data)
    ):
        flash(_("The offering is planned as a draft. Check it and open enrolment."), "success")
        return redirect(url_for("training.manage", offering_id=form.result.id), 303)
    return form.render("training/new_offering.html", course=course)


def _usual() -> dict[str, Any]:
    return {"number": 1, "every": 7, "capacity": 25, "opens_on": current().uow.today}


def _facts(form: Form) -> dict[str, Any]:
    return {name: form.data[name] for name in services.FIELDS}


def _sessions(data: dict[str, Any]) -> list[services.Span]:
    return services.sessions(
        data["day"], data["begins"], data["ends"], number=data["number"], every=data["every"]
    )


@blueprint.get("/manage/offerings/<uuid:offering_id>")
@whole("training.view")
def manage(offering_id: UUID) -> ResponseReturnValue:
    """Show an offering with sessions, roster and what can be done now."""
    return _page(offering_id, Form(MeetingSchema()))


def _page(offering_id: UUID, meeting_form: Form) -> ResponseReturnValue:
    state = current()
    row = queries.offering(state.uow, state.place.id, offering_id)
    sessions = queries.meetings(state.uow, row)
    return meeting_form.render(
        "training/manage.html",
        offering=row,
        course=row.course,
        meetings=sessions,
        marked=queries.marked_meetings(state.uow, row),
        roster=queries.roster(state.uow, row),
        presence=_presence(row, sum(session.minutes for session in sessions)),
        today=state.uow.today,
        may_manage=state.can("training.manage"),
        may_see_people=state.viewer.units_for("people.view", state.place.id) is None,
    )


def _presence(row: Offering, held: int) -> dict[UUID, int]:
    """Return percent of ``held`` minutes when all is over; before, the sessions attended."""
    uow = current().uow
    if row.state != OfferingState.FINALISED:
        return queries.attended_meetings(uow, row)
    minutes = marks.attended(uow, row.municipality_id, row.id)
    return {enrolment_id: percent(value, held) for enrolment_id, value in minutes.items()}


@blueprint.route("/manage/offerings/<uuid:offering_id>/edit", methods=["GET", "POST"])
@whole("training.manage")
def edit_offering(offering_id: UUID) -> ResponseReturnValue:
    """Change place, seats and the days of enrolment."""
    state = current()
    row = queries.offering(state.uow, state.place.id, offering_id)
    form = Form(OfferingSchema(), initial={name: getattr(row, name) for name in services.FIELDS})
    if form.submitted() and form.attempt(
        services.edit, state.uow, state.place.id, offering_id, form.data
    ):
        flash(_("The offering was saved."), "success")
        return redirect(url_for("training.manage", offering_id=offering_id), 303)
    return form.render("training/edit_offering.html", offering=row, course=row.course)


@blueprint.route("/manage/offerings/<uuid:offering_id>/sessions", methods=["GET", "POST"])
@whole("training.manage")
def add_meeting(offering_id: UUID) -> ResponseReturnValue:
    """Add a session."""
    if request.method != "POST":  # as after a switch of the language on this page
        return redirect(url_for("training.manage", offering_id=offering_id), 303)
    state = current()
    form = Form(MeetingSchema())
    if form.submitted() and form.attempt(
        meetings.add, state.uow, state.place.id, offering_id, _span(form.data)
    ):
        flash(_("The session was added."), "success")
        return redirect(url_for("training.manage", offering_id=offering_id), 303)
    return _page(offering_id, form)


def _span(data: dict[str, Any]) -> services.Span:
    day = data["day"]
    return (
        datetime.combine(day, data["begins"], TEHRAN),
        datetime.combine(day, data["ends"], TEHRAN),
    )


@blueprint.post("/manage/offerings/<uuid:offering_id>/sessions/<uuid:meeting_id>/remove")
@whole("training.manage")
def remove_meeting(offering_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    """Remove a session."""
    return _act(offering_id, lazy_gettext("The session was removed."), meetings.remove, meeting_id)


@blueprint.post("/manage/offerings/<uuid:offering_id>/open")
@whole("training.manage")
def open_offering(offering_id: UUID) -> ResponseReturnValue:
    """Open enrolment."""
    text = lazy_gettext("Enrolment is open; the course stands in the catalogue.")
    return _act(offering_id, text, services.open_enrolment)


@blueprint.post("/manage/offerings/<uuid:offering_id>/close")
@whole("training.manage")
def close_offering(offering_id: UUID) -> ResponseReturnValue:
    """Close enrolment."""
    text = lazy_gettext("Enrolment is closed; attendance can be marked on the day.")
    return _act(offering_id, text, services.close_enrolment)


def _act(
    offering_id: UUID, text: Text, action: Callable[..., object], *args: object
) -> ResponseReturnValue:
    state = current()
    action(state.uow, state.place.id, offering_id, *args)
    flash(str(text), "success")
    return redirect(url_for("training.manage", offering_id=offering_id), 303)


@blueprint.route("/manage/offerings/<uuid:offering_id>/cancel", methods=["GET", "POST"])
@whole("training.manage")
def cancel_offering(offering_id: UUID) -> ResponseReturnValue:
    """Cancel an offering with a reason that everyone reads."""
    state = current()
    row = queries.offering(state.uow, state.place.id, offering_id)
    form = Form(CancelSchema())
    if form.submitted() and form.attempt(
        services.cancel, state.uow, state.place.id, offering_id, **form.data
    ):
        flash(_("The offering is cancelled; everyone was told."), "success")
        return redirect(url_for("training.manage", offering_id=offering_id), 303)
    return form.render("training/cancel.html", offering=row, course=row.course)


@blueprint.route("/manage/offerings/<uuid:offering_id>/finalise", methods=["GET", "POST"])
@whole("training.manage")
def finalise(offering_id: UUID) -> ResponseReturnValue:
    """Show how it would end for each, then end it."""
    state = current()
    if request.method == "POST":
        found = finalising.finalise(state.uow, state.place.id, offering_id)
        passed = sum(result.state is EnrolmentState.COMPLETED for result in found)
        flash(_("Finalised: %(n)s certificates were issued.", n=passed), "success")
        return redirect(url_for("training.manage", offering_id=offering_id), 303)
    row = queries.offering(state.uow, state.place.id, offering_id)
    roster = queries.roster(state.uow, row)
    results = finalising.results(state.uow, row, [one.enrolment for one in roster.seated])
    return render_template(
        "training/finalise.html",
        offering=row,
        course=row.course,
        roster=roster,
        results={result.enrolment.id: result for result in results},
    )
