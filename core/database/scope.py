"""Scope: what row-level security lets one transaction see.

The scope is an argument of the unit of work, never a process global: a class attribute
would mix tenants under threads. It reaches PostgreSQL as three transaction-local settings,
written by one statement when a transaction begins (docs/adr/0002-tenancy.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from core.database.keys import NOBODY
from core.localization.clock import today

if TYPE_CHECKING:
    from sqlalchemy import Connection

SET_SCOPE = text(
    "select set_config('hamyar.municipalities', :municipalities, true),"
    " set_config('hamyar.person', :person, true),"
    " set_config('hamyar.today', :today, true)"
)
"""The only place that writes the settings; ``true`` = local to the transaction."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The municipalities and the person on whose behalf a transaction runs.

    An empty scope sees no tenant row at all; it is not an error. A connection without any
    scope is one: `hamyar_scope()` raises.
    """

    municipalities: frozenset[UUID] = field(default_factory=frozenset)
    person: UUID | None = None

    @classmethod
    def of(cls, *municipalities: UUID, person: UUID | None = None) -> Scope:
        """Return the scope of the given municipalities."""
        return cls(frozenset(municipalities), person)

    def widened(self, municipalities: Iterable[UUID]) -> Scope:
        """Return this scope with further municipalities; the caller audits why."""
        return Scope(self.municipalities | frozenset(municipalities), self.person)

    def settings(self, on: date) -> dict[str, str]:
        """Return the parameters of `SET_SCOPE`; ``on`` is the business day in Tehran."""
        ids = ",".join(sorted(str(m) for m in self.municipalities))
        return {
            "municipalities": "{" + ids + "}",
            "person": str(self.person or NOBODY),
            "today": on.isoformat(),
        }


EMPTY = Scope()


class ScopedSession(Session):
    """A session that belongs to one scope for its whole life."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope

    def send_scope(self, connection: Connection) -> None:
        """Tell PostgreSQL the scope; called once when a transaction begins."""
        connection.execute(SET_SCOPE, self.scope.settings(today()))


@event.listens_for(ScopedSession, "after_begin")
def _after_begin(session: ScopedSession, transaction: Any, connection: Connection) -> None:
    if not transaction.nested:
        session.send_scope(connection)
