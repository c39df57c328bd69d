"""``hamyar run``: the whole site in one command."""

from __future__ import annotations

import click

from core.config import load_settings


@click.command(name="run")
def command() -> None:
    """Upgrade the tables, then serve pages and do background jobs until stopped."""
    from core.operations import logs, serving

    settings = load_settings()
    logs.configure(settings.log_level)
    found = serving.prepare(settings)
    click.echo(f"Hamyar runs at {serving.Place(settings.host, settings.port)} (Ctrl+C stops it)")
    serving.serve(settings, found)
