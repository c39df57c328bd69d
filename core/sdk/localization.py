"""Calendar, names and texts as a plugin needs them: Jalali years, keys for search and order."""

from __future__ import annotations

from core.localization import LazyString, current_locale, use_locale
from core.localization.clock import TEHRAN, day_of, in_tehran
from core.localization.digits import localized, to_latin
from core.localization.filters import duration, fa_num, jdate, jdatetime
from core.localization.jalali import format_date, jalali_year, year_bounds
from core.localization.text import search_key, sort_key

__all__ = [
    "TEHRAN",
    "LazyString",
    "current_locale",
    "day_of",
    "duration",
    "fa_num",
    "format_date",
    "in_tehran",
    "jalali_year",
    "jdate",
    "jdatetime",
    "localized",
    "search_key",
    "sort_key",
    "to_latin",
    "use_locale",
    "year_bounds",
]
