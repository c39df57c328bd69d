"""Running an import to its end: the loops of the worker and of the command line.

Each step is a transaction of its own, so a process that is killed loses at most the chunk at
work, and whoever goes on begins with the next one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from core.database.scope import Scope
from core.database.unit_of_work import Actor, open_unit
from core.imports import steps
from core.imports.checking import waiting_rows
from core.imports.examination import Guessing, Verdict
from core.imports.mapping import MappingError
from core.imports.reading.errors import ReadError
from core.imports.staging import analyse, planned_anew
from core.imports.steps import Stopped
from core.plugin_host.hooks import Hooks
from core.sdk import Municipality

T = TypeVar("T")
GUESSING: Final = "guessing"
"""Code of an import in which too many people are known under other names."""
TRIES: Final = 4
"""A chunk that collides with somebody else's work is tried so often."""
RETRIABLE: Final = ("23505", "23P01", "40001", "40P01")
"""SQLSTATEs: unique and exclusion violations, serialization failure, deadlock."""


class Watcher(Protocol):
    """Who is told how far an import is (`core.jobs.progress.Progress` is one)."""

    def advance(self, done: int, errors: int = 0, *, total: int | None = None) -> None:
        """Take note of rows done and rows refused; what it raises ends the work."""

    def is_cancelled(self) -> bool:
        """Tell whether to stop."""


class Runner:
    """Runs imports of one municipality on behalf of ``actor``.

    ``engine`` defaults to the application's (an application context is needed then).
    """

    def __init__(
        self,
        place: Municipality,
        hooks: Hooks,
        actor: Actor,
        watcher: Watcher,
        *,
        engine: Engine | None = None,
    ) -> None:
        self.place = place
        self._hooks = hooks
        self._actor = actor
        self._watcher = watcher
        self._engine = engine

    def check(self, run_id: UUID) -> None:
        """Check a mapped import; if that fails, the import says why."""
        self._analyse()
        self._or_fail(run_id, lambda: self._once(steps.check_step, self.place, run_id, self._tell))

    def apply(self, run_id: UUID) -> None:
        """Apply a confirmed import, chunk by chunk."""
        self._or_fail(run_id, lambda: self._apply(run_id))

    def undo(self, run_id: UUID) -> None:
        """Take an import back, if nothing hangs on it."""
        self._analyse()
        self._or_fail(run_id, lambda: self._once(steps.undo_step, self.place, run_id))

    def _apply(self, run_id: UUID) -> None:
        left = self._once(waiting_rows, self.place.id, run_id)
        done = refused = 0
        self._watcher.advance(0, total=left)
        while True:
            self._stop_if_asked()
            counts = self._persistently(steps.apply_step, self._hooks, self.place, run_id)
            self._analyse(everything=not done or counts is None)
            if counts is None:
                return
            done += sum(counts[verdict] for verdict in Verdict)
            refused += counts[Verdict.REFUSED]
            self._watcher.advance(done, refused)

    def _analyse(self, *, everything: bool = False) -> None:
        self._once(partial(analyse, everything=everything))

    def _tell(self, done: int, refused: int) -> None:
        self._watcher.advance(done, refused)
        self._stop_if_asked()

    def _stop_if_asked(self) -> None:
        if self._watcher.is_cancelled():
            raise Stopped

    def _or_fail(self, run_id: UUID, work: Callable[[], object]) -> None:
        """Run ``work``; a reason that people can mend is noted with the import."""
        try:
            work()
        except Stopped:
            return
        except (ReadError, MappingError) as error:
            self._once(steps.fail_step, self.place, run_id, error.code, error.figures)
        except Guessing:
            self._once(steps.fail_step, self.place, run_id, GUESSING, {})

    def _once(self, step: Callable[..., T], *arguments: object) -> T:
        unit = open_unit(Scope.of(self.place.id), self._actor, engine=self._engine)
        with unit as uow, planned_anew(uow):
            return step(uow, *arguments)

    def _persistently(self, step: Callable[..., T], *arguments: object) -> T:
        """Take a step anew when somebody else's work came in between."""
        for attempt in range(1, TRIES + 1):
            try:
                return self._once(step, *arguments)
            except (IntegrityError, OperationalError) as error:
                state = getattr(error.orig, "sqlstate", "")
                if attempt == TRIES or state not in RETRIABLE:
                    raise
                time.sleep(0.05 * attempt)
        raise AssertionError("the last attempt returns or raises")
