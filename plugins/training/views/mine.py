"""Employees: my courses, one enrolment, withdrawing, the passport."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.sdk.localization import jalali_year
from core.sdk.web import Form, FormSchema, NotFound, _, current, employee
from plugins.training import queries
from plugins.training.duty import Standing
from plugins.training.models import Enrolment
from plugins.training.passport import passport_of
from plugins.training.policies import (
    WAITING_OR_SEATED,
    EnrolmentState,
    in_hours,
    may_promote,
    total_by_year,
    withdrawal,
)
from plugins.training.request_types import DAYS
from plugins.training.schemas import WithdrawSchema
from plugins.training.services import enrolments
from plugins.training.views.blueprint import blueprint, file_of

SHOWN: Final = 8
"""Years in the chart of the passport."""


def person() -> UUID:
    """Return the viewer's person."""
    found = current().viewer.person_id
    if found is None:
        raise NotFound()
    return found


@blueprint.get("/mine")
@employee
def mine() -> ResponseReturnValue:
    """List the viewer's courses, those before him first."""
    state = current()
    courses = queries.own_courses(state.uow, state.place.id, person())
    return render_template("training/mine.html", courses=courses)


@blueprint.get("/enrolments/<uuid:enrolment_id>")
@employee
def enrolment(enrolment_id: UUID) -> ResponseReturnValue:
    """Show where the viewer stands in a course and what happens next."""
    row = _own(enrolment_id)
    state = current()
    return render_template(
        "training/enrolment.html",
        enrolment=row,
        offering=row.offering,
        course=row.offering.course,
        meetings=queries.meetings(state.uow, row.offering),
        place=queries.queue_place(state.uow, row),
        completion=queries.completion_of(state.uow, row),
        certificate=queries.certificate_of(state.uow, row),
        can_withdraw=_can_withdraw(row),
        is_new="new" in request.args,
        days=DAYS,
    )


@blueprint.route("/enrolments/<uuid:enrolment_id>/withdraw", methods=["GET", "POST"])
@employee
def withdraw(enrolment_id: UUID) -> ResponseReturnValue:
    """Ask once more, then take the enrolment back."""
    state = current()
    row = _own(enrolment_id)
    if not _can_withdraw(row):
        flash(str(enrolments.TOO_LATE), "warning")
        return redirect(url_for("training.enrolment", enrolment_id=enrolment_id), 303)
    offering, today = row.offering, state.uow.today
    late = withdrawal(row.current_state, today, offering.withdraw_by) != EnrolmentState.WITHDRAWN
    form = Form(WithdrawSchema() if late else FormSchema())
    if form.submitted() and form.attempt(
        enrolments.withdraw, state.uow, state.viewer, state.place.id, enrolment_id, **form.data
    ):
        flash(_withdrawn(row), "success")
        return redirect(url_for("training.mine"), 303)
    return form.render(
        "training/withdraw.html",
        enrolment=row,
        offering=offering,
        course=offering.course,
        late=late,
    )


def _withdrawn(row: Enrolment) -> str:
    offering = row.offering
    if may_promote(offering.current_state, current().uow.today, offering.closes_on):
        return _("You have withdrawn. The seat goes to the next person who waits.")
    return _("You have withdrawn.")


def _own(enrolment_id: UUID) -> Enrolment:
    state = current()
    return enrolments.own(state.uow, state.viewer, state.place.id, enrolment_id)


def _can_withdraw(row: Enrolment) -> bool:
    before = row.offering.current_state in enrolments.BEFORE_BEGIN
    return before and row.current_state in WAITING_OR_SEATED


@blueprint.get("/passport")
@employee
def passport() -> ResponseReturnValue:
    """Show the viewer's hours by year, and every course with its certificate."""
    state = current()
    entries = queries.passport(state.uow, person())
    this_year = jalali_year(state.uow.today)
    totals = total_by_year([(entry.year, entry.minutes) for entry in entries])
    years = list(range(this_year - SHOWN + 1, this_year + 1))
    duty = queries.of_person(
        state.uow,
        state.place.id,
        person(),
        years,
        [(entry.ended_on, entry.minutes) for entry in entries],
    )
    return render_template(
        "training/passport.html",
        entries=entries,
        this_year=this_year,
        hours_this_year=totals.get(this_year, 0),
        hours_in_all=sum(totals.values()),
        duty=duty,
        chart=_chart(years, totals, duty),
    )


def _chart(
    years: Sequence[int], totals: Mapping[int, int], duty: Mapping[int, Standing]
) -> list[tuple[int, float, float]]:
    """Return (year, hours, hours lacking) from the first year in which there is something."""
    known = [year for year in years if year in totals or year in duty]
    return [
        (
            year,
            in_hours(totals.get(year, 0)),
            in_hours(duty[year].lacking if year in duty else 0),
        )
        for year in years
        if known and year >= known[0]
    ]


@blueprint.post("/passport.pdf")
@employee
def passport_pdf() -> ResponseReturnValue:
    """Give the viewer his passport as a signed PDF; it is registered, so it is a POST."""
    state = current()
    return file_of(passport_of(state.uow, state.place.id, person()), "training-passport.pdf")
