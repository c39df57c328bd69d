"""The desk's pages of transfers: what waits on either side, releasing, accepting, closing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current, widen_scope
from core.errors import Conflict, Forbidden
from core.forms import Form
from core.localization import _
from core.people import services as people
from core.people import wording as people_wording
from core.people.policies import last_day
from core.people.queries import posts_of
from core.people.schemas import with_rows
from core.people.views.shared import changeable, host, limits, units_in_reach
from core.policy.access import requires
from core.policy.enforcement import not_found
from core.transfers import queries, services, wording
from core.transfers.queries import Move
from core.transfers.schemas import AcceptSchema, CloseSchema, ReleaseSchema, with_places

blueprint = Blueprint("transfers", __name__, url_prefix="/m/<municipality>/people")
BOTH = ["GET", "POST"]


@blueprint.get("/transfers/")
@requires("people.manage")
def index() -> str:
    """List the transfers that wait for an answer, or those that have one."""
    state, answered = current(), request.args.get("show") == "answered"
    page = queries.page(
        state.uow,
        state.place,
        limits("people.manage"),
        request.args.get("cursor"),
        answered=answered,
    )
    return render_template(
        "transfers/index.html",
        moves=[queries.move(row) for row in page.items],
        page=page,
        answered=answered,
        here=state.place.id,
        words=wording,
    )


@blueprint.route("/<uuid:employment_id>/transfer", methods=BOTH)
@requires("people.manage")
def release(employment_id: UUID) -> ResponseReturnValue:
    """Release an employee to another municipality."""
    state, found = current(), changeable(employment_id)
    pending = queries.pending_of(state.uow, state.place.id, employment_id)
    if pending is not None and request.method == "GET":
        return redirect(url_for("transfers.show", transfer_id=pending), 303)
    schema = with_places(ReleaseSchema(), queries.destinations(state.uow, state.place))
    form = Form(schema, initial={"version": found.version})
    if form.submitted() and form.attempt(
        services.release, state.uow, state.place, employment_id, **form.data
    ):
        return _to(form.result.id, _("The employee was released; the new employer must accept."))
    ends_on = form.data.get("starts_on") or found.span.ends_on or state.uow.today
    staying = people.obstacles(state.uow, host(), state.place, employment_id, ends_on)
    return form.render("transfers/release.html", record=found, staying=staying)


@blueprint.get("/transfers/<uuid:transfer_id>")
@requires("people.manage")
def show(transfer_id: UUID) -> str:
    """Show a transfer, as much of it as this side may see."""
    found = _found(transfer_id)
    return render_template(
        "transfers/show.html",
        move=found,
        is_ours=_is_ours(found),
        may_answer=found.is_pending and not _is_self(found),
        words=wording,
        kinds=people_wording.KINDS,
        word=people_wording.word,
        last_day=last_day,
    )


@blueprint.route("/transfers/<uuid:transfer_id>/accept", methods=BOTH)
@requires("people.manage")
def accept(transfer_id: UUID) -> ResponseReturnValue:
    """Accept an employee who was released to this municipality."""
    found = _open(transfer_id)
    if _is_ours(found):
        raise not_found()
    state = current()
    posts = posts_of(state.uow, state.place.id)
    schema = with_rows(AcceptSchema(), units_in_reach("people.manage"), posts)
    form = Form(schema, initial={"kind": found.shown["kind"]})
    if form.submitted() and form.attempt(_accept, found, form.data):
        flash(_("The transfer of %(name)s was accepted.", name=found.shown["name"]), "success")
        return redirect(url_for("people.show", employment_id=form.result.id), 303)
    return form.render("transfers/accept.html", move=found)


def _accept(found: Move, data: dict[str, Any]) -> Any:
    """Close there and open here in one transaction: the release allows to reach across."""
    state = current()
    widen_scope(state, frozenset({found.municipality_id}))
    return services.accept(state.uow, host(), state.place, found.id, data)  # type: ignore[arg-type]


@blueprint.route("/transfers/<uuid:transfer_id>/close", methods=BOTH)
@requires("people.manage")
def close(transfer_id: UUID) -> ResponseReturnValue:
    """Withdraw what this municipality released, or refuse what it was offered."""
    found, state = _open(transfer_id), current()
    form = Form(CloseSchema())
    if form.submitted() and form.attempt(
        services.close, state.uow, state.place, transfer_id, **form.data
    ):
        text = (
            _("The transfer was withdrawn.") if _is_ours(found) else _("The transfer was refused.")
        )
        return _to(transfer_id, text)
    return form.render("transfers/close.html", move=found, is_ours=_is_ours(found))


def _found(transfer_id: UUID) -> Move:
    state = current()
    found = queries.one(state.uow, state.place, limits("people.manage"), transfer_id)
    if found is None:
        raise not_found()
    return found


def _open(transfer_id: UUID) -> Move:
    """Return a transfer that can be answered: not one's own, and not answered yet."""
    found = _found(transfer_id)
    if _is_self(found):
        raise Forbidden(_("Your own transfer can only be dealt with by a colleague."), code="own")
    if not found.is_pending:
        raise Conflict(wording.CLOSED[found.state], code=found.state)
    return found


def _is_ours(found: Move) -> bool:
    return found.municipality_id == current().place.id


def _is_self(found: Move) -> bool:
    return found.person_id == current().viewer.person_id


def _to(transfer_id: UUID, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("transfers.show", transfer_id=transfer_id), 303)
