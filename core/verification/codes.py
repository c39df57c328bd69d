"""Codes of documents: unguessable, and fit to be read from paper and typed.

Fourteen random characters of Crockford's base 32 (70 bits; no I, L, O or U) and one check
character. The check is a sum over GF(32) with a different factor at every place, so any single
wrong character and any two that changed places are found before the database is asked.
"""

from __future__ import annotations

import re
import secrets
from typing import Final

from core.localization.digits import to_latin

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 15
GROUP: Final = 5
_VALUES: Final = {char: value for value, char in enumerate(ALPHABET)}
_LOOKALIKES: Final = str.maketrans("OIL", "011")
# What people type, or copy along: spaces, joiners, direction marks and every kind of dash.
_SEPARATORS: Final = re.compile(
    r"[\s\-_.\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2066-\u2069]"
)
_REDUCE: Final = 0b100101  # x⁵ + x² + 1, primitive: its powers of x are 31 different factors


def new_code() -> str:
    """Return a new code, without hyphens."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + _check(body)


def normalise(text: str) -> str | None:
    """Return the code that ``text`` means, or None when it can be none.

    Any case, any grouping, three digit families, O for 0 and I or L for 1.
    """
    if len(text) > 4 * LENGTH:
        return None
    code = _SEPARATORS.sub("", to_latin(text)).upper().translate(_LOOKALIKES)
    if len(code) != LENGTH or any(char not in _VALUES for char in code):
        return None
    return code if _check(code[:-1]) == code[-1] else None


def grouped(code: str) -> str:
    """Return ``code`` as it is printed: ``K7M3P-9QXAT-2HV4D``."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def _check(body: str) -> str:
    total = 0
    for char in body:
        total = _times_x(total ^ _VALUES[char])
    return ALPHABET[total]


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ _REDUCE if value & 32 else value
