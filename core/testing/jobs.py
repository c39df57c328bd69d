"""Running the queue in a test, without a worker process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from core.jobs.worker import Worker


def run_jobs(app: Flask) -> None:
    """Run every job that is due on the app's database, as a worker would, and return.

    In a thread of its own, as in production; a browser test's thread has an event loop already.
    """
    settings = app.extensions["hamyar_settings"]
    with ThreadPoolExecutor(1) as pool:
        pool.submit(Worker(app, settings, settings.database_url).drain).result()
