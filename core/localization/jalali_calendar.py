"""The Jalali calendar: conversion, months and formatting. Dates are stored as Gregorian dates.

Leap years are those of persiantools, which agrees with the March equinox (noon at 52.5° E)
for every year that is accepted here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from persiantools.jdatetime import JalaliDate

from core.localization.digits import localized

FIRST_YEAR: Final = 1200
LAST_YEAR: Final = 1500
"""Jalali years accepted, both included (1821–2122)."""

MONTHS: Final = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
    "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
MONTHS_EN: Final = (
    "Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar",
    "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand",
)  # fmt: skip
GREGORIAN_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
# By date.weekday(): Monday is 0. The week starts on Saturday (شنبه).
WEEKDAYS: Final = ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه")
WEEKDAYS_EN: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip


def jalali(date: dt.date) -> tuple[int, int, int]:
    """Return (year, month, day) of a Gregorian ``date``."""
    # persiantools annotates results, not parameters.
    found = JalaliDate.to_jalali(date)  # type: ignore[no-untyped-call]  # see above
    return found.year, found.month, found.day


def gregorian(year: int, month: int, day: int) -> dt.date:
    """Return the Gregorian date of a Jalali day.

    Raises:
        ValueError: there is no such day, or the year is outside of 1200–1500.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the year {year} is outside of {FIRST_YEAR}–{LAST_YEAR}")
    if not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        raise ValueError(f"there is no day {year}/{month}/{day}")
    found = JalaliDate(year, month, day)  # type: ignore[no-untyped-call]  # half-annotated library
    return found.to_gregorian()


def jalali_year(date: dt.date) -> int:
    """Return the Jalali year of ``date``."""
    return jalali(date)[0]


def is_leap(year: int) -> bool:
    """Tell whether Esfand of ``year`` has 30 days."""
    return JalaliDate.is_leap(year)


def days_in_month(year: int, month: int) -> int:
    """Return 29, 30 or 31."""
    if month <= 6:
        return 31
    return 30 if month <= 11 or is_leap(year) else 29


@dataclass(frozen=True, slots=True, order=True)
class JalaliMonth:
    """A month such as a salary period; ``month`` is 1–12, ordered by time."""

    year: int
    month: int

    def __post_init__(self) -> None:
        """Refuse what is no month."""
        if not 1 <= self.month <= 12 or not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"there is no month {self.year}/{self.month}")

    @classmethod
    def of(cls, date: dt.date) -> JalaliMonth:
        """Return the month in which ``date`` lies."""
        year, month, _day = jalali(date)
        return cls(year, month)

    @classmethod
    def from_number(cls, number: int) -> JalaliMonth:
        """Return the month of a six-digit ``number`` such as 140509."""
        return cls(*divmod(number, 100))

    @property
    def number(self) -> int:
        """The month as it is stored: 140509."""
        return self.year * 100 + self.month

    @property
    def first(self) -> dt.date:
        """The first day."""
        return gregorian(self.year, self.month, 1)

    @property
    def last(self) -> dt.date:
        """The last day."""
        return gregorian(self.year, self.month, days_in_month(self.year, self.month))

    def shift(self, months: int) -> JalaliMonth:
        """Return the month ``months`` later (negative: earlier)."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return JalaliMonth(year, month + 1)

    def __contains__(self, date: dt.date) -> bool:
        """Tell whether ``date`` lies in the month."""
        return self.first <= date <= self.last

    def __str__(self) -> str:
        """Return ``1405/09``."""
        return f"{self.year:04}/{self.month:02}"


def month_bounds(year: int, month: int) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a Jalali month (both belong to it)."""
    found = JalaliMonth(year, month)
    return found.first, found.last


def year_bounds(year: int) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a Jalali year (both belong to it)."""
    return JalaliMonth(year, 1).first, JalaliMonth(year, 12).last


def shift_months(date: dt.date, months: int) -> dt.date:
    """Return the same Jalali day ``months`` later; the 31st becomes the last day if need be."""
    year, month, day = jalali(date)
    target = JalaliMonth(year, month).shift(months)
    return gregorian(target.year, target.month, min(day, days_in_month(target.year, target.month)))


def month_name(month: int, locale: str) -> str:
    """Return the name of Jalali month 1–12."""
    return (MONTHS if locale == "fa" else MONTHS_EN)[month - 1]


def format_month(month: JalaliMonth, locale: str) -> str:
    """Return «آذر ۱۴۰۵» or "Azar 1405"."""
    return f"{month_name(month.month, locale)} {localized(month.year, locale)}"


def format_date(date: dt.date, locale: str = "fa", style: str = "short") -> str:
    """Return ``date`` in the Jalali calendar.

    ``style``: "short" ۱۴۰۵/۰۹/۰۲ · "day" «۲ آذر ۱۴۰۵» · "long" «دوشنبه ۲ آذر ۱۴۰۵» · "month"
    «آذر ۱۴۰۵» · "numeric" as short in every language (for input fields and narrow columns).
    English readers get the Gregorian day too: "2 Azar 1405 (23 Nov 2026)", for long with the
    weekday before it.

    Raises:
        ValueError: no such style.
    """
    year, month, day = jalali(date)
    if style == "numeric" or (style == "short" and locale == "fa"):
        return localized(f"{year:04}/{month:02}/{day:02}", locale)
    if style == "month":
        return format_month(JalaliMonth(year, month), locale)
    if style not in ("short", "day", "long"):
        raise ValueError(f"no such style of date: {style!r}")
    text = f"{day} {month_name(month, locale)} {year}"
    if locale == "fa":
        weekday = f"{WEEKDAYS[date.weekday()]} " if style == "long" else ""
        return weekday + localized(text, locale)
    weekday = f"{WEEKDAYS_EN[date.weekday()]} " if style == "long" else ""
    return f"{weekday}{text} ({date.day} {GREGORIAN_MONTHS[date.month - 1]} {date.year})"
