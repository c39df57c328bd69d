"""Moving a request from state to state, and what happens on arrival."""

from __future__ import annotations

from core.activation.queries import services_on
from core.database.unit_of_work import UnitOfWork
from core.errors import Conflict
from core.localization import _
from core.localization.languages import in_every_language
from core.requests import effects
from core.requests.models import Request
from core.requests.policies import due_date
from core.requests.queries import Office, able
from core.requests.registry import Registry
from core.requests.states import FROM, Act, advance
from core.requests.timeline import note, tell
from core.requests.wording import state_word
from core.sdk.declarations import RequestType


def demand(request: Request, act: Act) -> None:
    """Raise Conflict, saying how the request stands, unless ``act`` is possible now."""
    if request.state not in FROM[act]:
        raise Conflict(
            _(
                "This is not possible any more: request %(reference)s is now “%(state)s”.",
                reference=request.reference,
                state=state_word(request.state),
            ),
            code="wrong_state",
        )


def move(request: Request, act: Act) -> None:
    """Do ``act``; raise Conflict where it isn't possible."""
    demand(request, act)
    there = advance(request.progress, act)
    request.state, request.step, request.round = there.state, there.step, there.round


def arrive(uow: UnitOfWork, registry: Registry, request: Request, office: Office) -> None:
    """Let an open request wait for its present step: who decides it, and by when."""
    at = request.present_step
    if at is None:
        return
    request.permission = at.permission
    request.due_on = due_date(uow.today, at.days, office.weekend)
    request.routed_to = None
    found = effects.route(uow, registry, services_on(uow, office.place), request, at)
    accounts = able(uow, found.accounts, request) if found else []
    if found and accounts:
        request.routed_to = accounts
        note(uow, request, "routed", reason=in_every_language(found.reason))


def finish(uow: UnitOfWork, kind: RequestType, request: Request) -> None:
    """Bring about what was approved, in this transaction (rule R4)."""
    request.decided_at = uow.now
    effects.run(uow, kind.apply, request)
    move(request, Act.APPLY)
    request.applied_at = uow.now
    note(uow, request, "applied")


def overtake(uow: UnitOfWork, kind: RequestType, request: Request, *, told: bool = False) -> None:
    """Close a request whose base has changed since it was sent (rule R5).

    ``told``: the employee hears of it in another way already.
    """
    move(request, Act.FIND_CONFLICT)
    request.decided_at = uow.now
    effects.run(uow, kind.closed, request)
    note(uow, request, "conflict")
    if not told:
        tell(uow, request, "conflict")
