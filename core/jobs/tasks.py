"""Our jobs as procrastinate's tasks: names, queues, retries, and cron in Tehran's time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from croniter import croniter  # type: ignore[import-untyped] # has no stubs
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job as QueuedJob
from procrastinate.periodic import PeriodicTask

from core.jobs import runner
from core.jobs.progress import JobInterrupted
from core.jobs.registry import Job
from core.localization import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask
    from procrastinate.tasks import Task

CATCH_UP: Final = 24 * 3600
"""A periodic job missed by at most so many seconds, as no worker ran, is made up for."""


class Retry(BaseRetryStrategy):
    """Again at once after an interruption; after 4, 16 and 64 seconds when it failed."""

    def get_retry_decision(
        self, *, exception: BaseException, job: QueuedJob
    ) -> RetryDecision | None:
        """Return when to try again, None to give up."""
        if isinstance(exception, JobInterrupted):
            return RetryDecision(retry_in={"seconds": 0})
        if job.attempts >= runner.MOST_FAILURES:
            return None
        return RetryDecision(retry_in={"seconds": 4 ** (job.attempts + 1)})


class TehranTask(PeriodicTask[..., None, ...]):
    """A periodic task whose cron fields are Tehran's wall clock, not UTC."""

    @cached_property
    def croniter(self) -> croniter:
        """Return the schedule."""
        return croniter(self.cron, clock.in_tehran(clock.now()))


def task_app(
    app: Flask, jobs: Iterable[Job], database_url: str, connections: int, *, periodic: bool = True
) -> App:
    """Return a procrastinate app that knows all ``jobs``.

    ``database_url`` is the app role's libpq URL; ``connections`` the most that it may open;
    ``periodic`` tells whether it enqueues those with a cron when they are due.
    """
    connector = PsycopgConnector(conninfo=database_url, min_size=1, max_size=connections)
    tasks = App(connector=connector, periodic_defaults={"max_delay": CATCH_UP})
    for job in jobs:
        task = _add(tasks, app, job)
        if periodic and job.declaration.cron:
            tasks.periodic_registry.periodic_tasks[job.name, ""] = TehranTask(
                task=task, cron=job.declaration.cron, periodic_id="", configure_kwargs={}
            )
    return tasks


def _add(tasks: App, app: Flask, job: Job) -> Task[..., None, ...]:
    """Register one job; of a periodic one only one at a time waits, and one runs."""
    alone = job.name if job.declaration.cron else None

    def work(context: JobContext, timestamp: int | None = None, **arguments: Any) -> None:
        del timestamp  # procrastinate tells periodic jobs when they were due
        runner.run(
            app,
            job,
            arguments,
            last_try=context.job.attempts >= runner.MOST_FAILURES,
            interrupted=context.should_abort,
        )

    register = tasks.task(
        name=job.name, queue=job.queue, retry=Retry(), pass_context=True,
        lock=alone, queueing_lock=alone,
    )  # fmt: skip
    return register(work)
