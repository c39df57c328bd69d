"""Deciding on many: what was chosen, the question with the number, the outcome of each."""

from __future__ import annotations

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
from core.requests.content import read_reason
from core.requests.inbox import Filters
from core.requests.inbox_views import act_named, blueprint, mark_of, officer, run
from core.requests.models import Request
from core.requests.schemas import BulkSchema, Mark, SelectionSchema

FOR_MANY: Final = ("approve", "reject")


@blueprint.post("/bulk")
@member
def ask_many() -> ResponseReturnValue:
    """Show what was chosen and ask once more, with the number."""
    state, form = officer(), Form(SelectionSchema())
    marks = _chosen(state, form.data) if form.submitted() else []
    if not marks:
        flash(_("Choose at least one request."), "warning")
        return redirect(url_for("inbox.index"), 303)
    return _question(Form(BulkSchema()), marks)


@blueprint.post("/bulk/decide")
@member
def decide_many() -> ResponseReturnValue:
    """Decide each; the answer to this POST shows the outcomes, and sending it again is harmless."""
    state, form = officer(), Form(BulkSchema())
    if not form.submitted():
        return redirect(url_for("inbox.index"), 303)
    marks, reason = form.data["ids"][: bulk.MOST], form.data["reason"]
    if _action() == "reject" and not form.attempt(read_reason, reason):
        return _question(form, marks)
    decide = partial(_run, state, reason)
    outcomes = bulk.decide_each(partial(open_unit, state.uow.scope, state.uow.actor), decide, marks)
    return _outcomes(state, outcomes)


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
    if action not in FOR_MANY:
        raise NotFound()
    return action


def _question(form: Form, marks: list[Mark]) -> tuple[str, int]:
    state = current()
    ids = [mark.request_id for mark in marks]
    return form.render(
        "requests/desk/question.html",
        action=_action(),
        marks=marks,
        rows=inbox.rows(state.uow, state.viewer, state.place.id, ids),
        most=bulk.MOST,
        words=wording,
    )


def _outcomes(state: RequestState, outcomes: list[bulk.Outcome]) -> str:
    ids = [outcome.mark.request_id for outcome in outcomes]
    rows = {row.id: row for row in inbox.rows(state.uow, state.viewer, state.place.id, ids)}
    return render_template(
        "requests/desk/outcomes.html",
        outcomes=[
            (each, rows[each.mark.request_id]) for each in outcomes if each.mark.request_id in rows
        ],
        failed=sum(each.failed for each in outcomes),
        done=sum(not each.failed for each in outcomes),
        words=wording,
        mark=mark_of,
    )
