"""Employees: catalogue, offering, enrolment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.sdk.web import Form, FormSchema, _, current, employee, member
from plugins.training import queries
from plugins.training.policies import takes_enrolments
from plugins.training.request_types import DAYS
from plugins.training.schemas import CatalogueSchema
from plugins.training.services.enrolments import enrol as enrol_in
from plugins.training.services.prerequisites import needed, titles
from plugins.training.views.blueprint import blueprint


@blueprint.get("/")
@member
def index() -> ResponseReturnValue:
    """Show what takes enrolments today; officers without an employment go to their list."""
    state = current()
    if state.viewer.post_in(state.place.id) is None and state.can("training.view"):
        return redirect(url_for("training.offerings"))
    filters = Form(CatalogueSchema()).read_filters(request.args)
    page = queries.catalogue(
        state.uow,
        state.place.id,
        text=filters.data["q"],
        kind=filters.data["kind"],
        cursor=request.args.get("after"),
    )
    return render_template(
        "training/catalogue.html",
        filters=filters,
        page=page,
        own=_own([row.id for row in page.items]),
        is_closing=state.service_state != "on",
    )


def _own(offering_ids: list[UUID]) -> dict[UUID, str]:
    state = current()
    if state.viewer.person_id is None:
        return {}
    found = queries.own_states(state.uow, state.place.id, state.viewer.person_id, offering_ids)
    return {offering_id: enrolment.state for offering_id, enrolment in found.items()}


@blueprint.get("/offerings/<uuid:offering_id>")
@member
def offering(offering_id: UUID) -> ResponseReturnValue:
    """Show what one learns, when and where, and how many seats are left."""
    return render_template("training/offering.html", **_facts(offering_id))


def _facts(offering_id: UUID) -> dict[str, Any]:
    state = current()
    row = queries.visible(state.uow, state.place.id, offering_id)
    person = state.viewer.person_id
    own = queries.own_states(state.uow, state.place.id, person, [row.id]) if person else {}
    window = (row.opens_on, row.closes_on)
    return {
        "offering": row,
        "course": row.course,
        "meetings": queries.meetings(state.uow, row),
        "own": own.get(row.id),
        "takes_enrolments": takes_enrolments(row.current_state, state.uow.today, *window),
        "is_closing": state.service_state != "on",
        "is_employee": state.viewer.post_in(state.place.id) is not None,
        "needed": needed(state.uow, state.place.id, row.course_id, person),
        "days": DAYS,
        "place_name": state.place.name,
    }


@blueprint.route("/offerings/<uuid:offering_id>/enrol", methods=["GET", "POST"])
@employee
def enrol(offering_id: UUID) -> ResponseReturnValue:
    """Let the employee check what he asks for, then send the request."""
    state = current()
    facts = _facts(offering_id)
    if facts["own"] and request.method == "GET":
        flash(_("You are already enrolled in this course, or wait for it."), "info")
        return redirect(url_for("training.offering", offering_id=offering_id))
    missing = [course for course in facts["needed"] if not course.done]
    if missing and request.method == "GET":
        flash(_("Complete this first: %(courses)s.", courses=titles(missing)), "info")
        return redirect(url_for("training.offering", offering_id=offering_id))
    form = Form(FormSchema())
    post = state.viewer.post_in(state.place.id)
    if (
        post
        and form.submitted()
        and form.attempt(
            enrol_in,
            state.uow,
            state.place,
            person_id=state.viewer.person_id,
            employment_id=post.employment_id,
            offering=facts["offering"],
            key=form.key,
        )
    ):
        return redirect(url_for("training.enrolment", enrolment_id=form.result.id, new=1), 303)
    return form.render("training/enrol.html", **facts)
