"""Sensitive values with only enough left to recognise them; the rest never reaches the page."""

from __future__ import annotations

from typing import Final

DOT: Final = "•"
HIDDEN: Final = DOT * 6
"""In place of an amount, whose length would say something."""
SENSITIVE: Final = ("national_id", "mobile", "sheba", "salary", "deductions", "dependants")
"""What is masked until revealed; ``dependants`` are their national IDs."""


def mask_national_id(value: str) -> str:
    """Return the first six digits of a national ID, those that public verification shows too.

    Other digits would complete what stands on a certificate (`core.verification.payload.mask`).
    """
    return _masked(value, 6, 0)


def mask_mobile(value: str) -> str:
    """Return the first four and the last two digits of a mobile number."""
    return _masked(value, 4, 2)


def mask_sheba(value: str) -> str:
    """Return ``IR`` and the last four digits of a bank account."""
    return _masked(value, 2, 4)


def _masked(value: str, first: int, last: int) -> str:
    hidden = len(value) - first - last
    if hidden <= 0:
        return DOT * len(value)
    return value[:first] + DOT * hidden + value[first + hidden :]
