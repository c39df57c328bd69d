"""Whole numbers in words, as they stand on cheques and letters («یک هزار و یکصد»)."""

from __future__ import annotations

from typing import Final

LIMIT: Final = 10**18
"""Numbers are written out up to this size (inclusive, either sign)."""

_ONES: Final = (
    "صفر", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه",
    "ده", "یازده", "دوازده", "سیزده", "چهارده", "پانزده", "شانزده", "هفده", "هجده", "نوزده",
)  # fmt: skip
_TENS: Final = (
    "-", "-", "بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود",
)  # fmt: skip
_HUNDREDS: Final = (
    "-", "یکصد", "دویست", "سیصد", "چهارصد", "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد",
)  # fmt: skip
_SCALES: Final = ("", "هزار", "میلیون", "میلیارد", "تریلیون", "کوادریلیون", "کوینتیلیون")

_ONES_EN: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
)  # fmt: skip
_TENS_EN: Final = (
    "-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_SCALES_EN: Final = (
    "",
    "thousand",
    "million",
    "billion",
    "trillion",
    "quadrillion",
    "quintillion",
)


def words(number: int, locale: str = "fa") -> str:
    """Return ``number`` in words; ``locale`` is "fa" or "en".

    Raises:
        ValueError: beyond ±10^18.
    """
    if abs(number) > LIMIT:
        raise ValueError(f"{number} is too large to be written in words")
    if number < 0:
        return ("منفی " if locale == "fa" else "minus ") + words(-number, locale)
    if number == 0:
        return _ONES[0] if locale == "fa" else _ONES_EN[0]
    groups = [(group, scale) for scale, group in enumerate(_thousands(number)) if group]
    if locale == "fa":
        parts = [f"{_below_1000(g)} {_SCALES[s]}".rstrip() for g, s in groups]
        return " و ".join(reversed(parts))
    parts = [f"{_below_1000_en(g)} {_SCALES_EN[s]}".rstrip() for g, s in groups]
    return " ".join(reversed(parts))


def _thousands(number: int) -> list[int]:
    """Split ``number`` into groups of three digits, the smallest first."""
    groups = []
    while number:
        number, group = divmod(number, 1000)
        groups.append(group)
    return groups


def _below_1000(number: int) -> str:
    """Return 1–999 in Persian words."""
    hundreds, rest = divmod(number, 100)
    parts = [_HUNDREDS[hundreds]] if hundreds else []
    if rest >= 20:
        parts.append(_TENS[rest // 10])
        rest %= 10
    if rest:
        parts.append(_ONES[rest])
    return " و ".join(parts)


def _below_1000_en(number: int) -> str:
    """Return 1–999 in English words."""
    hundreds, rest = divmod(number, 100)
    parts = [f"{_ONES_EN[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        parts.append(_TENS_EN[tens] + (f"-{_ONES_EN[ones]}" if ones else ""))
    elif rest:
        parts.append(_ONES_EN[rest])
    return " ".join(parts)
