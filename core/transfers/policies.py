"""Rules of transfers: plain values only."""

from __future__ import annotations

from datetime import date

from core.errors import Invalid
from core.localization import _
from core.localization.filters import jdate
from core.people.policies import AHEAD, Span, last_day


def check_day(employment: Span, starts_on: date, today: date) -> None:
    """Refuse a first day elsewhere on which the old employment couldn't end the day before.

    It must have lasted a day at least, and mustn't end earlier by itself. A past day is possible:
    orders may arrive late.
    """
    if starts_on <= employment.starts_on:
        text = _("The first day here was %(day)s.", day=jdate(employment.starts_on))
    elif employment.ends_on and starts_on > employment.ends_on:
        text = _("The employment ends on %(day)s already.", day=jdate(last_day(employment.ends_on)))
    elif starts_on > today + AHEAD:
        text = _("The latest possible day is %(day)s.", day=jdate(today + AHEAD))
    else:
        return
    raise Invalid(fields={"starts_on": [text]})
