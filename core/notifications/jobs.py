"""The jobs of this package."""

from __future__ import annotations

from flask import current_app

from core.database.scope import EMPTY
from core.database.unit_of_work import open_unit
from core.notifications import outbox
from core.notifications.gateways import gateways
from core.sdk import JobDeclaration


def deliver() -> None:
    """Send what waits in the outbox."""
    outbox.deliver(gateways(current_app.extensions["hamyar_settings"]))


def forget_old() -> None:
    """Delete letters that left long ago."""
    with open_unit(EMPTY) as uow:
        outbox.forget_old(uow)


JOBS = (
    JobDeclaration(name=outbox.JOB, run=deliver, cron="* * * * *"),
    JobDeclaration(name="notifications.forget_old", run=forget_old, cron="20 3 * * *"),
)
"""The cron of the first is for letters that wait for another try."""
