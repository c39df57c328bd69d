"""What `/health` and `hamyar doctor` find, and the questions that both ask."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from core.database import migrate
from core.sdk import HealthStatus

WORKER_SILENCE: Final = 60
"""Seconds after which a worker counts as gone; its heart beats every 10."""
WORKERS: Final = text(
    "select count(*) filter (where last_heartbeat > now() - make_interval(secs => :silence)),"
    " (select count(*) from procrastinate_jobs where status = 'todo'"
    "    and coalesce(scheduled_at, now()) <= now())"
    " from procrastinate_workers"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one part; ``detail`` is one English line without personal data."""

    name: str
    status: HealthStatus
    detail: str = ""


def ok(name: str, detail: str = "") -> Finding:
    """Return a finding that all is well."""
    return Finding(name, HealthStatus.OK, detail)


def degraded(name: str, detail: str) -> Finding:
    """Return a finding that something should be mended, while the service goes on."""
    return Finding(name, HealthStatus.DEGRADED, detail)


def down(name: str, detail: str) -> Finding:
    """Return a finding that the service cannot work like this."""
    return Finding(name, HealthStatus.DOWN, detail)


def worst(statuses: Iterable[HealthStatus]) -> HealthStatus:
    """Return the worst of several states; OK for none."""
    found = set(statuses)
    for status in (HealthStatus.DOWN, HealthStatus.DEGRADED):
        if status in found:
            return status
    return HealthStatus.OK


def database(connection: Connection) -> Finding:
    """Tell the server's version and the time of one round trip."""
    began = time.perf_counter()
    number = int(connection.scalar(text("show server_version_num")))
    took = (time.perf_counter() - began) * 1000
    return ok("database", f"PostgreSQL {number // 10000}.{number % 10000}, {took:.1f} ms")


def tables(connection: Connection) -> Finding:
    """Tell whether core's tables are those of this version."""
    if connection.scalar(text("select to_regclass('alembic_version')")) is None:
        return down("tables", "not created yet: run hamyar db upgrade")
    applied = connection.scalars(text("select version_num from alembic_version"))
    if set(applied) != _heads():
        return down("tables", "not of this version: run hamyar db upgrade")
    return ok("tables")


@cache
def _heads() -> frozenset[str]:
    """Return core's newest revisions; reading all migrations takes its time."""
    versions = migrate.core_line().versions
    script = ScriptDirectory(str(migrate.environment()), version_locations=[str(versions)])
    return frozenset(script.get_heads())


def queue(connection: Connection) -> Finding:
    """Tell whether a worker lives and how many jobs wait for it."""
    workers, waiting = connection.execute(WORKERS, {"silence": WORKER_SILENCE}).one()
    if not workers:
        return degraded("queue", f"no worker runs, {waiting} jobs wait")
    return ok("queue", f"{workers} workers, {waiting} jobs wait")
