"""`hamyar worker` with one more job, run as a process of its own that a test may kill.

The job inserts 40 items in chunks of one, each in a transaction of its own, and tells how far
it is; it goes on after the last chunk that was committed.
"""

from __future__ import annotations

import time

from sqlalchemy import text

from core.cli import hamyar
from core.database.scope import EMPTY
from core.database.unit_of_work import open_unit
from core.jobs import registry
from core.jobs.progress import Progress
from core.jobs.registry import Job
from core.sdk import JobDeclaration

ITEMS = 40
CHUNK_SECONDS = 0.04
INSERT = text("insert into drill (item) values (:item) on conflict do nothing")


def work(*, progress: Progress, municipality_id: str) -> None:
    for item in range(progress.done() + 1, ITEMS + 1):
        with open_unit(EMPTY) as uow:
            uow.session.execute(text("insert into drill_try (item) values (:item)"), {"item": item})
            uow.session.execute(INSERT, {"item": item})
        time.sleep(CHUNK_SECONDS)
        progress.advance(item, total=ITEMS)


JOBS = {"tests.drill": Job(JobDeclaration(name="tests.drill", run=work))}

if __name__ == "__main__":
    registry.core_jobs = lambda: JOBS  # type: ignore[assignment] # not the cached function
    hamyar(["worker"])
