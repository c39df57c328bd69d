"""The officers' inbox: what waits, one request, and a decision on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import RequestState, current
from core.audit.services import record
from core.database.unit_of_work import UnitOfWork
from core.delegations.queries import load_standings
from core.delegations.services import acting_for
from core.documents.attachments import count_in
from core.errors import Forbidden, NotFound
from core.forms import Form
from core.localization import _
from core.people.models import OrgUnit
from core.policy.access import member
from core.requests import decisions, inbox, objections, queries, wording
from core.requests.content import sensitive
from core.requests.details import details_of
from core.requests.evidence import answers_in
from core.requests.inbox import Filters
from core.requests.models import Request
from core.requests.registry import request_types
from core.requests.schemas import DecisionSchema, FilterSchema, Mark
from core.requests.states import RequestState as State

blueprint = Blueprint("inbox", __name__, url_prefix="/m/<municipality>/inbox")

ACTS: Final[Mapping[str, Callable[..., Request]]] = {
    "approve": decisions.approve,
    "reject": decisions.reject,
    "return": decisions.send_back,
}
"""Values of the buttons."""


@blueprint.get("/")
@member
def index() -> str:
    """What waits for me, and what else I may see."""
    state = officer()
    form = Form(FilterSchema()).read_filters(request.args)
    filters = Filters(**form.data)
    where = (state.uow, state.viewer, state.place.id, filters)
    page = inbox.page(*where, request.args.get("cursor"))
    return render_template(
        "requests/desk/index.html",
        form=form,
        filters=form.data,
        page=page,
        to_know=details_of(state, request_types(), page.items),
        total=inbox.count(*where),
        can_choose=filters.state in (inbox.MINE, inbox.OTHERS),
        today=state.uow.today,
        words=wording,
        mark=mark_of,
        files=files_of(page.items),
    )


@blueprint.get("/<reference>")
@member
def show(reference: str) -> ResponseReturnValue:
    """One request: what is asked, what happened, and the buttons if it is mine to decide."""
    found = _visible(reference)
    seen = f"{found.round}.{found.step}"
    return _page(found, Form(DecisionSchema(), initial={"seen": seen}))


@blueprint.post("/<reference>")
@member
def decide(reference: str) -> ResponseReturnValue:
    """Approve, reject or return it."""
    found, form = _visible(reference), Form(DecisionSchema())
    if form.submitted() and form.attempt(_decide, found, form.data):
        ended = found.state == State.CONFLICT
        flash(_said(found), "warning" if ended else "success")
        return redirect(_list_url(), 303)
    return _page(found, form)


@blueprint.post("/<reference>/reveal")
@member
def reveal(reference: str) -> ResponseReturnValue:
    """Show the masked answers to who decides, on this page only; the employee sees who looked."""
    found, state = _visible(reference), current()
    known = request_types().require(found.type)
    right = decisions.right_to_decide(state.uow, state.viewer, found)
    if right is None:
        raise Forbidden(_("This step is for somebody else to decide."), code="not_yours")
    with acting_for(state.uow, right.standing):
        record(
            state.uow,
            "person.reveal",
            municipality_id=found.municipality_id,
            subject_type="request",
            subject_id=found.id,
            person_id=found.person_id,
            kind="read",
            detail={"fields": sensitive(known.type.schema(), found.data)},
        )
    seen = f"{found.round}.{found.step}"
    return _page(found, Form(DecisionSchema(), initial={"seen": seen}), in_full=True)


def officer() -> RequestState:
    """Return the state of an officer's request; raise Forbidden for anybody else."""
    state = load_standings(current())
    if not inbox.works_here(state.uow, state.viewer, state.place.id):
        raise Forbidden(_("You do not have permission for this page."), code="permission")
    return state


def act_named(action: str | None) -> Callable[..., Request]:
    """Return the act of a button; raise NotFound for one that doesn't exist."""
    act = ACTS.get(action or "")
    if act is None:
        raise NotFound()
    return act


def run(
    uow: UnitOfWork, act: Callable[..., Request], mark: Mark, reason: str, state: RequestState
) -> Request:
    """Call an act for the viewer; approving takes no reason."""
    more = {} if act is decisions.approve else {"reason": reason}
    target = (state.viewer, state.place.id, mark.request_id)
    return act(uow, request_types(), *target, seen=(mark.round, mark.step), **more)


def mark_of(row: Any) -> Mark:
    """Return the mark of a row of the list."""
    return Mark(row.id, row.round, row.step)


def files_of(rows: Collection[Any]) -> Mapping[UUID, int]:
    """Return how many files the answers of each row have."""
    registry = request_types()
    kinds = {name: registry.get(name) for name in {row.type for row in rows}}
    return {
        row.id: count_in(known.type.schema(), row.data)
        for row in rows
        if (known := kinds[row.type]) is not None
    }


def _decide(found: Request, data: dict[str, Any]) -> Request:
    state, act = current(), act_named(request.form.get("action"))
    round_, _dot, step = data["seen"].partition(".")
    return run(state.uow, act, Mark(found.id, int(round_), int(step)), data["reason"], state)


def _visible(reference: str) -> Request:
    """Return a request that the viewer may see; anybody else learns nothing of it."""
    state = load_standings(current())
    found = queries.request_at(state.uow, state.place.id, reference)
    if not decisions.can_see(state.uow, state.viewer, found):
        raise NotFound()
    return found


def _said(found: Request) -> str:
    return _(
        "Request %(reference)s: %(state)s.",
        reference=found.reference,
        state=wording.state_word(found.state),
    )


def _page(found: Request, form: Form, *, in_full: bool = False) -> tuple[str, int]:
    state, registry = current(), request_types()
    uow, viewer, known = state.uow, state.viewer, registry.get(found.type)
    right = decisions.right_to_decide(uow, viewer, found)
    unit = uow.session.get(OrgUnit, (found.municipality_id, found.unit_id or found.id))
    return form.render(
        "requests/desk/show.html",
        item=found,
        unit=unit.name if unit else "",
        answers=answers_in(known, found, masked=not in_full),
        is_masked=not in_full and bool(known and sensitive(known.type.schema(), found.data)),
        to_know=details_of(state, registry, [found]).get(found.id, ()),
        timeline=wording.timeline(found, queries.events_of(uow, found)),
        is_known=known is not None,
        is_own=viewer.person_id == found.person_id,
        has_approved=right is None and decisions.has_had_his_say(uow, viewer, found),
        can_decide=right is not None,
        is_barred=found.is_open and viewer.account_id in found.barred,
        links=objections.links_of(uow, found, []),
        principal=right.standing.principal.name if right and right.standing else "",
        can_return=known is not None and known.type.self_service,
        today=uow.today,
        list_url=_list_url(),
        words=wording,
    )


def _list_url() -> str:
    """Return the list that the officer came from, with its filters; nothing outside the inbox."""
    home = url_for("inbox.index")
    asked = request.values.get("next", "")
    return asked if asked.startswith(f"{home}?") and asked.isprintable() else home
