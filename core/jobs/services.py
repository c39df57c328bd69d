"""Enqueueing in the transaction of the change: rolled back with it, seen only when it commits."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from core.database.unit_of_work import UnitOfWork
from core.jobs import registry

if TYPE_CHECKING:
    from procrastinate import App

PLAIN = re.compile(r"[A-Za-z0-9_.:/-]{0,200}")


def defer(uow: UnitOfWork, name: str, *, lock: str | None = None, **arguments: object) -> int:
    """Enqueue the job ``name`` and return its number.

    ``arguments`` are ids, numbers and short codes, never personal data: logs and operators see
    them. Jobs with the same ``lock`` run one after the other, in order. A job may run twice
    after a crash, so it must be idempotent.

    Raises:
        LookupError: there is no such job.
        ValueError: an argument that could hold personal data.
    """
    job = registry.find(name)
    connection = uow.session.connection().connection.driver_connection
    deferrer = _enqueuer().configure_task(
        name=job.name, queue=job.queue, lock=lock, connection=connection
    )
    return int(deferrer.defer(**{key: _plain(key, value) for key, value in arguments.items()}))


@cache
def _enqueuer() -> App:
    """Return a procrastinate app that only writes to connections that it is given."""
    from procrastinate import App, SyncPsycopgConnector

    return App(connector=SyncPsycopgConnector())


def _plain(key: str, value: object) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [_plain(key, item) for item in value]
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str) and PLAIN.fullmatch(value):
        return value
    raise ValueError(f"the argument {key} of a job must be an id, a number or a short code")
