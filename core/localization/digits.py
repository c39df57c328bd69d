"""The three digit families that people type: Persian, Arabic and ASCII.

Identifiers, amounts and dates are kept with ASCII digits; Persian digits are only shown.
"""

from __future__ import annotations

from typing import Final

PERSIAN: Final = "۰۱۲۳۴۵۶۷۸۹"
ARABIC: Final = "٠١٢٣٤٥٦٧٨٩"

_TO_LATIN: Final = {ord(c): str(i % 10) for i, c in enumerate(PERSIAN + ARABIC)}
_TO_PERSIAN: Final = {
    **{ord(str(i)): c for i, c in enumerate(PERSIAN)},
    **{ord(c): PERSIAN[i] for i, c in enumerate(ARABIC)},
}


def to_latin(text: str) -> str:
    """Return ``text`` with Persian and Arabic digits turned into ASCII digits."""
    return text.translate(_TO_LATIN)


def to_persian(value: object) -> str:
    """Return ``str(value)`` with ASCII and Arabic digits turned into Persian digits."""
    return str(value).translate(_TO_PERSIAN)


def localized(value: object, locale: str) -> str:
    """Return ``str(value)`` with the digits that readers of ``locale`` ("fa" | "en") expect."""
    return to_persian(value) if locale == "fa" else to_latin(str(value))
