"""Running one job: its application context, its progress, what happens when it fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from core.errors import DomainError
from core.jobs.kinds import UNEXPECTED
from core.jobs.progress import ARGUMENT, JobInterrupted, Progress
from core.jobs.registry import Job

if TYPE_CHECKING:
    from flask import Flask

logger = logging.getLogger("hamyar.jobs")

MOST_FAILURES: Final = 3
"""A job that raised is tried again so many times, after 4, 16 and 64 seconds."""


def run(
    app: Flask,
    job: Job,
    arguments: Mapping[str, Any],
    *,
    last_try: bool = True,
    interrupted: Callable[[], bool] = lambda: False,
) -> None:
    """Run ``job`` in an application context.

    With a page, it gets ``progress``, is not run when cancelled or finished, is marked done at
    its end, and failed by a `DomainError` or by any error of its last try.

    Raises:
        JobInterrupted: the worker stops.
        Exception: what the job raised, except a `DomainError` of a job with a page.
    """
    given = dict(arguments)
    row_id = given.pop(ARGUMENT, None)
    with app.app_context():
        if row_id is None:
            job.declaration.run(**given)
            return
        progress = Progress(UUID(given["municipality_id"]), UUID(row_id), interrupted=interrupted)
        if progress.begin():
            _run_watched(job, given, progress, last_try=last_try)


def _run_watched(job: Job, given: Mapping[str, Any], progress: Progress, *, last_try: bool) -> None:
    try:
        job.declaration.run(**given, progress=progress)
    except JobInterrupted:
        raise
    except DomainError as error:
        logger.info("job %s was refused: %s", job.name, error.code)
        progress.fail(error.code)
    except Exception:
        if last_try:
            progress.fail(UNEXPECTED)
        raise
    else:
        progress.finish()
