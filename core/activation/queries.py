"""Reading which service is on where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core.activation.models import ServiceActivation, ServiceActivationChange
from core.activation.states import OPEN, ServiceState
from core.database.unit_of_work import UnitOfWork
from core.sdk import Municipality

Key = tuple[UUID, str]
HISTORY = 50
"""How many changes the page of a service shows."""


@dataclass(frozen=True, slots=True)
class Activation:
    """A service in a municipality; ``changed_at`` is None and ``version`` 0 if it was never on."""

    state: ServiceState
    ever_on: bool = False
    changed_at: datetime | None = None
    version: int = 0


NEVER = Activation(ServiceState.OFF)


def states(uow: UnitOfWork, municipality_ids: Iterable[UUID]) -> dict[Key, Activation]:
    """Return what is known of each (municipality, service); absent ones are `NEVER`."""
    row = ServiceActivation
    found = uow.session.execute(
        select(
            row.municipality_id, row.service, row.state, row.ever_on, row.changed_at, row.version
        ).where(row.municipality_id.in_(list(municipality_ids)))
    )
    return {
        (municipality_id, service): Activation(ServiceState(state), ever_on, changed_at, version)
        for municipality_id, service, state, ever_on, changed_at, version in found
    }


def activation(uow: UnitOfWork, place: Municipality, service: str) -> Activation:
    """Return how a service stands in a municipality."""
    return states(uow, [place.id]).get((place.id, service), NEVER)


def services_on(uow: UnitOfWork, place: Municipality) -> frozenset[str]:
    """Return the services that are on or closing in a municipality (argument ``only`` of hooks)."""
    known = states(uow, [place.id])
    return frozenset(name for (_id, name), found in known.items() if found.state in OPEN)


def services_ever_on(uow: UnitOfWork, place: Municipality) -> frozenset[str]:
    """Return the services that were ever on there and not purged (argument ``ever`` of hooks)."""
    return frozenset(
        name for (_id, name), found in states(uow, [place.id]).items() if found.ever_on
    )


def history(uow: UnitOfWork, place: Municipality, service: str) -> list[ServiceActivationChange]:
    """Return the latest changes of a service there, oldest first."""
    change = ServiceActivationChange
    latest = uow.session.scalars(
        select(change)
        .where(change.municipality_id == place.id, change.service == service)
        .order_by(change.id.desc())  # made under the lock; changed_at is when it was asked
        .limit(HISTORY)
    )
    return list(latest)[::-1]
