"""Calling the functions of a request type, so that each does all of its work or none."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Row

from core.database.unit_of_work import UnitOfWork
from core.errors import DomainError
from core.localization.languages import in_every_language
from core.plugin_host.answers import HookError, TransactionEndedError
from core.plugin_host.guard import Guard
from core.plugin_host.quarantine import CAUGHT
from core.requests.models import Request
from core.requests.policies import FrozenStep, freeze
from core.requests.registry import Registry, out_of_order
from core.requests.wording import chosen
from core.sdk.declarations import Effect, RequestFacts, RequestType, Step
from core.sdk.values import Route

T = TypeVar("T")
logger = logging.getLogger("hamyar.requests")


def facts_of(request: Request | Row[Any]) -> RequestFacts:
    """Return what plugins are told about a request, or about a row with its columns."""
    return RequestFacts(
        id=request.id,
        reference=request.reference,
        type=request.type,
        municipality_id=request.municipality_id,
        person_id=request.person_id,
        employment_id=request.employment_id,
        data=request.data,
        amount=request.amount,
        state=request.state,
        reason=request.reason,
    )


def describe(uow: UnitOfWork, kind: RequestType, request: Request) -> None:
    """Fill in what the type says of the content: words, amount, steps and base."""
    request.type_version = kind.version
    request.title = in_every_language(kind.title)
    if kind.amount is not None:
        request.amount = _guarded(uow, request, lambda: kind.amount(request.data))  # type: ignore[misc]
    request.summary = _guarded(uow, request, lambda: _summary(kind, request))
    request.steps = freeze(kind.steps, request.amount)
    before = kind.before
    request.before = (
        _guarded(uow, request, lambda: before(uow, facts_of(request))) if before else {}
    )
    request.base_digest = digest_of_base(uow, kind, request)


def _summary(kind: RequestType, request: Request) -> dict[str, str]:
    return in_every_language(kind.describe(request.data) if kind.describe else "")


def digest_of_base(uow: UnitOfWork, kind: RequestType, request: Request) -> str:
    """Return the digest of what the request would change, '' if its type has none."""
    base = kind.base
    return _guarded(uow, request, lambda: base(uow, facts_of(request))) if base else ""


def run(uow: UnitOfWork, effect: Effect | None, request: Request) -> None:
    """Run an effect in a savepoint of the act's transaction.

    Raises:
        DomainError: what the effect itself refuses, as it is.
        Unavailable: the effect failed; the caller gives up its transaction.
    """
    if effect is not None:
        _guarded(uow, request, lambda: effect(uow, facts_of(request)))


def route(
    uow: UnitOfWork, registry: Registry, services: frozenset[str], request: Request, at: FrozenStep
) -> Route | None:
    """Ask the services that are on there who decides a step instead of its permission's holders.

    A service in quarantine isn't asked: the step then stays with the holders, who may decide
    it anyway. One that fails while it is asked stops the act.
    """
    step = Step(name=at.name, title=chosen(at.title), permission=at.permission, days=at.days)
    try:
        answer = registry.host.hooks.route_request(
            uow=uow, request=facts_of(request), step=step, only=registry.working(services)
        )
    except HookError as error:
        raise out_of_order() from error
    return answer.value if answer else None


def _guarded(uow: UnitOfWork, request: Request, work: Callable[[], T]) -> T:
    guard = Guard(uow)
    try:
        result = work()
        guard.keep()  # a constraint may fail in the last flush
    except (DomainError, TransactionEndedError):
        guard.undo()
        raise
    except CAUGHT as error:
        guard.undo()
        logger.exception("request %s of type %s failed", request.reference, request.type)
        raise out_of_order() from error
    return result
