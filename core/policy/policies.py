"""Who may give which rights: never more than one's own, never to oneself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from uuid import UUID

from core.policy.viewer import Viewer


def beyond(
    viewer: Viewer, permissions: Iterable[str], place_id: UUID, chain: AbstractSet[UUID]
) -> frozenset[str]:
    """Return those of ``permissions`` that the viewer doesn't hold for the whole of a place.

    ``chain``: the unit to which a grant is limited and the units above it; empty = all units.
    """
    return frozenset(name for name in permissions if not _holds(viewer, name, place_id, chain))


def _holds(viewer: Viewer, permission: str, place_id: UUID, chain: AbstractSet[UUID]) -> bool:
    units = viewer.units_for(permission, place_id)
    return units is None or bool(units & chain)


def chain_of(unit_id: UUID | None, parents: Mapping[UUID, UUID | None]) -> frozenset[UUID]:
    """Return a unit and all above it; empty for None."""
    chain: set[UUID] = set()
    while unit_id is not None and unit_id not in chain:
        chain.add(unit_id)
        unit_id = parents.get(unit_id)
    return frozenset(chain)
