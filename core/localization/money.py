"""Amounts: whole rials in the database, rials or tomans (= 10 rials) for people.

The unit is always printed: a lost zero is the commonest mistake with money in Iran.
"""

from __future__ import annotations

import re
from typing import Final

from core.localization.digits import localized, to_latin
from core.localization.languages import current_locale
from core.localization.messages import gettext as _
from core.localization.text import clean
from core.localization.words import LIMIT, words

_NUMBER: Final = re.compile(
    r"([-\u2212]?)(\d+|\d{1,3}(?:([,٬،' ])\d{3})(?:\3\d{3})*)([.٫]\d{1,2})?"
)
_UNIT: Final = re.compile(r"\s*(ریال|تومان|rials?|irr|tomans?|﷼)$", re.IGNORECASE)
# The left-to-right mark keeps the sign on the left of the digits in a Persian line.
_MINUS: Final = {"fa": "\u200e\u2212", "en": "\u2212"}


class MoneyError(ValueError):
    """A text that is no amount; ``code``: empty · format · grouping · fraction · range."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_rial(text: str) -> int:
    """Return the amount in rials; «۵۰۰٬۰۰۰ تومان» counts ten times.

    Digits of any family; groups of three may be parted by ``,`` ``٬`` ``'`` or a space, but
    then all of them must be – «۱٬۰۰۰٬۰۰» has lost a zero and is refused.

    Raises:
        MoneyError: `explain` says it to the user.
    """
    plain = to_latin(clean(text))
    unit = _UNIT.search(plain)
    plain = plain[: unit.start()] if unit else plain
    if not plain:
        raise MoneyError("empty")
    found = _NUMBER.fullmatch(plain)
    if found is None:
        is_grouping = re.fullmatch(r"[-\u2212]?[\d,٬،' .]+", plain)
        raise MoneyError("grouping" if is_grouping else "format")
    is_toman = unit is not None and unit[1].lower().startswith(("تومان", "toman"))
    rials = _scaled(found[2], (found[4] or "")[1:], 1 if is_toman else 0)
    if rials > LIMIT:
        raise MoneyError("range")
    return -rials if found[1] else rials


def explain(error: MoneyError) -> str:
    """Return a translated sentence: what is wrong with the amount, and how to mend it."""
    example = localized("1,250,000", current_locale())
    if error.code == "empty":
        return _("Enter an amount in rials, for example %(example)s.", example=example)
    if error.code == "grouping":
        return _(
            "The groups of three digits do not fit: has a digit been lost? "
            "Write it like %(example)s.",
            example=example,
        )
    if error.code == "fraction":
        return _("Amounts are whole rials. Leave out the fraction.")
    if error.code == "range":
        return _("This amount is too large.")
    return _("This is not an amount. Write digits only, for example %(example)s.", example=example)


def format_rial(amount: int, locale: str = "fa") -> str:
    """Return «۴۸۷٬۵۰۰٬۰۰۰ ریال» or "487,500,000 rials"."""
    return f"{_signed(amount, _grouped(abs(amount), locale), locale)} {_unit('rial', locale)}"


def format_toman(amount: int, locale: str = "fa") -> str:
    """Return rials as tomans, «۱۲۳٬۴۵۶٫۷ تومان»: the odd rials are a tenth, never dropped."""
    whole, rest = divmod(abs(amount), 10)
    point = "٫" if locale == "fa" else "."
    text = _grouped(whole, locale) + (point + localized(rest, locale) if rest else "")
    return f"{_signed(amount, text, locale)} {_unit('toman', locale)}"


def in_words(amount: int, locale: str = "fa") -> str:
    """Return the amount of rials in words with its unit, as on letters."""
    return f"{words(amount, locale)} {_unit('rial', locale)}"


def toman_in_words(amount: int, locale: str = "fa") -> str:
    """Return rials as tomans in words; odd rials follow by name."""
    whole, rest = divmod(abs(amount), 10)
    sign = -1 if amount < 0 else 1
    parts = [f"{words(sign * whole, locale)} {_unit('toman', locale)}"] if whole or not rest else []
    if rest:
        parts.append(in_words(rest if whole else sign * rest, locale))
    return (" و " if locale == "fa" else " and ").join(parts)


def grouped(number: int, locale: str = "fa") -> str:
    """Return a whole number in groups of three digits, without a unit."""
    return _signed(number, _grouped(abs(number), locale), locale)


def _scaled(whole: str, fraction: str, places: int) -> int:
    """Return the number times 10^places; what is left of the fraction must be zeros."""
    taken, left = fraction[:places].ljust(places, "0"), fraction[places:]
    if left.strip("0"):
        raise MoneyError("fraction")
    return int(re.sub(r"\D", "", whole) + taken)


def _grouped(number: int, locale: str) -> str:
    text = f"{number:,}"
    return localized(text.replace(",", "٬"), locale) if locale == "fa" else text


def _signed(amount: int, text: str, locale: str) -> str:
    return _MINUS[locale] + text if amount < 0 else text


def _unit(unit: str, locale: str) -> str:
    if locale == "fa":
        return "ریال" if unit == "rial" else "تومان"
    return f"{unit}s"
