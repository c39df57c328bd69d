"""Reading dates as people type and paste them, and saying what is wrong with one."""

from __future__ import annotations

import datetime as dt
import re
from calendar import month_name
from typing import Final

from core.localization import jalali_calendar as calendar
from core.localization.digits import localized, to_latin
from core.localization.languages import current_locale
from core.localization.messages import gettext as _
from core.localization.text import clean, search_key

GREGORIAN_FIRST: Final = 1821
GREGORIAN_LAST: Final = 2122

_JALALI_NAMES: Final = {
    **{search_key(name): i for i, name in enumerate(calendar.MONTHS, 1)},
    **{name.lower(): i for i, name in enumerate(calendar.MONTHS_EN, 1)},
    search_key("امرداد"): 5,
}
_GREGORIAN_NAMES: Final = {
    **{name.lower(): i for i, name in enumerate(calendar.GREGORIAN_MONTHS, 1)},
    **{name.lower(): i for i, name in enumerate(month_name) if name},
}
_YEAR_FIRST: Final = re.compile(r"(\d{4})\s?[/\-.،؍ ]\s?(\d{1,2})\s?[/\-.،؍ ]\s?(\d{1,2})")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NAMED: Final = re.compile(r"(?:\D*? )?(\d{1,2}) ([^\W\d]+)(?: ماه)?,? (\d{4})(?: \(.*\))?")
_MONTH_FIRST: Final = re.compile(r"(\d{1,2})[/\-.](\d{1,2})[/\-.](\d{4})")
# What spreadsheets add to a date without a time.
_MIDNIGHT: Final = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?$")


class DateError(ValueError):
    """A text that is no date.

    ``code``: empty · format (not a date at all) · month (not 1–12) · day (the month is
    shorter) · range (the year is neither Jalali 1200–1500 nor Gregorian 1821–2122).
    ``year``, ``month`` and ``last_day`` are set as far as they could be read.
    """

    def __init__(
        self, code: str, *, year: int | None = None, month: int | None = None, last_day: int = 0
    ) -> None:
        super().__init__(code)
        self.code = code
        self.year = year
        self.month = month
        self.last_day = last_day


def parse_date(text: str, *, order: str = "ymd") -> dt.date:
    """Return the date that ``text`` says; the year tells the calendar.

    Understood in all digit families: ۱۴۰۵/۰۹/۰۲, 1405-9-2, 14050902, «۲ آذر ۱۴۰۵» (with or
    without weekday), 2026-11-23, 20261123, and what `calendar.format_date` writes. With
    ``order="mdy"`` 10/24/1979 too – only on request, since it can't be told from day first.

    Raises:
        DateError: with a ``code``; `explain` says it to the user.
    """
    plain = _MIDNIGHT.sub("", to_latin(clean(text)))
    if not plain:
        raise DateError("empty")
    found = _YEAR_FIRST.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if found:
        return _checked(int(found[1]), int(found[2]), int(found[3]))
    found = _NAMED.fullmatch(plain)
    if found:
        return _named(int(found[3]), found[2], int(found[1]))
    found = _MONTH_FIRST.fullmatch(plain) if order == "mdy" else None
    if found:
        return _checked(int(found[3]), int(found[1]), int(found[2]))
    raise DateError("format")


def explain(error: DateError) -> str:
    """Return a translated sentence: what is wrong with the date, and how to mend it."""
    locale = current_locale()
    example = localized("1405/09/02", locale)
    if error.code == "empty":
        return _("Enter a date, for example %(example)s.", example=example)
    if error.code == "month":
        return _(
            "The month must be a number from 1 to 12, for example %(example)s.", example=example
        )
    if error.code == "day" and error.year and error.month:
        return _(
            "%(month)s %(year)s has %(days)s days. Correct the day.",
            month=_name_of_month(error.year, error.month, locale),
            year=error.year,
            days=error.last_day,
        )
    if error.code == "range" and error.year is not None:
        return _(
            "The year %(year)s cannot be right. Write a year such as %(example)s.",
            year=error.year,
            example=localized(1405, locale),
        )
    return _(
        "This is not a date. Write the year with four digits, the month and the day, "
        "for example %(example)s.",
        example=example,
    )


def _named(year: int, name: str, day: int) -> dt.date:
    # «2 Azar 2026» and "23 Nov 1405" mix the calendars: each year looks in its own names only.
    names = _JALALI_NAMES if year <= calendar.LAST_YEAR else _GREGORIAN_NAMES
    month = names.get(search_key(name))
    if month is None:
        raise DateError("format")
    return _checked(year, month, day)


def _checked(year: int, month: int, day: int) -> dt.date:
    is_jalali = calendar.FIRST_YEAR <= year <= calendar.LAST_YEAR
    if not is_jalali and not GREGORIAN_FIRST <= year <= GREGORIAN_LAST:
        raise DateError("range", year=year, month=month)
    if not 1 <= month <= 12:
        raise DateError("month", year=year, month=month)
    last = calendar.days_in_month(year, month) if is_jalali else _gregorian_length(year, month)
    if not 1 <= day <= last:
        raise DateError("day", year=year, month=month, last_day=last)
    return calendar.gregorian(year, month, day) if is_jalali else dt.date(year, month, day)


def _gregorian_length(year: int, month: int) -> int:
    start = dt.date(year + month // 12, month % 12 + 1, 1)
    return (start - dt.timedelta(days=1)).day


def _name_of_month(year: int, month: int, locale: str) -> str:
    if year <= calendar.LAST_YEAR:
        return calendar.month_name(month, locale)
    return calendar.GREGORIAN_MONTHS[month - 1]
