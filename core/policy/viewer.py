"""The viewer: who asks, with the grants and employments that hold today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.policy.permissions import implies


@dataclass(frozen=True, slots=True)
class Grant:
    """Permissions held in a municipality; ``unit_id`` None means the whole of it."""

    municipality_id: UUID
    unit_id: UUID | None
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Post:
    """An employment that holds today."""

    employment_id: UUID
    municipality_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody may decide on behalf of a ``principal``, by a delegation (rule R8).

    The principal's grants are those that he holds today, narrowed to ``limits`` (None = all that
    he may decide). ``accounts`` and ``persons`` are his and those who passed the right on:
    nothing of their own is decided by it.
    """

    delegation_id: UUID
    principal: Viewer
    limits: frozenset[str] | None
    accounts: frozenset[UUID]
    persons: frozenset[UUID]

    def permits(self, permission: str) -> bool:
        """Tell whether steps that ask for ``permission`` were delegated."""
        return self.limits is None or implies(self.limits, permission)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody signed in, or nobody (``account_id`` None).

    ``organisation_of`` maps each municipality to its organisation: a grant in the organisation
    covers them all. ``standings`` are loaded where requests are decided
    (`core.delegations.queries.load_standings`), and count nowhere else.
    """

    account_id: UUID | None = None
    person_id: UUID | None = None
    name: str = ""
    locale: str = "fa"
    theme: str = "auto"
    grants: tuple[Grant, ...] = ()
    posts: tuple[Post, ...] = ()
    organisation_of: Mapping[UUID, UUID | None] = field(default_factory=dict)
    standings: tuple[Standing, ...] = ()

    @property
    def is_signed_in(self) -> bool:
        """Whether an account stands behind the request."""
        return self.account_id is not None

    def can(self, permission: str, municipality_id: UUID) -> bool:
        """Tell whether a grant covers ``permission`` in the municipality, or a part of it."""
        return bool(self.grants_for(permission, municipality_id))

    def municipalities(self, permission: str) -> frozenset[UUID]:
        """Return the municipalities in which the permission is held."""
        return frozenset(m for m in self.organisation_of if self.can(permission, m))

    def grants_for(self, permission: str, municipality_id: UUID) -> tuple[Grant, ...]:
        """Return the grants that give ``permission`` in the municipality."""
        places = {municipality_id, self.organisation_of.get(municipality_id)}
        return tuple(
            grant
            for grant in self.grants
            if grant.municipality_id in places and implies(grant.permissions, permission)
        )

    def post_in(self, municipality_id: UUID) -> Post | None:
        """Return today's employment in the municipality, if any."""
        return next((p for p in self.posts if p.municipality_id == municipality_id), None)

    def units_for(self, permission: str, municipality_id: UUID) -> frozenset[UUID] | None:
        """Return the units whose subtrees the permission is limited to; None = no limit.

        An empty set means that the permission is not held at all.
        """
        grants = self.grants_for(permission, municipality_id)
        if any(grant.unit_id is None for grant in grants):
            return None
        return frozenset(g.unit_id for g in grants if g.unit_id is not None)


NOBODY = Viewer()


def from_row(row: Mapping[str, Any]) -> Viewer:
    """Build the viewer from the answer of ``hamyar_open_request``."""
    if row["account_id"] is None:
        return NOBODY
    return Viewer(
        account_id=UUID(row["account_id"]),
        person_id=UUID(row["person_id"]) if row["person_id"] else None,
        name=row["name"],
        locale=row["locale"],
        theme=row["theme"],
        grants=tuple(
            Grant(
                UUID(grant["municipality_id"]),
                UUID(grant["unit_id"]) if grant["unit_id"] else None,
                frozenset(grant["permissions"]),
            )
            for grant in row["grants"]
        ),
        posts=tuple(
            Post(UUID(post["id"]), UUID(post["municipality_id"]), post["kind"])
            for post in row["employments"]
        ),
        organisation_of={
            UUID(place["id"]): UUID(place["organisation_id"]) if place["organisation_id"] else None
            for place in row["places"]
        },
    )
