"""The unit of work: one transaction with a scope and an actor.

Services take it as their first argument and never commit; the edge (a request, a job, a
command) opens it with `open_unit` and commits by leaving the block without an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Engine

from core.database.extension import db
from core.database.scope import Scope, ScopedSession
from core.localization import clock


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account, or the system itself (``account_id`` is None).

    ``name`` is what the audit shows; ``on_behalf_of`` is the account in whose name a delegate
    decides, ``on_behalf_of_name`` what it is called.
    ``origin`` says from where: an address, ``job:<name>`` or ``cli``.
    """

    name: str
    account_id: UUID | None = None
    person_id: UUID | None = None
    on_behalf_of: UUID | None = None
    on_behalf_of_name: str = ""
    origin: str = ""


SYSTEM = Actor("system", origin="system")


@dataclass(slots=True)
class UnitOfWork:
    """One open transaction; ``now`` and ``today`` are fixed at its start."""

    session: ScopedSession
    actor: Actor
    now: datetime = field(default_factory=clock.now)
    today: date = field(default_factory=clock.today)
    _last: dict[str, Callable[[UnitOfWork], None]] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        """The scope that row-level security applies to this transaction."""
        return self.session.scope

    def at_end(self, name: str, action: Callable[[UnitOfWork], None]) -> None:
        """Run ``action`` once, just before the commit; a second call of the name is ignored.

        The audit uses it, so that the lock on a chain's head comes after every other lock.
        What such an action will write is noted in a list in ``session.info``.
        """
        self._last.setdefault(name, action)

    def notes(self) -> dict[str, int]:
        """Return how much is noted for the commit, for `forget_notes_since`."""
        kept = self.session.info.items()
        return {name: len(noted) for name, noted in kept if isinstance(noted, list)}

    def forget_notes_since(self, notes: dict[str, int]) -> None:
        """Forget what was noted later: the savepoint of which it told was rolled back."""
        for name, noted in self.session.info.items():
            if isinstance(noted, list):
                del noted[notes.get(name, 0) :]

    def commit(self) -> None:
        """Run the last actions and commit. Only the edge calls this."""
        if self.session.in_nested_transaction():
            # Before the last actions run: what they would write is rolled back with the hook.
            raise RuntimeError("only the edge commits, and no savepoint is open there")
        self.session.flush()
        for action in self._last.values():
            action(self)
        self._last.clear()
        self.session.commit()


@contextmanager
def open_unit(
    scope: Scope,
    actor: Actor = SYSTEM,
    *,
    read_only: bool = False,
    engine: Engine | None = None,
) -> Iterator[UnitOfWork]:
    """Open a transaction, commit it at the end, roll it back on any error.

    ``read_only`` transactions are refused any write by PostgreSQL itself.
    ``engine`` defaults to the application's (an application context is needed then).
    """
    bind = engine or db.engine
    if read_only:
        bind = bind.execution_options(postgresql_readonly=True)
    with ScopedSession(bind, scope=scope, expire_on_commit=False) as session:
        unit = UnitOfWork(session, actor)
        yield unit
        unit.commit()
