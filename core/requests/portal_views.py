"""My requests: the list, beginning one, its timeline, correcting and withdrawing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import RequestState, current, widen_scope
from core.errors import Conflict
from core.forms import Form, FormSchema
from core.localization import _
from core.policy.access import signed_in
from core.requests import evidence, objections, queries, services, wording
from core.requests.content import schema_of, typed_content
from core.requests.models import Request
from core.requests.offers import chosen_post, workplaces
from core.requests.registry import KnownType, request_types
from core.requests.states import FROM, Act
from core.requests.transitions import demand

blueprint = Blueprint("my_requests", __name__, url_prefix="/requests")


@blueprint.get("/")
@signed_in
def index() -> str:
    """What I have asked for, the latest first."""
    state = current()
    page = queries.own(state.uow, state.viewer.person_id, request.args.get("cursor"))
    return render_template("requests/mine.html", page=page, words=wording)


@blueprint.get("/new/")
@signed_in
def choose() -> str:
    """What I can ask for."""
    places = workplaces(current(), request_types())
    return render_template("requests/choose.html", workplaces=places)


@blueprint.route("/new/<type_name>", methods=("GET", "POST"))
@signed_in
def fill(type_name: str) -> ResponseReturnValue:
    """The form of a request, its answers to check, and sending it."""
    state, registry = current(), request_types()
    known = registry.require(type_name)
    post = chosen_post(state, known, state.viewer.posts, request.args.get("at", type=UUID))
    form = _form(known)
    if _is_sent(form, post.municipality_id) and form.attempt(
        services.submit,
        state.uow,
        registry,
        type_name,
        municipality_id=post.municipality_id,
        person_id=state.viewer.person_id,
        employment_id=post.employment_id,
        data=form.data,
        key=form.key,
    ):
        return redirect(url_for("my_requests.sent", reference=form.result.reference), 303)
    open_ones = queries.open_of_kind(state.uow, state.viewer.person_id, type_name)
    return _form_or_check(form, known, open_ones=open_ones)


@blueprint.get("/<reference>/sent")
@signed_in
def sent(reference: str) -> str:
    """What happens next, by when, and who is told."""
    found = own(reference)
    office = queries.office(current().uow, found.municipality_id)
    return render_template("requests/sent.html", item=found, office=office, words=wording)


@blueprint.get("/<reference>")
@signed_in
def show(reference: str) -> str:
    """Where my request is, what happened, and what I can do."""
    found, uow = own(reference), current().uow
    known = request_types().get(found.type)
    office = queries.office(uow, found.municipality_id)
    return render_template(
        "requests/show.html",
        item=found,
        words=wording,
        office=office,
        links=objections.links_of(uow, found, office.weekend),
        answers=evidence.answers_in(known, found),
        timeline=wording.timeline(found, queries.events_of(uow, found)),
        can_withdraw=found.state in FROM[Act.WITHDRAW],
        can_correct=found.state in FROM[Act.SUBMIT],
    )


@blueprint.route("/<reference>/correct", methods=("GET", "POST"))
@signed_in
def correct(reference: str) -> ResponseReturnValue:
    """Change the answers of a request that was returned, and send it again."""
    found = own(reference)
    if request.method == "GET" and (answer := _too_late(found, Act.SUBMIT)):
        return answer
    known = request_types().require(found.type)
    form = _form(known)
    form.begin_with(typed_content(form.schema, found.data))
    evidence.show_held(form, found.data)
    if _is_sent(form, found.municipality_id) and form.attempt(
        act, services.resubmit, found, data=form.data
    ):
        return redirect(url_for("my_requests.sent", reference=reference), 303)
    return _form_or_check(form, known, item=found)


@blueprint.get("/<reference>/withdraw")
@signed_in
def ask_withdraw(reference: str) -> ResponseReturnValue:
    """Ask once more before it is taken back."""
    found = own(reference)
    return _too_late(found, Act.WITHDRAW) or render_template(
        "requests/withdraw.html", item=found, words=wording
    )


@blueprint.post("/<reference>/withdraw")
@signed_in
def withdraw(reference: str) -> ResponseReturnValue:
    """Take it back."""
    found = own(reference)
    if answer := _too_late(found, Act.WITHDRAW):
        return answer
    act(services.withdraw, found)
    flash(_("Request %(reference)s was withdrawn.", reference=reference), "success")
    return redirect(url_for("my_requests.show", reference=reference), 303)


def own(reference: str) -> Request:
    """Return the viewer's own request; a former employer's may still be withdrawn."""
    state = current()
    found = queries.own_request(state.uow, state.viewer.person_id, reference)
    if not state.is_read_only and found.municipality_id not in state.uow.scope.municipalities:
        widen_scope(state, frozenset({found.municipality_id}))
    return found


def _too_late(found: Request, act: Act) -> ResponseReturnValue | None:
    """Lead back to the request, saying how it stands, when ``act`` is no longer possible."""
    try:
        demand(found, act)
    except Conflict as error:
        flash(str(error), "warning")
        return redirect(url_for("my_requests.show", reference=found.reference), 303)
    return None


def act(function: Callable[..., Request], found: Request, **more: Any) -> Request:
    """Call one of the owner's acts."""
    state: RequestState = current()
    return function(
        state.uow, request_types(), state.viewer, found.municipality_id, found.id, **more
    )


def _form(known: KnownType) -> Form:
    state = current()
    return Form(cast(FormSchema, schema_of(state.uow, known.type, state.viewer.person_id)))


def _is_sent(form: Form, municipality_id: UUID) -> bool:
    """Tell whether valid answers came from the page on which they were checked."""
    return evidence.submitted(form, municipality_id) and request.form.get("action") == "send"


def _form_or_check(form: Form, known: KnownType, **context: Any) -> tuple[str, int]:
    """Show the answers to check when all are right, else (or to change them) the form."""
    is_checked = request.method == "POST" and not form.has_errors
    if is_checked and request.form.get("action") != "change":
        shown = evidence.answers_of(form.schema, form.data, current().viewer.person_id)
        return form.render("requests/check.html", kind=known.type, answers=shown, **context)
    return form.render("requests/form.html", kind=known.type, **context)
