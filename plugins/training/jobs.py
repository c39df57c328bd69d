"""What the calendar does by itself."""

from __future__ import annotations

from typing import Final

from core.sdk import JobDeclaration
from core.sdk.jobs import in_each_municipality
from plugins.training.services.offerings import follow_calendar

NAME: Final = "training.follow_calendar"


def run() -> None:
    """Close, start and end offerings by their dates; running it again changes nothing."""
    in_each_municipality("training", NAME, lambda uow, place: follow_calendar(uow, place.id))


FOLLOW_CALENDAR: Final = JobDeclaration(name=NAME, run=run, cron="15 * * * *")
