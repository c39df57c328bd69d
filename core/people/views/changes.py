"""Forms that change one thing of an employee each."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.database.unit_of_work import UnitOfWork
from core.errors import Conflict
from core.forms import Form
from core.localization import _
from core.people import services
from core.people.policies import DAY, Span
from core.people.queries import posts_of
from core.people.record import Record, assignments_of
from core.people.schemas import (
    AssignmentSchema,
    ContactsSchema,
    EmploymentSchema,
    EndSchema,
    PersonSchema,
    SalarySchema,
    with_rows,
)
from core.people.views.shared import (
    back_to,
    blueprint,
    changeable,
    host,
    units_in_reach,
    versioned,
)
from core.policy.access import requires
from core.sdk import Municipality, Obstacle

BOTH = ["GET", "POST"]


@blueprint.route("/<uuid:employment_id>/person", methods=BOTH)
@requires("people.manage")
def person(employment_id: UUID) -> ResponseReturnValue:
    """Change names and civil status."""
    found = _employed(changeable(employment_id))
    names = (
        "given_name", "family_name", "father_name", "birth_date", "sex", "marital_status",
    )  # fmt: skip
    initial = {name: getattr(found, name) for name in names}
    form = Form(PersonSchema(), initial={**initial, "version": found.person_version})
    if form.submitted() and form.attempt(
        versioned, services.change_person, employment_id, form.data
    ):
        return back_to(employment_id, _("The personal data was saved."))
    return form.render("people/edit.html", record=found, title=_("Personal data"))


@blueprint.route("/<uuid:employment_id>/contacts", methods=BOTH)
@requires("people.manage")
def contacts(employment_id: UUID) -> ResponseReturnValue:
    """Enter contacts that are missing; those that are there only the employee can have changed."""
    found = _employed(changeable(employment_id))
    refusal = services.contacts_refusal(current().uow, current().place, found.person_id)
    if refusal is not None or (found.mobile and found.email):
        page = render_template("people/contacts_refused.html", record=found, refusal=refusal)
        return page, 409 if request.method == "POST" else 200
    kept = [name for name in ("mobile", "email") if getattr(found, name)]
    form = Form(ContactsSchema(exclude=kept), initial={"version": found.person_version})
    if form.submitted() and form.attempt(_fill, employment_id, form.data):
        return back_to(employment_id, _("The contact data was saved."))
    return form.render("people/edit.html", record=found, title=_("Missing contact data"))


def _fill(employment_id: UUID, data: dict[str, Any]) -> None:
    state = current()
    services.fill_contacts(state.uow, state.place, employment_id, **data)


def _employed(record: Record) -> Record:
    """Return the record if its person can be changed today; else say why not."""
    if record.person_version is None:
        text = _("Personal data can be changed only while the person is employed here.")
        raise Conflict(text, code="not_employed")
    return record


@blueprint.route("/<uuid:employment_id>/employment", methods=BOTH)
@requires("people.manage")
def employment(employment_id: UUID) -> ResponseReturnValue:
    """Change kind, personnel number or first day."""
    found = changeable(employment_id)
    initial = {
        "personnel_number": found.personnel_number,
        "kind": found.kind,
        "starts_on": found.span.starts_on,
        "version": found.version,
    }
    form = Form(EmploymentSchema(), initial=initial)
    if form.submitted() and form.attempt(versioned, _change, employment_id, form.data):
        return back_to(employment_id, _("The employment was saved."))
    return form.render("people/edit.html", record=found, title=_("Employment"))


def _change(
    uow: UnitOfWork, place: Municipality, employment_id: UUID, data: Any, *, version: int
) -> None:
    services.change_employment(uow, host(), place, employment_id, data, version=version)


@blueprint.route("/<uuid:employment_id>/assignment", methods=BOTH)
@requires("people.manage")
def assignment(employment_id: UUID) -> ResponseReturnValue:
    """Assign to a unit and post from a day on."""
    state, found = current(), changeable(employment_id)
    posts = posts_of(state.uow, state.place.id)
    schema = with_rows(AssignmentSchema(), units_in_reach("people.manage"), posts)
    first = _first(found)
    initial = {"version": found.version, "starts_on": first, **_held(found, first)}
    form = Form(schema, initial=initial)
    if form.submitted() and form.attempt(
        services.assign, state.uow, state.place, employment_id, **form.data
    ):
        return back_to(employment_id, _("Unit and post were saved."))
    return form.render("people/edit.html", record=found, title=_("Unit and post"))


@blueprint.route("/<uuid:employment_id>/salary", methods=BOTH)
@requires("people.manage")
def salary(employment_id: UUID) -> ResponseReturnValue:
    """Enter the pay from a day on."""
    state, found = current(), changeable(employment_id)
    initial = {"version": found.version, "starts_on": _first(found)}
    form = Form(SalarySchema(), initial=initial)
    if form.submitted() and form.attempt(
        services.set_salary, state.uow, state.place, employment_id, **form.data
    ):
        return back_to(employment_id, _("The pay was saved."))
    return form.render("people/edit.html", record=found, title=_("Pay"))


def _held(record: Record, day: date) -> dict[str, str]:
    """Unit and post on a day, as the choices have them."""
    state = current()
    for row in assignments_of(state.uow, state.place.id, record.employment_id, day):
        if Span(row.starts_on, row.ends_on).holds_on(day):
            return {name: str(getattr(row, name) or "") for name in ("unit_id", "post_id")}
    return {}


def _first(record: Record) -> date:
    """The first day that can be meant: today, or the first day of a later employment."""
    return record.span.nearest(current().uow.today)


@blueprint.route("/<uuid:employment_id>/end", methods=BOTH)
@requires("people.manage")
def end(employment_id: UUID) -> ResponseReturnValue:
    """Enter the last day of an employment; what must be settled first stands before the form."""
    found, may_override = changeable(employment_id), current().can("people.override")
    initial = {
        "version": found.version,
        "last_day": found.last_day,
        "end_reason": found.end_reason,
    }
    form = Form(EndSchema(exclude=() if may_override else ("override",)), initial=initial)
    if form.submitted() and form.attempt(_end, employment_id, form.data, may_override):
        return back_to(employment_id, _("The end of the employment was saved."))
    asked = form.data.get("last_day") or found.last_day or current().uow.today
    return form.render(
        "people/end.html",
        record=found,
        title=_("End of the employment"),
        obstacles=_obstacles(found, asked),
        asked=asked,
    )


def _end(employment_id: UUID, data: dict[str, Any], may_override: bool) -> None:
    state = current()
    services.end_employment(
        state.uow, host(), state.place, employment_id, **data, may_override=may_override
    )


def _obstacles(record: Record, last_day: date) -> tuple[Obstacle, ...]:
    """What stands against an end after ``last_day``; nothing can once it is over."""
    if record.status == "former":
        return ()
    state = current()
    ends_on = last_day + DAY
    return services.obstacles(state.uow, host(), state.place, record.employment_id, ends_on)


@blueprint.post("/<uuid:employment_id>/keep")
@requires("people.manage")
def keep(employment_id: UUID) -> ResponseReturnValue:
    """Take a planned end back."""
    found, state = changeable(employment_id), current()
    services.cancel_end(state.uow, state.place, employment_id, version=found.version)
    return back_to(employment_id, _("The planned end was taken back."))
