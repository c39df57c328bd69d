"""The tree of units and the list of posts."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.errors import Forbidden
from core.forms import Form
from core.localization import _
from core.localization.filters import jdate
from core.people import queries, services
from core.people.models import OrgUnit, Post
from core.people.policies import Status, first_day_after, last_day
from core.people.schemas import PlannedDay, PostSchema, UnitPlanSchema, UnitSchema, with_rows
from core.people.views.shared import (
    day_asked,
    day_form,
    may_change_all,
    units_blueprint,
    units_in_reach,
)
from core.policy.access import requires
from core.policy.enforcement import not_found

BOTH = ["GET", "POST"]


@units_blueprint.get("/")
@requires("people.view")
def index() -> str:
    """Show the units as a tree with how many people work in each, and the posts."""
    state, on = current(), day_asked()
    day = on or state.uow.today
    units = units_in_reach("people.view", on)
    staff = queries.staff_of(state.uow, state.place.id, day)
    shown = [unit for unit in units.values() if on is None or unit.span.holds_on(on)]
    return render_template(
        "people/units.html",
        on=on,
        day_form=day_form(),
        tree=_tree(shown, staff, day),
        posts=queries.posts_of(state.uow, state.place.id),
        may_change=may_change_all(),
    )


def _tree(units: list[queries.Unit], staff: dict[UUID, int], day: date) -> list[dict[str, Any]]:
    """Return the nodes that ``details.tree`` draws; ``units`` are in the order of the tree."""
    top: list[dict[str, Any]] = []
    nodes: dict[UUID, dict[str, Any]] = {}
    for unit in units:
        note = _note(unit, staff, day)
        node = {"name": unit.name, "note": note, "url": _url(unit), "children": []}
        nodes[unit.id] = node
        above = nodes.get(unit.parent_id) if unit.parent_id and unit.depth else None
        (above["children"] if above else top).append(node)
    return top


def _note(unit: queries.Unit, staff: dict[UUID, int], day: date) -> str:
    if unit.span.status_on(day) is Status.FORMER:
        return _("closed")
    if day < unit.starts_on:
        return _("from %(day)s on", day=jdate(unit.starts_on))
    return _("%(code)s, %(n)s employees", code=unit.code, n=staff.get(unit.id, 0))


def _url(unit: queries.Unit) -> str:
    if may_change_all():
        return url_for("units.edit", unit_id=unit.id)
    return url_for("people.index", unit=unit.id)


def _require_change() -> None:
    if not may_change_all():
        text = _("Units are changed by those who answer for the whole municipality.")
        raise Forbidden(text, code="permission")


@units_blueprint.route("/new", methods=BOTH)
@requires("people.manage")
def new() -> ResponseReturnValue:
    """Add a unit."""
    _require_change()
    state = current()
    form = Form(_schema(), initial={"starts_on": state.uow.today})
    if form.submitted() and form.attempt(
        services.add_unit, state.uow, state.place, _facts(form.data)
    ):
        return _done(_("The unit was added."))
    return form.render("people/unit.html", title=_("Add a unit"), unit=None)


@units_blueprint.route("/<uuid:unit_id>", methods=BOTH)
@requires("people.manage")
def edit(unit_id: UUID) -> ResponseReturnValue:
    """Correct or close a unit, and show how it was and will be."""
    _require_change()
    state, unit = current(), _unit(unit_id)
    form = Form(_schema(), initial=_initial(unit))
    if form.submitted() and form.attempt(
        services.change_unit, state.uow, state.place, unit_id, _facts(form.data)
    ):
        return _done(_("The unit was saved."))
    return form.render(
        "people/unit.html",
        title=_("Correct or close"),
        unit=unit,
        history=queries.history_of(state.uow, state.place.id, unit_id),
        today=state.uow.today,
    )


@units_blueprint.route("/<uuid:unit_id>/plan", methods=BOTH)
@requires("people.manage")
def plan(unit_id: UUID) -> ResponseReturnValue:
    """Rename or move a unit from a day on."""
    _require_change()
    state, unit = current(), _unit(unit_id)
    schema = with_rows(UnitPlanSchema(), units_in_reach("people.manage"))
    initial = {"name": unit.name, "parent_id": unit.parent_id, "starts_on": state.uow.today}
    form = Form(schema, initial=initial)
    if form.submitted() and form.attempt(
        services.plan_unit, state.uow, state.place, unit_id, form.data
    ):
        return _done(_("The unit was saved."))
    return form.render("people/unit.html", title=_("Rename or move"), unit=None)


@units_blueprint.post("/<uuid:unit_id>/plan/drop")
@requires("people.manage")
def drop_plan(unit_id: UUID) -> ResponseReturnValue:
    """Take back what is planned for a unit."""
    _require_change()
    state, form = current(), Form(PlannedDay())
    if not form.submitted():
        raise not_found()
    services.drop_plan(state.uow, state.place, unit_id, form.data["starts_on"])
    return _done(_("The plan was taken back."))


def _schema() -> UnitSchema:
    return with_rows(UnitSchema(), units_in_reach("people.manage"))


def _unit(unit_id: UUID) -> OrgUnit:
    state = current()
    unit = state.uow.session.get(OrgUnit, (state.place.id, unit_id))
    if unit is None:
        raise not_found()
    return unit


def _initial(unit: OrgUnit) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": unit.name,
        "parent_id": unit.parent_id,
        "starts_on": unit.starts_on,
        "last_day": last_day(unit.ends_on),
    }


def _facts(data: dict[str, Any]) -> services.UnitFacts:
    return {
        "code": data["code"],
        "name": data["name"],
        "parent_id": data["parent_id"],
        "starts_on": data["starts_on"],
        "ends_on": first_day_after(data["last_day"]),
    }


@units_blueprint.route("/posts/new", methods=BOTH)
@requires("people.manage")
def new_post() -> ResponseReturnValue:
    """Add a post."""
    _require_change()
    state, form = current(), Form(PostSchema())
    if form.submitted() and form.attempt(services.add_post, state.uow, state.place, **form.data):
        return _done(_("The post was added."))
    return form.render("people/unit.html", title=_("Add a post"), unit=None)


@units_blueprint.route("/posts/<uuid:post_id>", methods=BOTH)
@requires("people.manage")
def edit_post(post_id: UUID) -> ResponseReturnValue:
    """Rename a post."""
    _require_change()
    state = current()
    post = state.uow.session.get(Post, (state.place.id, post_id))
    if post is None:
        raise not_found()
    form = Form(PostSchema(), initial={"title": post.title, "is_manager": post.is_manager})
    if form.submitted() and form.attempt(
        services.change_post, state.uow, state.place, post_id, **form.data
    ):
        return _done(_("The post was saved."))
    return form.render("people/unit.html", title=_("Post"), unit=None)


def _done(message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("units.index"), 303)
