"""Sending, reading and taking back requests on behalf of a plugin's pages and services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast
from uuid import UUID

from core.database.unit_of_work import UnitOfWork
from core.policy import viewer as policy
from core.requests import queries, services
from core.requests.effects import facts_of
from core.requests.queries import open_requests_of, request_facts
from core.requests.registry import request_types
from core.requests.transitions import overtake
from core.sdk.declarations import RequestFacts
from core.sdk.values import Viewer

__all__ = [
    "lock_requests",
    "open_requests_of",
    "overtake_requests",
    "request_facts",
    "submit_request",
    "withdraw_request",
]


def submit_request(
    uow: UnitOfWork,
    type_name: str,
    *,
    municipality_id: UUID,
    person_id: UUID,
    employment_id: UUID | None,
    data: Mapping[str, Any],
    key: str,
) -> RequestFacts:
    """Send a request of a declared type; the same ``key`` again gives the same request.

    Raises:
        Invalid: the data is wrong. Conflict: the service takes nothing new, or what the type's
        own effects refuse. NotFound, Unavailable: see `core.requests.services.submit`.
    """
    request = services.submit(
        uow,
        request_types(),
        type_name,
        municipality_id=municipality_id,
        person_id=person_id,
        employment_id=employment_id,
        data=data,
        key=key,
    )
    return facts_of(request)


def withdraw_request(
    uow: UnitOfWork, viewer: Viewer, municipality_id: UUID, request_id: UUID
) -> None:
    """Take the viewer's own open request back; its type's effect ``closed`` runs.

    Raises:
        Conflict: it is decided already. NotFound: it isn't the viewer's.
    """
    who = cast(policy.Viewer, viewer)  # the only class of viewers there is
    services.withdraw(uow, request_types(), who, municipality_id, request_id)


def lock_requests(uow: UnitOfWork, municipality_id: UUID, ids: Iterable[UUID]) -> None:
    """Lock requests in order, before what they are about is locked (the order of all locks)."""
    queries.lock_many(uow, municipality_id, sorted(ids))


def overtake_requests(
    uow: UnitOfWork, municipality_id: UUID, ids: Iterable[UUID], *, told: bool = False
) -> None:
    """Close those requests that are still open, because what they ask for is gone (rule R5).

    The employees are told unless the caller has ``told`` them, and the types' effect ``closed``
    runs. Call `lock_requests` first.
    """
    registry = request_types()
    for request_id in sorted(ids):
        request = queries.locked(uow, municipality_id, request_id)
        if request.is_open:
            overtake(uow, registry.require(request.type).type, request, told=told)
    uow.session.flush()
