"""Officers: the courses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.sdk.web import Form, _, current
from plugins.training import queries
from plugins.training.messages import title_in_language
from plugins.training.models import Course
from plugins.training.schemas import CourseSchema, CoursesSchema
from plugins.training.services import courses as services
from plugins.training.services import prerequisites
from plugins.training.services.prerequisites import Needed
from plugins.training.views.blueprint import blueprint, whole

USUAL: Final = {"threshold": 80}


@blueprint.get("/manage/courses")
@whole("training.view")
def courses() -> ResponseReturnValue:
    """List the courses."""
    state = current()
    filters = Form(CoursesSchema()).read_filters(request.args)
    page = queries.courses(
        state.uow, state.place.id, text=filters.data["q"], cursor=request.args.get("after")
    )
    return render_template("training/courses.html", filters=filters, page=page)


@blueprint.route("/manage/courses/new", methods=["GET", "POST"])
@whole("training.manage")
def new_course() -> ResponseReturnValue:
    """Add a course."""
    state = current()
    form = Form(_schema(), initial=USUAL)
    if form.submitted() and form.attempt(services.add, state.uow, state.place.id, _facts(form)):
        flash(_("The course was added. Now plan when it is held."), "success")
        return redirect(url_for("training.new_offering", course_id=form.result.id), 303)
    return form.render("training/course.html", course=None)


@blueprint.route("/manage/courses/<uuid:course_id>", methods=["GET", "POST"])
@whole("training.manage")
def course(course_id: UUID) -> ResponseReturnValue:
    """Edit a course."""
    state = current()
    row = services.get(state.uow, state.place.id, course_id)
    needed = prerequisites.needed(state.uow, state.place.id, row.id)
    known = {"hours": row.minutes // 60, "requires": [str(one.id) for one in needed]}
    form = Form(_schema(row, needed), initial=services.facts_of(row) | known)
    if form.submitted() and form.attempt(services.edit, state.uow, row, _facts(form)):
        flash(_("The course was saved."), "success")
        return redirect(url_for("training.courses"), 303)
    return form.render("training/course.html", course=row)


def _schema(course: Course | None = None, needed: Sequence[Needed] = ()) -> CourseSchema:
    """Return the schema with the courses that can be required: all others that are offered."""
    state, schema = current(), CourseSchema()
    offered = [
        (one.id, one.title_fa, one.title_en, one.code)
        for one in queries.open_courses(state.uow, state.place.id)
        if course is None or one.id != course.id
    ]
    known = {row[0] for row in offered}
    offered += [
        (one.id, one.title_fa, one.title_en, one.code) for one in needed if one.id not in known
    ]
    schema.fields["requires"].choices = [  # type: ignore[attr-defined] # a Choices
        (str(row[0]), f"{title_in_language(row[1], row[2])} ({row[3]})") for row in offered
    ]
    return schema


def _facts(form: Form) -> dict[str, Any]:
    """Return what the service takes: the duration in minutes, the required courses by id."""
    facts = dict(form.data)
    required = [UUID(value) for value in facts["requires"]]
    return facts | {"minutes": facts.pop("hours") * 60, "requires": required}
