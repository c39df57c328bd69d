"""What a delegation gives: never more than the delegator holds; plain values only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

from core.policy.permissions import EVERYTHING, implies
from core.policy.viewer import Grant, Viewer

LONGEST: Final = 366
"""Days of one delegation: who is away for longer gives up his role."""


def narrow(grants: Iterable[Grant], limits: Collection[str] | None) -> tuple[Grant, ...]:
    """Return what is left of ``grants`` when only ``limits`` were delegated (None = all)."""
    if limits is None:
        return tuple(grants)
    return tuple(
        Grant(
            grant.municipality_id,
            grant.unit_id,
            frozenset(name for name in limits if implies(grant.permissions, name)),
        )
        for grant in grants
    )


def delegable(viewer: Viewer, municipality_id: UUID, deciding: Iterable[str]) -> list[str]:
    """Return those permissions of steps that the viewer holds there, or stands in for."""
    holders = [viewer, *(standing.principal for standing in viewer.standings)]
    return sorted(
        name for name in set(deciding) if any(one.can(name, municipality_id) for one in holders)
    )


def beyond(wanted: Iterable[str], offered: Collection[str]) -> frozenset[str]:
    """Return what is wanted beyond what may be delegated; `EVERYTHING` is no permission of it."""
    return frozenset(name for name in wanted if name == EVERYTHING or name not in offered)
