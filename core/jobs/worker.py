"""The worker: fetches jobs and runs them, in a thread beside the server or as `hamyar worker`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, Final

from procrastinate.exceptions import ConnectorException

from core.config import Settings
from core.jobs import maintenance, registry
from core.jobs.tasks import task_app

if TYPE_CHECKING:
    from flask import Flask
    from procrastinate import App

logger = logging.getLogger("hamyar.jobs")

CONCURRENCY: Final = 2
"""Jobs of one worker at a time: a long import must not hold up the mails."""
CONNECTIONS: Final = 3 * CONCURRENCY
HEARTBEAT_SECONDS: Final = 10.0
GRACE_SECONDS: Final = 5.0
"""How long a stop waits for a running job before it is interrupted."""
DAY_SECONDS: Final = 24 * 3600.0
SHORTEST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
"""Seconds between two attempts to reach a database that is gone."""


class Worker:
    """One worker of ``app``; ``database_url`` is the app role's libpq URL.

    `run` works until `stop` is called (from any thread). A lost database only makes it wait.
    """

    def __init__(self, app: Flask, settings: Settings, database_url: str) -> None:
        with app.app_context():
            self._jobs = registry.all_jobs(app.extensions["hamyar_plugins"])
        self._app = app
        self._settings = settings
        self._database_url = database_url
        self._stopped = threading.Event()
        self._stop_now: Callable[[], Any] = lambda: None

    def run(self) -> None:
        """Fetch and run jobs until stopped."""
        asyncio.run(self._run())

    def drain(self) -> None:
        """Run the jobs that wait and are due, and return; periodic ones are not enqueued."""
        asyncio.run(self._drain())

    def stop(self) -> None:
        """Let running jobs end or interrupt themselves, then let `run` return."""
        self._stopped.set()
        self._stop_now()

    async def _run(self) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        if task is None:  # pragma: no cover - asyncio.run always has one
            return
        self._stop_now = lambda: loop.call_soon_threadsafe(task.cancel)
        pause = SHORTEST_PAUSE
        while not self._stopped.is_set():
            began = time.monotonic()
            try:
                await self._work()
            except asyncio.CancelledError:
                if not self._stopped.is_set():
                    raise
                return
            except (ConnectorException, OSError) as error:
                logger.warning("the worker lost its database: %s", type(error).__name__)
            except Exception:
                logger.exception("the worker failed and starts again")
            lasted = time.monotonic() - began > LONGEST_PAUSE
            pause = SHORTEST_PAUSE if lasted else min(pause * 2, LONGEST_PAUSE)
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(pause)

    async def _work(self) -> None:
        """Fetch, run and look after the queue until cancelled or until one of that ends.

        Several fetchers, as one with several places sleeps while jobs wait for a lock.
        """
        async with self._open() as (tasks, queues):
            fetchers = [self._fetch(tasks, queues) for _place in range(CONCURRENCY)]
            parts = [asyncio.create_task(part) for part in (*fetchers, *self._timers())]
            try:
                await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for part in parts:
                    part.cancel()
                results = await asyncio.gather(*parts, return_exceptions=True)
            for result in results:
                if isinstance(result, Exception):
                    raise result

    async def _drain(self) -> None:
        async with self._open(periodic=False) as (tasks, queues):
            await self._fetch(tasks, queues, wait=False)

    @contextlib.asynccontextmanager
    async def _open(self, *, periodic: bool = True) -> AsyncIterator[tuple[App, list[str]]]:
        jobs = self._jobs.values()
        tasks = task_app(self._app, jobs, self._database_url, CONNECTIONS, periodic=periodic)
        async with tasks.open_async():
            yield tasks, sorted({job.queue for job in jobs} | {"default"})

    async def _fetch(self, tasks: App, queues: list[str], *, wait: bool = True) -> None:
        silence = self._settings.stalled_after_seconds
        await tasks.run_worker_async(
            queues=queues,
            wait=wait,
            fetch_job_polling_interval=self._settings.worker_poll_seconds,
            shutdown_graceful_timeout=GRACE_SECONDS,
            install_signal_handlers=False,
            listen_notify=wait,
            update_heartbeat_interval=min(HEARTBEAT_SECONDS, silence / 3),
            stalled_worker_timeout=silence,
        )

    def _timers(self) -> list[Any]:
        settings = self._settings
        return [
            self._every(
                settings.stalled_sweep_seconds,
                lambda: maintenance.sweep_stalled(settings.stalled_after_seconds),
            ),
            self._every(DAY_SECONDS, lambda: maintenance.remove_old(settings.old_jobs_days)),
        ]

    async def _every(self, seconds: float, action: Callable[[], object]) -> None:
        """Do ``action`` in a thread now and every so many seconds; failures are logged."""

        def act() -> None:
            with self._app.app_context():
                action()

        while True:
            try:
                await asyncio.to_thread(act)
            except Exception:
                logger.exception("the upkeep of the job queue failed")
            await asyncio.sleep(seconds)


class WorkerThread:
    """A worker in a thread of this process."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._thread = threading.Thread(target=worker.run, name="hamyar-worker")

    def start(self) -> None:
        """Start working."""
        self._thread.start()

    def stop(self, patience: float) -> bool:
        """Stop and wait at most ``patience`` seconds; tell whether it ended."""
        self._worker.stop()
        self._thread.join(patience)
        return not self._thread.is_alive()
