"""What keeps the queue healthy: stalled jobs are taken up again, old ones are removed.

Both run on timers of each worker, not as jobs: a worker that dies in them leaves no lock.
"""

from __future__ import annotations

import logging
from typing import Final
from uuid import UUID

from sqlalchemy import text

from core.database.scope import EMPTY
from core.database.unit_of_work import UnitOfWork, open_unit
from core.jobs.kinds import STALLED
from core.jobs.progress import ARGUMENT, Progress

logger = logging.getLogger("hamyar.jobs")

MOST_ATTEMPTS: Final = 10
"""A job whose worker died so often is given up: it may be what kills them."""

STALLED_JOBS: Final = """
with stalled as (
  select job.id, job.attempts, job.args from procrastinate_jobs job
    left join procrastinate_workers worker on worker.id = job.worker_id
  where job.status = 'doing'
    and (worker.id is null or worker.last_heartbeat < now() - make_interval(secs => :silence))
  for update of job skip locked)
"""
RETRY: Final = text(
    STALLED_JOBS + "select id, procrastinate_retry_job_v2(id, now(), null, null, null)"
    " from stalled where attempts < :most"
)
GIVE_UP: Final = text(
    STALLED_JOBS + "select args, procrastinate_finish_job_v1(id, 'failed', false)"
    " from stalled where attempts >= :most"
)
REMOVE_OLD: Final = text("""
delete from procrastinate_jobs job
  where job.status in ('succeeded', 'failed', 'cancelled', 'aborted')
    and not exists (select from procrastinate_events event where event.job_id = job.id
      and event.at > now() - make_interval(days => :days))
""")


def sweep_stalled(silence: float) -> int:
    """Put jobs back whose worker was silent for ``silence`` seconds; return how many.

    One statement decides and changes, so sweeps of several workers never take the same job.
    """
    with open_unit(EMPTY) as uow:
        parameters = {"silence": silence, "most": MOST_ATTEMPTS}
        given_up = [row.args for row in uow.session.execute(GIVE_UP, parameters)]
        retried = len(uow.session.execute(RETRY, parameters).all())
    for arguments in given_up:
        if row_id := arguments.get(ARGUMENT):
            Progress(UUID(arguments["municipality_id"]), UUID(row_id)).fail(STALLED)
    if retried or given_up:
        logger.warning("%d stalled jobs go on, %d are given up", retried, len(given_up))
    return retried


def remove_old(days: int) -> int:
    """Delete ended jobs older than ``days``; return how many."""
    with open_unit(EMPTY) as uow:
        return _deleted(uow, days)


def _deleted(uow: UnitOfWork, days: int) -> int:
    result = uow.session.connection().execute(REMOVE_OLD, {"days": days})
    return int(result.rowcount)
