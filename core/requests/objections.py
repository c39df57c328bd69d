"""Objection to a refusal: a request of its own, linked, heard by somebody else than who refused.

Once upheld, the refused request is taken up again at the step where it was refused, and decided
there by somebody who has not decided on it before. Once rejected, the refusal stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select

from core.database.keys import new_id
from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.errors import Conflict, NotFound
from core.forms import FormSchema, fields
from core.localization import LazyString, _, clock, lazy_gettext
from core.localization.filters import jdate
from core.policy.viewer import Viewer
from core.requests import effects, queries
from core.requests.content import check_key, read_content
from core.requests.models import Request, RequestDecision
from core.requests.policies import LONGEST_REASON, key_digest, objection_deadline
from core.requests.registry import Registry, request_types
from core.requests.services import own_locked, send_first, sent_before
from core.requests.states import Act, RequestState
from core.requests.timeline import note, tell
from core.requests.transitions import arrive, move
from core.sdk.declarations import RequestFacts, RequestType, Step

NAME: Final = "requests.objection"
ALREADY: Final = "uq_request_objection"
CLOSED: Final[Mapping[RequestState, str]] = {
    RequestState.REJECTED: "objection_rejected",
    RequestState.WITHDRAWN: "objection_withdrawn",
    RequestState.CONFLICT: "objection_overtaken",
}
"""How an objection ended without effect → what the timeline of the refused request says."""


class ObjectionSchema(FormSchema):
    """Why the refusal doesn't hold."""

    about = fields.Code(label=lazy_gettext("Refused request"), widget="hidden", most=40)
    why = fields.LongText(
        label=lazy_gettext("Why doesn't the reason hold?"),
        hint=lazy_gettext("Somebody else than who refused reads it."),
        required=True,
        most=LONGEST_REASON,
    )


@dataclass(frozen=True, slots=True)
class Links:
    """What the page of a request says of objections.

    ``until``: the last day to object, None where that isn't possible (any more); ``sent``: the
    latest objection to this request; ``about``: the refused request that this one objects to.
    """

    until: date | None
    sent: Request | None
    about: Request | None


def links_of(uow: UnitOfWork, request: Request, weekend: list[int]) -> Links:
    """Return how a request and objections hang together."""
    about = None
    if request.objects_to_id is not None:
        about = uow.session.get(Request, (request.municipality_id, request.objects_to_id))
    sent = _latest(uow, request) if request.objects_to_id is None else None
    is_heard = sent is not None and _holds(sent, request)
    until = None if is_heard else _open_until(uow, request, weekend)
    return Links(until, sent, about)


def _latest(uow: UnitOfWork, request: Request) -> Request | None:
    statement = select(Request).where(
        Request.municipality_id == request.municipality_id, Request.objects_to_id == request.id
    )
    latest = statement.order_by(Request.submitted_at.desc(), Request.id.desc()).limit(1)
    return uow.session.scalars(latest).first()


def _holds(objection: Request, refused: Request) -> bool:
    """Tell whether the refusal of today has been objected to; who withdrew may do so again."""
    is_same = objection.objects_to_round == refused.round
    return is_same and objection.state != RequestState.WITHDRAWN


def _open_until(uow: UnitOfWork, request: Request, weekend: list[int]) -> date | None:
    """Return the last day to object to a refused request; None if it is over or impossible."""
    is_refused = request.state == RequestState.REJECTED and request.objects_to_id is None
    if not is_refused or request.decided_at is None:
        return None
    last = objection_deadline(clock.day_of(request.decided_at), weekend)
    return last if uow.today <= last else None


def object_to(
    uow: UnitOfWork,
    registry: Registry,
    viewer: Viewer,
    municipality_id: UUID,
    request_id: UUID,
    *,
    why: str,
    key: str,
) -> Request:
    """Object to the refusal of the viewer's own request; ``key`` as for `services.submit`.

    Raises:
        Invalid: nothing is said. Conflict: it isn't refused, the time is over, or an objection
        was sent. NotFound: it isn't the viewer's.
    """
    refused = own_locked(uow, viewer, municipality_id, request_id)
    known = registry.require(NAME)
    check_key(key)
    objection = Request(
        municipality_id=municipality_id,
        id=new_id(),
        type=NAME,
        person_id=refused.person_id,
        employment_id=refused.employment_id,
        data=read_content(known.type.schema(), {"about": refused.reference, "why": why}),
        state=RequestState.DRAFT,
        step=0,
        round=1,
        submitted_by=viewer.account_id,
        submitted_by_name=uow.actor.name,
        idempotency_key=key_digest(key),
        objects_to_id=refused.id,
        objects_to_round=refused.round,
    )
    earlier = sent_before(uow, objection)
    if earlier is not None:
        return earlier
    demand_open(uow, refused)
    objection.barred = _refusers(uow, refused)
    with refusing(uow, {ALREADY: _sent_already(refused)}):
        send_first(uow, registry, known, objection, permission=refused.permission)
    note(uow, refused, "objected", reference=objection.reference)
    return objection


def demand_open(uow: UnitOfWork, refused: Request) -> None:
    """Raise Conflict, saying why, unless one may object to a request today."""
    office = queries.office(uow, refused.municipality_id)
    latest = _latest(uow, refused)
    if latest is not None and _holds(latest, refused):
        raise _sent_already(refused)
    if _open_until(uow, refused, office.weekend) is not None:
        return
    if refused.state != RequestState.REJECTED or refused.objects_to_id or not refused.decided_at:
        raise Conflict(_("There is no refusal to which you can object."), code="not_refused")
    last = objection_deadline(clock.day_of(refused.decided_at), office.weekend)
    text = _("The time to object ended on %(day)s.", day=jdate(last, "long"))
    raise Conflict(text, code="too_late")


def _sent_already(refused: Request) -> Conflict:
    text = _("You have objected to the refusal of %(reference)s.", reference=refused.reference)
    return Conflict(text, code="objected")


def _refusers(uow: UnitOfWork, refused: Request) -> list[UUID]:
    """Return who refused a request, and in whose name; for the round at hand."""
    return _deciders(uow, refused, ("rejected",))


def _deciders(uow: UnitOfWork, request: Request, outcomes: tuple[str, ...]) -> list[UUID]:
    table = RequestDecision
    rows = uow.session.execute(
        select(table.decided_by, table.on_behalf_of).where(
            table.municipality_id == request.municipality_id,
            table.request_id == request.id,
            table.round == request.round,
            table.outcome.in_(outcomes),
        )
    )
    return sorted({account for row in rows for account in row if account})


def _refused(uow: UnitOfWork, facts: RequestFacts) -> tuple[Request, Request]:
    """Return an objection and the request, locked, that it is about."""
    objection = uow.session.get(Request, (facts.municipality_id, facts.id))
    if objection is None or objection.objects_to_id is None:
        raise NotFound()
    return objection, queries.locked(uow, facts.municipality_id, objection.objects_to_id)


def _base(uow: UnitOfWork, facts: RequestFacts) -> str:
    """Return how the refused request stands: an objection to what has moved on is overtaken."""
    found = uow.session.execute(
        select(Request.state, Request.round).where(
            Request.municipality_id == facts.municipality_id,
            Request.reference == facts.data["about"],
        )
    ).one()
    return f"{found.state}.{found.round}"


def _take_up(uow: UnitOfWork, facts: RequestFacts) -> None:
    """Let the refused request wait again at the step where it was refused."""
    objection, refused = _refused(uow, facts)
    registry = request_types()
    decided_before = _deciders(uow, refused, ("rejected", "approved"))
    refused.barred = sorted({*refused.barred, *decided_before})
    move(refused, Act.REOPEN)
    refused.reason, refused.decided_at = "", None
    note(uow, refused, "reopened", reference=objection.reference)
    effects.run(uow, registry.require(refused.type).type.submitted, refused)
    arrive(uow, registry, refused, queries.office(uow, refused.municipality_id))
    tell(uow, refused, "reopened")


def _close(uow: UnitOfWork, facts: RequestFacts) -> None:
    """Note at the refused request that its refusal stands."""
    objection, refused = _refused(uow, facts)
    code = CLOSED[RequestState(objection.state)]
    note(uow, refused, code, text=objection.reason, reference=objection.reference)


def _summary(reference: str) -> str:
    return _("Against the refusal of %(reference)s", reference=reference)


OBJECTION: Final = RequestType(
    name=NAME,
    title=lazy_gettext("Objection to a refusal"),
    icon="message-circle",
    schema=ObjectionSchema,
    steps=(
        Step(
            name="hearing",
            title=lazy_gettext("Hearing by somebody else than who refused"),
            permission="requests.approve",
            days=5,
        ),
    ),
    base=_base,
    apply=_take_up,
    closed=_close,
    describe=lambda data: LazyString(_summary, data["about"]),
    self_service=False,
    tells=True,
)
