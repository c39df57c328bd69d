"""``hamyar training``: what operators can check."""

from __future__ import annotations

import click

from core.sdk import Municipality
from core.sdk.commands import application
from core.sdk.jobs import in_each_municipality
from core.sdk.services import UnitOfWork
from plugins.training.services.seats import miscounted


@click.group()
def training() -> None:
    """Check the data of training."""


@training.command()
def check() -> None:
    """Count seats and waiting lists anew; exit code 1 names each offering that differs."""
    faults: list[str] = []

    def compare(uow: UnitOfWork, place: Municipality) -> None:
        faults.extend(f"{place.code}: {fault}" for fault in miscounted(uow, place.id))

    with application():
        in_each_municipality("training", "training.check", compare)
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise click.exceptions.Exit(1)
    click.echo("seats and waiting lists are as counted")
