"""Deciding on many: what was chosen, the question with the number, the outcome of each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import RequestState, current
from core.database.unit_of_work import UnitOfWork, open_unit
from core.errors import NotFound
from core.forms import Form
from core.localization import _
from core.policy.access import member
from core.requests import bulk, inbox, wording
from core.requests.details import details_of
from core.requests.inbox import Filters
from core.requests.inbox_views import act_named, blueprint, mark_of, officer, run
from core.requests.models import Request
from core.requests.registry import request_types
from core.requests.schemas import (
    ManySchema,
    Mark,
    RejectManySchema,
    SelectionSchema,
    read_marks,
)

SCHEMAS: Final[Mapping[str, type[ManySchema]]] = {"approve": ManySchema, "reject": RejectManySchema}
"""What can be done with many, and what it asks for."""


@blueprint.route("/bulk", methods=["GET", "POST"])
@member
def ask_many() -> ResponseReturnValue:
    """Show what was chosen and ask once more, with the number."""
    if request.method != "POST":  # as after a switch of the language on this page
        return redirect(url_for("inbox.index"), 303)
    state, form = officer(), Form(SelectionSchema())
    return _question(_form(), _chosen(state, form.data) if form.submitted() else [])


@blueprint.route("/bulk/decide", methods=["GET", "POST"])
@member
def decide_many() -> ResponseReturnValue:
    """Decide each; the answer to this POST shows the outcomes, and sending it again is harmless."""
    if request.method != "POST":  # as after a switch of the language on this page
        return redirect(url_for("inbox.index"), 303)
    state, form = officer(), _form()
    if not form.submitted():
        return _question(form, read_marks(request.form.getlist("ids")))
    decide = partial(_run, state, form.data.get("reason", ""))
    open_one = partial(open_unit, state.uow.scope, state.uow.actor)
    return _outcomes(state, bulk.decide_each(open_one, decide, form.data["ids"][: bulk.MOST]))


def _chosen(state: RequestState, data: dict[str, Any]) -> list[Mark]:
    """Return the ticked requests, or those that the filters find, the most urgent first."""
    ticked, everything = data.pop("ids"), data.pop("everything")
    if not everything:
        return list(ticked)
    found = inbox.marks(state.uow, state.viewer, state.place.id, Filters(**data), bulk.MOST)
    return [Mark(*each) for each in found]


def _run(state: RequestState, reason: str, uow: UnitOfWork, mark: Mark) -> Request:
    return run(uow, act_named(_action()), mark, reason, state)


def _action() -> str:
    action = request.form.get("action", "")
    if action not in SCHEMAS:
        raise NotFound()
    return action


def _form() -> Form:
    return Form(SCHEMAS[_action()]())


def _question(form: Form, marks: list[Mark]) -> ResponseReturnValue:
    state = current()
    if not marks:
        flash(_("Choose at least one request."), "warning")
        return redirect(url_for("inbox.index"), 303)
    ids = [mark.request_id for mark in marks]
    rows = inbox.rows(state.uow, state.viewer, state.place.id, ids)
    return form.render(
        "requests/desk/question.html",
        action=_action(),
        marks=marks,
        rows=rows,
        to_know=details_of(state, request_types(), rows),
        most=bulk.MOST,
        words=wording,
    )


def _outcomes(state: RequestState, outcomes: list[bulk.Outcome]) -> str:
    ids = [outcome.mark.request_id for outcome in outcomes]
    rows = {row.id: row for row in inbox.rows(state.uow, state.viewer, state.place.id, ids)}
    return render_template(
        "requests/desk/outcomes.html",
        outcomes=[(o, rows[o.mark.request_id]) for o in outcomes if o.mark.request_id in rows],
        failed=sum(each.failed for each in outcomes),
        done=sum(not each.failed for each in outcomes),
        words=wording,
        mark=mark_of,
    )
