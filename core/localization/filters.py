"""Template filters: digits, money, dates and amounts in the reader's language.

An empty value (None) is shown as an empty text. Digits are formatted here on the server; a
font trick would be lost on copying.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from core.localization import clock, money, words
from core.localization.digits import localized
from core.localization.jalali import JalaliMonth, format_date, format_month
from core.localization.languages import current_locale
from core.localization.messages import gettext as _
from core.localization.messages import ngettext


def register(app: Flask) -> None:
    """Add the filters of this module to the templates of ``app``."""
    app.jinja_env.filters.update(
        code=code,
        fa_num=fa_num,
        number=number,
        money=rial,
        toman=toman,
        words=in_words,
        jdate=jdate,
        jdatetime=jdatetime,
        jmonth=jmonth,
        duration=duration,
        filesize=filesize,
    )


def code(value: str | None) -> Markup:
    """Return an identifier (personnel number, account, address) as it is kept, left to right.

    Its digits stay as they are in every language, so that what is copied from a page is found
    again; "—" where there is none.
    """
    return Markup(f'<bdi dir="ltr">{escape(value or "—")}</bdi>')  # noqa: S704  # escaped


def fa_num(value: Any) -> str:
    """Return ``value`` with the reader's digits, otherwise unchanged (years, counts)."""
    return "" if value is None else localized(value, current_locale())


def number(value: int | None) -> str:
    """Return a whole number in groups of three: ۱۲٬۳۴۵."""
    return "" if value is None else money.grouped(value, current_locale())


def rial(value: int | None) -> str:
    """Return whole rials with their unit."""
    return "" if value is None else money.format_rial(value, current_locale())


def toman(value: int | None) -> str:
    """Return whole rials as tomans with their unit."""
    return "" if value is None else money.format_toman(value, current_locale())


def in_words(value: int | None) -> str:
    """Return a whole number in words, without a unit."""
    return "" if value is None else words.words(value, current_locale())


def jdate(value: dt.date | None, style: str = "short") -> str:
    """Return a date (or the Tehran day of an instant), styles as `jalali.format_date`."""
    if value is None:
        return ""
    day = clock.day_of(value) if isinstance(value, dt.datetime) else value
    return format_date(day, current_locale(), style)


def jdatetime(value: dt.datetime | None, style: str = "short") -> str:
    """Return the date and the time of day in Tehran of an aware instant."""
    if value is None:
        return ""
    local = clock.in_tehran(value)
    locale = current_locale()
    time = localized(f"{local:%H:%M}", locale)
    day = format_date(local.date(), locale, style)
    return _("%(date)s at %(time)s", date=day, time=time)


def jmonth(value: JalaliMonth | dt.date | int | None) -> str:
    """Return «آذر ۱۴۰۵» for a month, a day in it or a period such as 140509."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        value = JalaliMonth.of(clock.day_of(value) if isinstance(value, dt.datetime) else value)
    elif isinstance(value, int):
        value = JalaliMonth.from_number(value)
    return format_month(value, current_locale())


def duration(minutes: int | None) -> str:
    """Return minutes as «۲ ساعت و ۳۰ دقیقه»."""
    if minutes is None:
        return ""
    hours, rest = divmod(minutes, 60)
    in_hours = ngettext("%(num)s hour", "%(num)s hours", hours)
    in_minutes = ngettext("%(num)s minute", "%(num)s minutes", rest)
    if rest and not hours:
        return in_minutes
    return _("%(hours)s and %(minutes)s", hours=in_hours, minutes=in_minutes) if rest else in_hours


def filesize(size: int | None) -> str:
    """Return a size in bytes as «۱٫۲ مگابایت» (1 kB = 1000 bytes)."""
    if size is None:
        return ""
    if size < 1000:
        return ngettext("%(num)s byte", "%(num)s bytes", size)
    if size < 999_500:
        return _("%(size)s kB", size=_decimal(size / 1000))
    if size < 999_500_000:
        return _("%(size)s MB", size=_decimal(size / 1_000_000))
    return _("%(size)s GB", size=_decimal(size / 1_000_000_000))


def _decimal(value: float) -> str:
    """Return at most one decimal below ten, none above."""
    text = f"{value:.1f}".removesuffix(".0") if value < 9.95 else f"{value:.0f}"
    locale = current_locale()
    return localized(text.replace(".", "٫"), locale) if locale == "fa" else text
