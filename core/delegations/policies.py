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
    """Return what is left of ``grants`` when only ``limits`` were delegated (None = all).

    Either side may imply the other: of a delegated right to manage, who may only look by now
    leaves the right to look.
    """
    if limits is None:
        return tuple(grants)
    given = frozenset(limits)
    return tuple(
        Grant(grant.municipality_id, grant.unit_id, _shared(grant.permissions, given))
        for grant in grants
    )


def _shared(held: frozenset[str], given: frozenset[str]) -> frozenset[str]:
    """Return the permissions that both sets give."""
    return frozenset(name for name in held | given if implies(held, name) and implies(given, name))


def delegable(viewer: Viewer, municipality_id: UUID, deciding: Iterable[str]) -> list[str]:
    """Return those permissions of steps that the viewer holds there, or stands in for."""
    holders = [viewer, *(standing.principal for standing in viewer.standings)]
    return sorted(
        name for name in set(deciding) if any(one.can(name, municipality_id) for one in holders)
    )


def beyond(wanted: Iterable[str], offered: Collection[str]) -> frozenset[str]:
    """Return what is wanted beyond what may be delegated; `EVERYTHING` is no permission of it."""
    return frozenset(name for name in wanted if name == EVERYTHING or name not in offered)
