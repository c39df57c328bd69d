"""``hamyar doctor``: tell whether everything is right on this machine."""

from __future__ import annotations

import click

from core.config import load_settings


@click.command(name="doctor")
def command() -> None:
    """Check database, rights, tables, assets, plugins, queue, mail, clock and disk.

    Exit code 1: something must be mended before Hamyar can work.
    """
    from core.operations.doctor import examine

    settings = load_settings()
    click.echo(f"{settings!r}")
    found = []
    for finding in examine(settings):
        found.append(finding)
        click.echo(f"{finding.status:<9} {finding.name:<18} {finding.detail}")
    if any(finding.status == "down" for finding in found):
        raise click.exceptions.Exit(1)
