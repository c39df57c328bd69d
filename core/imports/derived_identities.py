"""Marked test IDs for sample files without national IDs and personnel numbers.

Derived by sha256 from name, hire date, unit and job title only, so that the same person gets the
same ID in each import of the file. They pass every check of a real ID but stand in 900–999: no
place of issue has such a first part (the published tables end at 73x), so no real ID is hit. The
caller stores them flagged as test.

Two people with the same four values (not the same row: a repeated row is refused before) get the
first and second derivation in the order of the file, and so does the very rare clash of two
different people.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from typing import NamedTuple

from core.localization.identifiers import national_id


class DerivedIdentity(NamedTuple):
    """A national ID of the test range, and a personnel number beginning with ``T``."""

    national_id: str
    personnel_number: str


class DerivedIdentities:
    """Derives the identities of one file; remembers what it gave."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._given: set[str] = set()

    def derive(self, name: str, hired_on: date, unit: str, job_title: str) -> DerivedIdentity:
        """The identity of the next person with these four values."""
        seed = "\x1f".join((name, hired_on.isoformat(), unit, job_title))
        self._seen[seed] += 1
        attempt = 0
        while True:
            identity = _identity(f"{seed}\x1f{self._seen[seed]}\x1f{attempt}")
            fresh = self._given.isdisjoint(identity)
            if fresh and national_id(identity.national_id):
                self._given.update(identity)
                return identity
            attempt += 1


def _identity(seed: str) -> DerivedIdentity:
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big")
    number, body = divmod(number, 10**8)
    return DerivedIdentity(_with_check_digit(f"9{body:08d}"), f"T{number % 10**12:012d}")


def _with_check_digit(body: str) -> str:
    """Nine digits and their check digit."""
    rest = sum(int(digit) * (10 - place) for place, digit in enumerate(body)) % 11
    return f"{body}{rest if rest < 2 else 11 - rest}"
