"""Jobs that people watch: started in the caller's transaction, advanced in short ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Engine, func, select, update

from core.database.scope import Scope
from core.database.unit_of_work import SYSTEM, UnitOfWork, open_unit
from core.jobs.models import ACTIVE, BackgroundJob, JobState
from core.jobs.services import defer
from core.localization import clock

ARGUMENT: Final = "background_job_id"
"""The argument of the enqueued job that names the row."""


def start(
    uow: UnitOfWork,
    kind: str,
    *,
    municipality_id: UUID,
    job_name: str,
    total: int | None = None,
    params: Mapping[str, Any] | None = None,
    arguments: Mapping[str, Any] | None = None,
) -> BackgroundJob:
    """Add the row that people watch and enqueue the job ``job_name``, in this transaction.

    The job's function is called with ``arguments`` (strings for UUIDs), ``municipality_id`` and
    ``progress``, a `Progress`. ``kind`` is the name of a `JobKind`.
    """
    job = BackgroundJob(
        municipality_id=municipality_id,
        kind=kind,
        params=dict(params or {}),
        state=JobState.QUEUED,
        total=total,
        created_by=uow.actor.account_id,
        created_at=uow.now,
    )
    uow.session.add(job)
    uow.session.flush()
    more = {"municipality_id": municipality_id, ARGUMENT: job.id}
    defer(uow, job_name, **{**(arguments or {}), **more})
    return job


def cancel(uow: UnitOfWork, municipality_id: UUID, job_id: UUID) -> bool:
    """Stop a waiting job, or a running one after its present chunk; tell whether it was active."""
    return _change(
        uow, municipality_id, job_id, {"state": JobState.CANCELLED, "finished_at": uow.now}
    )


class JobInterrupted(Exception):
    """The worker was told to stop; the job ends here and is taken up again by another one."""


class Progress:
    """One job's row, for the code that does the work.

    Each call is a short transaction of its own, so that people see it at once, whatever the
    job's own transaction does.
    """

    def __init__(
        self,
        municipality_id: UUID,
        job_id: UUID,
        *,
        interrupted: Callable[[], bool] = lambda: False,
        engine: Engine | None = None,
    ) -> None:
        self.municipality_id = municipality_id
        self.job_id = job_id
        self._interrupted = interrupted
        self._engine = engine

    def begin(self) -> bool:
        """Mark it running; False when it is cancelled or finished already."""
        first = func.coalesce(BackgroundJob.started_at, clock.now())
        return self._write({"state": JobState.RUNNING, "started_at": first})

    def advance(self, done: int, errors: int = 0, *, total: int | None = None) -> None:
        """Show how far it is: ``done`` and ``errors`` since the very beginning.

        Raises:
            JobInterrupted: the worker stops; what was committed up to here is kept.
        """
        facts: dict[str, Any] = {"done": done, "errors": errors}
        self._write(facts if total is None else facts | {"total": total})
        if self._interrupted():
            raise JobInterrupted

    def finish(self, result_url: str = "") -> None:
        """Mark it done; ``result_url`` is a path on this site."""
        self._end(JobState.DONE, result_url=result_url)

    def fail(self, code: str) -> None:
        """Mark it failed; the kind's ``messages`` explain ``code``."""
        self._end(JobState.FAILED, code=code)

    def is_cancelled(self) -> bool:
        """Tell whether somebody pressed Stop; asked between two chunks."""
        with self._unit() as uow:
            state = uow.session.execute(self._select(BackgroundJob.state)).scalar_one()
        return bool(state == JobState.CANCELLED)

    def done(self) -> int:
        """Return how many items were done, for a job that goes on after a crash."""
        with self._unit() as uow:
            return int(uow.session.execute(self._select(BackgroundJob.done)).scalar_one())

    def _end(self, state: JobState, **facts: str) -> None:
        self._write({"state": state, "finished_at": clock.now(), **facts})

    def _select(self, column: Any) -> Any:
        return select(column).where(*_is(self.municipality_id, self.job_id))

    def _write(self, facts: Mapping[str, Any]) -> bool:
        with self._unit() as uow:
            return _change(uow, self.municipality_id, self.job_id, facts)

    def _unit(self) -> AbstractContextManager[UnitOfWork]:
        return open_unit(Scope.of(self.municipality_id), SYSTEM, engine=self._engine)


def _is(municipality_id: UUID, job_id: UUID) -> tuple[Any, ...]:
    return BackgroundJob.municipality_id == municipality_id, BackgroundJob.id == job_id


def _change(uow: UnitOfWork, municipality_id: UUID, job_id: UUID, facts: Mapping[str, Any]) -> bool:
    """Change an active job; one that has ended stays as it is."""
    active = BackgroundJob.state.in_(ACTIVE)
    changed = (
        update(BackgroundJob)
        .where(*_is(municipality_id, job_id), active)
        .values(**facts)
        .returning(BackgroundJob.id)
    )
    return uow.session.execute(changed).scalar_one_or_none() is not None
