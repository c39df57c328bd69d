"""Deciding: approve, reject, send back for correction.

Rules: nobody decides his own request (R1), a decision names who decided and for whom (R2), a
step is decided once (R3), what is approved takes effect exactly once and in the decision's
transaction (R4), a changed base closes the request (R5), and nobody approves two steps of the
same round (R9).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext
from functools import partial
from uuid import UUID

from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.delegations.services import acting_for
from core.errors import Conflict, Forbidden, NotFound
from core.localization import _
from core.people.directory import in_subtree
from core.policy.viewer import Viewer
from core.requests import effects, queries
from core.requests.content import read_reason
from core.requests.models import Request, RequestDecision
from core.requests.policies import Right, may_see, rights
from core.requests.registry import KnownType, Registry
from core.requests.states import Act
from core.requests.timeline import note, tell
from core.requests.transitions import arrive, demand, finish, move, overtake

IN_FORCE = "ck_request_decision_in_force"
Seen = tuple[int, int]
"""Round and step that were on the screen of whoever decides."""


def approve(
    uow: UnitOfWork,
    registry: Registry,
    viewer: Viewer,
    municipality_id: UUID,
    request_id: UUID,
    *,
    seen: Seen | None = None,
) -> Request:
    """Approve the present step; after the last one the request takes effect.

    If what it would change has changed meanwhile, it ends in the state ``conflict`` instead.

    Raises:
        Conflict: the step isn't open (any more), or isn't the one that was ``seen``.
        Forbidden: it is the viewer's own, or not his to decide. NotFound: not his to see.
        Unavailable: the service of the request is out of order. What its effect refuses.
    """
    request = queries.locked(uow, municipality_id, request_id)
    known, right = _ready(uow, registry, viewer, request, Act.APPROVE, seen)
    with acting_for(uow, right.standing):
        if effects.digest_of_base(uow, known.type, request) != request.base_digest:
            overtake(uow, known.type, request)
        else:
            _approve_step(uow, registry, viewer, right, known, request)
        uow.session.flush()
    return request


def _approve_step(
    uow: UnitOfWork,
    registry: Registry,
    viewer: Viewer,
    right: Right,
    known: KnownType,
    request: Request,
) -> None:
    _decide(uow, viewer, right, request, "approved")
    move(request, Act.APPROVE)
    if request.is_open:
        arrive(uow, registry, request, queries.office(uow, request.municipality_id))
        tell(uow, request, "approved")
    else:
        finish(uow, known.type, request)
        if not known.type.tells:
            tell(uow, request, "applied")


def reject(
    uow: UnitOfWork,
    registry: Registry,
    viewer: Viewer,
    municipality_id: UUID,
    request_id: UUID,
    *,
    reason: str,
    seen: Seen | None = None,
) -> Request:
    """Reject a request for good; the employee reads the reason.

    Raises: as `approve`, and Invalid without a reason.
    """
    request = queries.locked(uow, municipality_id, request_id)
    known, right = _ready(uow, registry, viewer, request, Act.REJECT, seen)
    request.reason = read_reason(reason)
    request.decided_at = uow.now
    with acting_for(uow, right.standing):
        _decide(uow, viewer, right, request, "rejected")
        move(request, Act.REJECT)
        effects.run(uow, known.type.closed, request)
        tell(uow, request, "rejected", text=request.reason)
        uow.session.flush()
    return request


def send_back(
    uow: UnitOfWork,
    registry: Registry,
    viewer: Viewer,
    municipality_id: UUID,
    request_id: UUID,
    *,
    reason: str,
    seen: Seen | None = None,
) -> Request:
    """Return a request to the employee, who may correct it and send it again.

    Raises: as `approve`, and Invalid without saying what is to be corrected. Conflict for types
        that only services create: the employee has no form for them.
    """
    request = queries.locked(uow, municipality_id, request_id)
    known, right = _ready(uow, registry, viewer, request, Act.RETURN, seen)
    if not known.type.self_service:
        raise Conflict(
            _("Requests of this kind can't be corrected by the employee. Reject it instead."),
            code="not_correctable",
        )
    request.reason = read_reason(reason)
    with acting_for(uow, right.standing):
        _decide(uow, viewer, right, request, "returned")
        move(request, Act.RETURN)
        tell(uow, request, "returned", text=request.reason)
        uow.session.flush()
    return request


def _ready(
    uow: UnitOfWork,
    registry: Registry,
    viewer: Viewer,
    request: Request,
    act: Act,
    seen: Seen | None,
) -> tuple[KnownType, Right]:
    """Return the type of a request whose present step the viewer may decide now, and his right."""
    held = _held_rights(uow, viewer, request)
    demand(request, act)
    if seen is not None and seen != (request.round, request.step):
        raise Conflict(
            _(
                "Request %(reference)s has moved on to another step. Look at it again.",
                reference=request.reference,
            ),
            code="moved_on",
        )
    right = _unused(uow, held, request)
    if right is None:
        raise Forbidden(
            _("You approved an earlier step of this request. Somebody else decides this one."),
            code="approved_before",
        )
    return registry.require(request.type), right


def _held_rights(uow: UnitOfWork, viewer: Viewer, request: Request) -> list[Right]:
    """Refuse whoever may not decide the present step; NotFound if he may not even see it."""
    held = list(_rights(uow, viewer, request))
    if held:
        return held
    if not can_see(uow, viewer, request):
        raise NotFound()
    if viewer.person_id == request.person_id:
        raise Forbidden(_("Nobody decides on his own request."), code="own_request")
    if viewer.account_id in request.barred:
        raise Forbidden(_("You decided on it before. Somebody else hears it now."), code="barred")
    raise Forbidden(_("This step is for somebody else to decide."), code="not_yours")


def right_to_decide(uow: UnitOfWork, viewer: Viewer, request: Request) -> Right | None:
    """Return the right by which the viewer may decide an open request's present step, if any."""
    return _unused(uow, _rights(uow, viewer, request), request) if request.is_open else None


def has_had_his_say(uow: UnitOfWork, viewer: Viewer, request: Request) -> bool:
    """Tell whether an open request waits for somebody else since the viewer approved before."""
    own = frozenset({viewer.account_id} if viewer.account_id else ())
    return request.is_open and queries.has_approved(uow, own, request)


def _unused(uow: UnitOfWork, held: Iterable[Right], request: Request) -> Right | None:
    """Return the first right of which nobody approved an earlier step of the round (R9)."""
    for right in held:
        if not queries.has_approved(uow, right.accounts, request):
            return right
    return None


def _rights(uow: UnitOfWork, viewer: Viewer, request: Request) -> Iterator[Right]:
    """Yield the rights to decide the present (or once to decide the last) step."""
    return rights(
        viewer,
        municipality_id=request.municipality_id,
        permission=request.permission,
        person_id=request.person_id,
        routed_to=request.routed_to,
        barred=request.barred,
        in_units=partial(_in_units, uow, request),
    )


def can_see(uow: UnitOfWork, viewer: Viewer, request: Request) -> bool:
    """Tell whether the viewer may read a request at the desk."""
    return may_see(
        viewer,
        municipality_id=request.municipality_id,
        permissions=[step.permission for step in request.frozen_steps] or [""],
        routed_to=request.routed_to,
        in_units=partial(_in_units, uow, request),
    )


def _in_units(uow: UnitOfWork, request: Request, roots: Collection[UUID]) -> bool:
    return request.unit_id in in_subtree(uow, request.municipality_id, roots)


def _decide(uow: UnitOfWork, viewer: Viewer, right: Right, request: Request, outcome: str) -> None:
    """Record the decision of the present step; the database refuses a second one.

    Raises:
        Forbidden: the delegation by which he decides was ended a moment ago.
    """
    step, standing = request.frozen_steps[request.step - 1], right.standing
    principal = standing.principal if standing else None
    over = Forbidden(_("The delegation by which you decide is over."), code="delegation_over")
    with refusing(uow, {IN_FORCE: over}) if standing else nullcontext():
        uow.session.add(
            RequestDecision(
                municipality_id=request.municipality_id,
                request_id=request.id,
                person_id=request.person_id,
                step=request.step,
                round=request.round,
                step_name=step.name,
                outcome=outcome,
                reason=request.reason if outcome != "approved" else "",
                decided_at=uow.now,
                decided_by=viewer.account_id,
                decider_person_id=viewer.person_id,
                decided_by_name=viewer.name,
                on_behalf_of=principal.account_id if principal else None,
                on_behalf_of_name=principal.name if principal else None,
                on_behalf_of_person_id=principal.person_id if principal else None,
                delegation_id=standing.delegation_id if standing else None,
            )
        )
    note(uow, request, outcome, text=request.reason, step=step.title)
