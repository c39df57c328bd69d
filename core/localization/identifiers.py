"""Iranian identifiers: each function returns the normalised text, or None if it is wrong.

The check digit of the national ID lets about one wrong digit in seventy through (a remainder
of 1 and of 10 give the same digit), so screens also show the place of issue and the name.
"""

from __future__ import annotations

import re
import string
from typing import Final

from core.localization.digits import to_latin
from core.localization.messages import lazy_gettext
from core.localization.text import clean

_SMALL: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_PLACES: Final = {
    "008": lazy_gettext("Tehran"),
    "037": lazy_gettext("Qom"),
    "045": lazy_gettext("Shemiran"),
    "049": lazy_gettext("Rey"),
    "064": lazy_gettext("Birjand"),
    "067": lazy_gettext("Bojnurd"),
    "079": lazy_gettext("Sabzevar"),
}


def national_id(text: str) -> str | None:
    """Return a national ID (کد ملی) as 10 digits; leading zeros that Excel ate are restored."""
    digits = _compact(text)
    if not re.fullmatch(r"[0-9]{8,10}", digits):
        return None
    digits = digits.zfill(10)
    if len(set(digits)) == 1 or digits[3:9] == "000000":
        return None
    rest = sum(int(digits[i]) * (10 - i) for i in range(9)) % 11
    return digits if int(digits[9]) == (rest if rest < 2 else 11 - rest) else None


def personnel_number(text: str) -> str:
    """Return a personnel number as it is stored: Latin digits, no spaces, letters as typed."""
    if text.isascii() and text.isalnum():
        return text
    return re.sub(r"\s", "", to_latin(clean(text)))


def personnel_key(text: str) -> str:
    """Return the form that personnel numbers are looked up by: AB-12 = ab-12 = «ab-۱۲».

    As PostgreSQL's ``lower(… collate "C")`` (employment.number_key): ASCII letters only.
    """
    return personnel_number(text).translate(_SMALL)


def place_of_issue(text: str) -> str | None:
    """Return the translated place where a valid national ID was issued, None if not known."""
    digits = national_id(text)
    place = _PLACES.get(digits[:3]) if digits else None
    return str(place) if place is not None else None


def legal_id(text: str) -> str | None:
    """Return the ID of a legal entity (شناسه ملی) as 11 digits."""
    digits = _compact(text)
    if not re.fullmatch(r"[0-9]{11}", digits) or digits[3:9] == "000000":
        return None
    added = int(digits[9]) + 2
    weights = (29, 27, 23, 19, 17)
    rest = sum((int(digits[i]) + added) * weights[i % 5] for i in range(10)) % 11
    return digits if int(digits[10]) == rest % 10 else None


def sheba(text: str) -> str | None:
    """Return a bank account number (شبا, IBAN) as ``IR`` + 24 digits; ``IR`` may be left out."""
    value = _compact(text).upper()
    if re.fullmatch(r"[0-9]{24}", value):
        value = "IR" + value
    if not re.fullmatch(r"IR[0-9]{24}", value):
        return None
    # ISO 13616: country letters as numbers (I = 18, R = 27) behind the account.
    return value if int(value[4:] + "1827" + value[2:4]) % 97 == 1 else None


def sheba_groups(value: str) -> str:
    """Return a sheba in groups of four, as banks print it (show it left to right)."""
    return " ".join(value[i : i + 4] for i in range(0, len(value), 4))


def mobile(text: str) -> str | None:
    """Return a mobile number as ``09`` + 9 digits; prefixes of operators change, so none is known.

    The country code may be written as ``+98``, ``0098`` or ``98``.
    """
    found = re.fullmatch(r"(?:\+98|0098|98|0)?(9[0-9]{9})", _compact(text))
    return "0" + found[1] if found else None


def postal_code(text: str) -> str | None:
    """Return a postal code as 10 digits; none of the first five is ever 0 or 2."""
    digits = _compact(text)
    return digits if re.fullmatch(r"[13-9]{5}[0-9]{5}", digits) else None


def postal_code_is_unusual(code: str) -> bool:
    """Tell whether a valid ``code`` breaks the stricter pattern in use: warn, never refuse."""
    return not re.fullmatch(r"(?!(\d)\1{3})[13-9]{4}[1346-9][013-9]{5}", code)


def _compact(text: str) -> str:
    """Return ``text`` with ASCII digits and without spaces, hyphens and marks."""
    if text.isascii() and text.isalnum():
        return text
    return re.sub(r"[\s\u200c\u200d\-\u2010-\u2015\u2212]", "", to_latin(clean(text)))
