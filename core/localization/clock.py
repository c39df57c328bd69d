"""The one clock: the time is UTC, the day is Tehran's. Nothing else asks the system."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from zoneinfo import ZoneInfo

TEHRAN: Final = ZoneInfo("Asia/Tehran")

# A plain global, not a context variable: a frozen test also wants its worker threads frozen.
_frozen: dt.datetime | None = None


def now() -> dt.datetime:
    """Return the present instant as an aware UTC datetime."""
    return _frozen or dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Return the date in Tehran: after 20:30 UTC (no daylight saving) it is already tomorrow."""
    return day_of(now())


def day_of(instant: dt.datetime) -> dt.date:
    """Return the date in Tehran of an aware ``instant``."""
    return in_tehran(instant).date()


def in_tehran(instant: dt.datetime) -> dt.datetime:
    """Return an aware ``instant`` as Tehran's wall-clock time.

    Raises:
        ValueError: ``instant`` is naive; guessing a zone here would shift days.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(TEHRAN)


@contextmanager
def frozen(instant: dt.datetime) -> Iterator[dt.datetime]:
    """Stop the clock at an aware ``instant`` for all threads (tests only); may be nested."""
    global _frozen
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    before, _frozen = _frozen, instant.astimezone(dt.UTC)
    try:
        yield _frozen
    finally:
        _frozen = before
