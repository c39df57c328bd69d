"""Use cases of requests: sending, correcting, withdrawing; `core.requests.decisions` decides.

Every act locks activation → person → employment → request, in this order, and notes itself in
the timeline and the audit of the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.activation.services import require_not_closing
from core.database.keys import NOBODY, new_id
from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.documents import attachments
from core.errors import Conflict, Invalid, NotFound
from core.localization import _
from core.policy.viewer import Viewer
from core.requests import effects, queries
from core.requests.content import check_key, read_content, schema_of
from core.requests.models import Request
from core.requests.policies import key_digest
from core.requests.references import draw_reference
from core.requests.registry import KnownType, Registry
from core.requests.states import Act, RequestState
from core.requests.timeline import content_digest, first_digest, note
from core.requests.transitions import arrive, demand, finish, move

SAME_KEY = "uq_request_municipality_id_submitted_by_idempotency_key"


def submit(
    uow: UnitOfWork,
    registry: Registry,
    type_name: str,
    *,
    municipality_id: UUID,
    person_id: UUID,
    employment_id: UUID | None,
    data: Mapping[str, Any],
    key: str,
) -> Request:
    """Send a request for a person; without steps it takes effect at once.

    ``data`` is what the type's schema loads, ``key`` makes sending twice harmless: the same key
    with the same content gives the same request.

    Raises:
        Invalid: the data is wrong, or the key was used for something else.
        Conflict: the service takes nothing new. Unavailable: it is out of order.
        NotFound: there is no such type, person or employment.
    """
    known = registry.require(type_name)
    check_key(key)
    request = Request(
        municipality_id=municipality_id,
        id=new_id(),
        type=type_name,
        person_id=person_id,
        employment_id=employment_id,
        data=read_content(schema_of(uow, known.type, person_id), data),
        state=RequestState.DRAFT,
        step=0,
        round=1,
        submitted_by=uow.actor.account_id or NOBODY,
        submitted_by_name=uow.actor.name,
        idempotency_key=key_digest(key),
    )
    return sent_before(uow, request) or send_first(uow, registry, known, request)


def sent_before(uow: UnitOfWork, request: Request) -> Request | None:
    """Return the request that came with the same key, if its content was the same too."""
    earlier = queries.sent_with(
        uow, request.municipality_id, request.submitted_by, request.idempotency_key
    )
    if earlier is not None and first_digest(uow, earlier) != content_digest(request):
        text = _(
            "This form was already sent as request %(reference)s, with other answers. "
            "To ask for something else, begin a new request.",
            reference=earlier.reference,
        )
        raise Invalid(text, code="idempotency_key")
    return earlier


def send_first(
    uow: UnitOfWork,
    registry: Registry,
    known: KnownType,
    request: Request,
    *,
    permission: str | None = None,
) -> Request:
    """Send a new request; its steps ask for ``permission`` instead of the type's, if given."""
    office = queries.office(uow, request.municipality_id)
    if known.service is not None:
        require_not_closing(uow, office.place, known.service)
    who = queries.sender(uow, request.municipality_id, request.person_id, request.employment_id)
    request.person_name, request.unit_id = who.name, who.unit_id
    request.reference = draw_reference(uow)
    request.submitted_at = uow.now
    effects.describe(uow, known.type, request)
    if permission is not None:
        request.steps = [{**step, "permission": permission} for step in request.steps]
    move(request, Act.SUBMIT)
    already = Conflict()
    try:
        with refusing(uow, {SAME_KEY: already}):
            uow.session.add(request)
    except Conflict:
        # Another sending with the key was quicker; it has committed, as ours had to wait for it.
        earlier = sent_before(uow, request)
        if earlier is None:
            raise
        return earlier
    note(uow, request, "submitted", content=content_digest(request))
    _attach(uow, known, request)
    return _go(uow, registry, known, request, office)


def _attach(uow: UnitOfWork, known: KnownType, request: Request) -> None:
    """Give the files among the answers to the request; a correction may have new ones."""
    owner = attachments.Owner(request.municipality_id, request.person_id)
    attachments.attach(uow, owner, request.id, known.type.schema(), request.data)


def _go(
    uow: UnitOfWork, registry: Registry, known: KnownType, request: Request, office: queries.Office
) -> Request:
    """Tell the type that the request was sent, then let it wait for its first step or finish."""
    effects.run(uow, known.type.submitted, request)
    if request.is_open:
        arrive(uow, registry, request, office)
    else:
        finish(uow, known.type, request)
    uow.session.flush()
    return request


def resubmit(
    uow: UnitOfWork,
    registry: Registry,
    viewer: Viewer,
    municipality_id: UUID,
    request_id: UUID,
    *,
    data: Mapping[str, Any],
) -> Request:
    """Send a returned request again; it passes the steps that its type has today.

    Raises:
        Invalid: the data is wrong. Conflict: it doesn't wait for a correction.
        NotFound: it isn't the viewer's. Unavailable: its service is out of order.
    """
    request = own_locked(uow, viewer, municipality_id, request_id)
    known = registry.require(request.type)
    content = read_content(schema_of(uow, known.type, request.person_id), data)
    if request.is_open and request.round > 1 and request.data == content:
        return request  # the second press of the same button
    demand(request, Act.SUBMIT)
    request.data, request.reason, request.step = content, "", 0
    effects.describe(uow, known.type, request)
    move(request, Act.SUBMIT)
    note(uow, request, "resubmitted")
    _attach(uow, known, request)
    return _go(uow, registry, known, request, queries.office(uow, municipality_id))


def withdraw(
    uow: UnitOfWork, registry: Registry, viewer: Viewer, municipality_id: UUID, request_id: UUID
) -> Request:
    """Take one's own request back while it isn't decided.

    Raises:
        Conflict: it is decided or withdrawn. NotFound: it isn't the viewer's.
        Unavailable: its service is out of order.
    """
    request = own_locked(uow, viewer, municipality_id, request_id)
    move(request, Act.WITHDRAW)
    effects.run(uow, registry.require(request.type).type.closed, request)
    note(uow, request, "withdrawn")
    uow.session.flush()
    return request


def own_locked(uow: UnitOfWork, viewer: Viewer, municipality_id: UUID, request_id: UUID) -> Request:
    """Return the viewer's own request, locked; raise NotFound for anybody else's."""
    request = queries.locked(uow, municipality_id, request_id)
    if viewer.person_id is None or request.person_id != viewer.person_id:
        raise NotFound()
    return request
