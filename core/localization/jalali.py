"""The Jalali calendar, in one import: conversion, months, reading and formatting.

`core.localization.jalali_calendar` converts and formats; `core.localization.dates` reads.
"""

from __future__ import annotations

from core.localization.dates import DateError, explain, parse_date
from core.localization.jalali_calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    JalaliMonth,
    days_in_month,
    format_date,
    format_month,
    gregorian,
    is_leap,
    jalali,
    jalali_year,
    month_bounds,
    month_name,
    shift_months,
    year_bounds,
)

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "DateError",
    "JalaliMonth",
    "days_in_month",
    "explain",
    "format_date",
    "format_month",
    "gregorian",
    "is_leap",
    "jalali",
    "jalali_year",
    "month_bounds",
    "month_name",
    "parse_date",
    "shift_months",
    "year_bounds",
]
