"""``hamyar worker``: background jobs in a process of their own."""

from __future__ import annotations

import signal

import click

from core.config import load_settings


@click.command(name="worker")
def command() -> None:
    """Do background jobs until stopped; run as many as you like, on any machine."""
    from core.app import create_app
    from core.database.provision import ensure_database
    from core.jobs.worker import Worker
    from core.operations import logs

    settings = load_settings()
    logs.configure(settings.log_level)
    worker = Worker(create_app(settings), settings, ensure_database(settings).app)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: worker.stop())
    click.echo("the worker runs (Ctrl+C stops it)")
    worker.run()
