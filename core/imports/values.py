"""Single cells to values: dates in any order, money, choices. Pure; raise ``CellError``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from core.imports.mapping import header_key
from core.imports.row_errors import CellError
from core.localization.dates import DateError, parse_date
from core.localization.digits import to_latin
from core.localization.text import clean

HIGHEST_RIAL: Final = 10**15
_BLANKS: Final = frozenset(
    ("", "-", "--", "---", "—", "–", ".", "null", "none", "n/a", "na", "#n/a", "ندارد", "نامشخص")
)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_TIME: Final = re.compile(r"(?<=\d)[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_AMOUNT: Final = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_UNITS: Final = re.compile(r"[$€£﷼]|ریال|rials?\b|irr\b|usd\b", re.IGNORECASE)
_TOMAN: Final = re.compile(r"تومان|tomans?\b", re.IGNORECASE)
_JALALI_YEARS: Final = range(1200, 1500)


@lru_cache(maxsize=65_536)
def text_of(cell: str) -> str:
    """A cell as stored: cleaned, and "" for what people write into a cell that has nothing."""
    # Numbers and codes, the most frequent and least repeated cells, have nothing to clean.
    text = cell if cell.isascii() and cell.isalnum() else clean(cell)
    return "" if text.casefold() in _BLANKS else text


@lru_cache(maxsize=65_536)
def date_of(text: str, order: str) -> date:
    """A Jalali or Gregorian date; ``order`` (auto, ymd, dmy, mdy) counts with the year at the end.

    A time of day after the date is dropped.
    """
    plain = _TIME.sub("", to_latin(text).strip())
    match = _YEAR_LAST.fullmatch(plain)
    if match:
        first, second, year = map(int, match.groups())
        day, month = _day_and_month(first, second, year, order)
        plain = f"{year}/{month}/{day}"
    try:
        return parse_date(plain)
    except DateError as error:
        raise CellError("date_range" if error.code == "range" else "date") from None


def _day_and_month(first: int, second: int, year: int, order: str) -> tuple[int, int]:
    """Day and month of a date that ends with its year."""
    if order == "mdy":
        return second, first
    if order == "dmy" or first > 12 or first == second or year in _JALALI_YEARS:
        return first, second
    if second > 12:
        return second, first
    raise CellError("date_ambiguous")


@lru_cache(maxsize=65_536)
def monthly_rial(text: str, factor: Decimal, period: str) -> int:
    """Whole rial a month: value × factor, by 12 if ``period`` is a year, half rounded up.

    Signs of currency and separators are dropped; a toman sign multiplies by ten.
    """
    amount = Fraction(_amount(text)) * Fraction(factor)
    rial = (amount / 12 if period == "year" else amount) + Fraction(1, 2)
    whole = rial.numerator // rial.denominator
    if whole > HIGHEST_RIAL:
        raise CellError("amount_range")
    return whole


def _amount(text: str) -> Decimal:
    plain = to_latin(text).replace("٫", ".").replace("٬", ",").replace("،", ",")
    times = 10 if _TOMAN.search(plain) else 1
    plain = _UNITS.sub("", _TOMAN.sub("", plain))
    plain = re.sub(r"[\s'’_\u200c]", "", plain)
    if not _AMOUNT.fullmatch(plain) or len(plain) > 40:
        raise CellError("amount")
    return Decimal(plain.replace(",", "")) * times


def choice_of(text: str, choices: Mapping[str, str], allowed: str) -> str:
    """The code that a label stands for; ``choices`` maps header keys of labels to codes."""
    code = choices.get(_choice_key(text))
    if code is None:
        raise CellError("choice", allowed=allowed)
    return code


@lru_cache(maxsize=4096)
def _choice_key(text: str) -> str:
    return header_key(text)


def choices(labels: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """For ``choice_of``: each code and each of its labels, by header key."""
    return {header_key(name): code for code, names in labels.items() for name in (code, *names)}
