"""Running the queue in a test, without a worker process."""

from __future__ import annotations

from flask import Flask

from core.jobs.worker import Worker


def run_jobs(app: Flask) -> None:
    """Run every job that is due on the app's database, as a worker would, and return."""
    settings = app.extensions["hamyar_settings"]
    Worker(app, settings, settings.database_url).drain()
