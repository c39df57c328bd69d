"""What is signed: a flat record of names and values, and its canonical bytes.

The bytes are a subset of RFC 8785 (JCS): UTF-8 JSON, keys sorted, no spaces, values texts or
integers only. So the record that PostgreSQL keeps as jsonb gives the same bytes again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

import orjson

from core.localization.digits import to_latin
from core.localization.text import clean

Value = str | int
Payload = dict[str, Value]

VERSION: Final = 1
BASE_FIELDS: Final = ("v", "code", "kind", "issuer", "issued_on", "holder", "holder_id")
"""Fields that core writes into every document; a kind's own fields have other names."""
LONGEST_VALUE: Final = 400
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MASKED_DIGITS: Final = 4


class PayloadError(ValueError):
    """A field cannot be signed: a bad name, type or length. A programming error."""


def build(
    *,
    code: str,
    kind: str,
    issuer: str,
    issued_on: date,
    holder: str,
    holder_id: str,
    fields: Mapping[str, str | int | date],
) -> Payload:
    """Return the record to sign.

    ``holder_id`` is a national ID and gets masked; ``fields`` are the kind's own. Texts are
    cleaned, dates become ISO texts (Gregorian), empty texts are left out.

    Raises:
        PayloadError: see there.
    """
    base = {"code": code, "kind": kind, "issuer": issuer, "issued_on": issued_on}
    base |= {"holder": holder, "holder_id": mask(holder_id)}
    for name in fields:
        if not _NAME.fullmatch(name) or name in BASE_FIELDS:
            raise PayloadError(f"{name!r} is no name for a signed field")
    payload: Payload = {"v": VERSION}
    for name, value in {**base, **fields}.items():
        if (signed := _value(name, value)) != "":
            payload[name] = signed
    return payload


def canonical(payload: Mapping[str, Value]) -> bytes:
    """Return the bytes that are signed."""
    return orjson.dumps(dict(payload), option=orjson.OPT_SORT_KEYS)


def mask(national_id: str) -> str:
    """Return a national ID with its last four digits as asterisks (``001234****``).

    Who holds the paper and an identity card can compare; who has the paper alone learns no ID.
    """
    digits = re.sub(r"[^0-9]", "", to_latin(national_id))
    return digits[:-_MASKED_DIGITS] + "*" * _MASKED_DIGITS if digits else ""


def _value(name: str, value: object) -> Value:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
        return value
    if not isinstance(value, str):
        raise PayloadError(f"{name}: only texts, dates and whole numbers are signed")
    text = clean(value)
    if len(text) > LONGEST_VALUE:
        raise PayloadError(f"{name}: longer than {LONGEST_VALUE} characters")
    return text
