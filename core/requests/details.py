"""What services add to requests before officers decide: seats that are left, running cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from core.accounts.request_state import RequestState
from core.requests.effects import facts_of
from core.requests.models import Request
from core.requests.registry import Registry
from core.requests.states import OPEN
from core.sdk.declarations import RequestFacts
from core.sdk.text import Text

Facts = tuple[tuple[Text, Text], ...]


def details_of(
    state: RequestState, registry: Registry, rows: Iterable[Request | Row[Any]]
) -> Mapping[UUID, Facts]:
    """Return the facts by request; each service that is on is asked once, for its open ones."""
    asked = _by_service(state, registry, rows)
    known = {one.id: service for service, requests in asked.items() for one in requests}
    answers = registry.host.hooks.request_details(
        uow=state.uow, viewer=state.viewer, requests=asked
    )
    return {
        answer.value.request_id: answer.value.facts
        for answer in answers
        if known.get(answer.value.request_id) == answer.plugin
    }


def _by_service(
    state: RequestState, registry: Registry, rows: Iterable[Request | Row[Any]]
) -> dict[str, list[RequestFacts]]:
    """Sort open requests by the service that declares their type, where it is on."""
    services = {known.type.name: known.service for known in registry.all()}
    on = state.services_in(state.place)
    found: defaultdict[str, list[RequestFacts]] = defaultdict(list)
    for row in rows:
        service = services.get(row.type)
        if service is not None and service in on and row.state in OPEN:
            found[service].append(facts_of(row))
    return found
