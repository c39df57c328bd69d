"""`hamyar run`: tables, assets, web workers under granian, one job worker beside them."""

from __future__ import annotations

import logging
import multiprocessing
import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from core.config import OperatorError, Settings
from core.database import migrate
from core.database.embedded import embedded_server, process
from core.database.extension import db
from core.database.provision import ensure_database
from core.database.urls import DatabaseUrls
from core.operations import doctor

if TYPE_CHECKING:
    from granian.server.common import AbstractServer

logger = logging.getLogger("hamyar.run")

TARGET: Final = "core.wsgi:supervised"
BLOCKING_THREADS: Final = 4
BACKPRESSURE: Final = 64
PATIENCE: Final = 20
"""Seconds that a stop leaves to requests and jobs that run."""
DATABASE_PATIENCE = 5.0
"""Seconds until a database that others still use is left to them."""
OTHERS: Final = (
    "select count(*) from pg_stat_activity"
    " where backend_type = 'client backend' and pid <> pg_backend_pid()"
)
LOG_CONFIG: Final[dict[str, Any]] = {
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"propagate": True}},
}
"""Granian's own events go through our log."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server listens, and the address to type."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return the address for a browser on this machine."""
        named = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared
        return f"http://{named}:{self.port}/"


def prepare(settings: Settings) -> DatabaseUrls:
    """Bring database and tables up, and check what serving needs.

    Raises:
        OperatorError: the port is taken, the assets are missing, the tables are not current.
    """
    refuse_taken_port(settings)
    assets = doctor.assets()
    if assets.status != "ok":
        raise OperatorError(f"the assets are {assets.detail}")
    found = ensure_database(settings)
    if found.owner:
        migrate.upgrade(found)
    elif behind := migrate.check(found):
        raise OperatorError(
            f"the tables of {', '.join(behind)} are not of this version: set HAMYAR_OWNER_URL,"
            " or run hamyar db upgrade where it is known"
        )
    return found


def refuse_taken_port(settings: Settings) -> None:
    """Raise if somebody listens there; granian's shared ports would let two servers mix."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise OperatorError(
                f"cannot listen on {settings.host}:{settings.port}: {error.strerror};"
                " set HAMYAR_PORT to another one"
            ) from error


def server(settings: Settings) -> AbstractServer[Any]:
    """Return granian's supervisor, which ends on SIGTERM and SIGINT with all its workers."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    # A fork would copy the worker thread's locks and connections; a new interpreter has none.
    multiprocessing.set_start_method("spawn", force=True)
    return Server(
        TARGET, address=settings.host, port=settings.port, interface=Interfaces.WSGI,
        workers=settings.web_workers, blocking_threads=BLOCKING_THREADS,
        backpressure=BACKPRESSURE, websockets=False, factory=True,
        log_level=LogLevels.warning, log_dictconfig=LOG_CONFIG,
        respawn_failed_workers=True, workers_kill_timeout=PATIENCE,
    )  # fmt: skip


def serve(settings: Settings, found: DatabaseUrls) -> None:
    """Serve until told to stop; then end the workers, and the embedded database we own."""
    from core.app import create_app
    from core.jobs.worker import Worker, WorkerThread

    supervisor = server(settings)
    app = create_app(settings)
    jobs = WorkerThread(Worker(app, settings, found.app))
    supervisor.on_startup(jobs.start)
    try:
        supervisor.serve()
    finally:
        ended = jobs.stop(PATIENCE)
        with app.app_context():
            db.engine.dispose()
        stop_database(settings, found)
    if not ended:
        logger.warning("a job still runs; it goes on when a worker is there again")
        os._exit(0)  # its thread would keep the interpreter alive


def stop_database(settings: Settings, found: DatabaseUrls) -> None:
    """Stop the embedded server unless another process (a command, a worker) uses it.

    The backends of our own ended processes need a moment to leave.
    """
    import psycopg

    if settings.database_url or found.admin is None:
        return
    try:
        with psycopg.connect(found.admin, autocommit=True) as connection:
            unused = process.wait(
                lambda: connection.execute(OTHERS).fetchone() == (0,), DATABASE_PATIENCE
            )
    except psycopg.OperationalError:
        return
    if unused:
        embedded_server(settings).stop()
