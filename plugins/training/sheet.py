"""The attendance sheet of one session: what was marked, or what was just typed.

A box says "was there" and means all minutes; a number beside it stands for part of the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from core.sdk.localization import to_latin
from core.sdk.web import Invalid, _


@dataclass(frozen=True, slots=True)
class Sheet:
    """Minutes by enrolment for a session of ``length`` minutes.

    ``errors`` by enrolment; ``problem`` is about the sheet as a whole.
    """

    length: int
    marked: Mapping[UUID, int] = field(default_factory=dict)
    typed: Mapping[UUID, str] = field(default_factory=dict)
    errors: Mapping[UUID, str] = field(default_factory=dict)
    problem: str = ""

    def was_there(self, enrolment_id: UUID) -> bool:
        """Whether the box is ticked; before anything is marked everybody counts as present."""
        return not self.marked or self.marked.get(enrolment_id, 0) != 0

    def partly(self, enrolment_id: UUID) -> str:
        """Return the number in the field beside the box, '' for all or nothing."""
        if enrolment_id in self.typed:
            return self.typed[enrolment_id]
        minutes = self.marked.get(enrolment_id, 0)
        return str(minutes) if 0 < minutes < self.length else ""

    def minutes(self) -> dict[UUID, int]:
        """Return what the service is given."""
        return dict(self.marked)

    def refused(self, error: Invalid) -> Sheet:
        """Return the sheet with the messages of the service at their lines."""
        if not error.fields:
            return replace(self, problem=str(error.message))
        return replace(
            self,
            errors={
                UUID(name.removeprefix("minutes-")): _impossible(self.length)
                for name in error.fields
            },
        )


def read(form: Mapping[str, Any], length: int, enrolment_ids: Iterable[UUID]) -> Sheet:
    """Read a submitted sheet; names are ``there-<id>`` and ``minutes-<id>``."""
    marked: dict[UUID, int] = {}
    typed: dict[UUID, str] = {}
    errors: dict[UUID, str] = {}
    for enrolment_id in enrolment_ids:
        text = str(form.get(f"minutes-{enrolment_id}", "")).strip()
        there = f"there-{enrolment_id}" in form
        marked[enrolment_id] = length if there else 0
        if not text:
            continue
        typed[enrolment_id] = text[:10]
        minutes = _number(text)
        if not there:
            errors[enrolment_id] = _("Tick the box too, or clear the minutes.")
        elif minutes is None:
            errors[enrolment_id] = _impossible(length)
        else:
            marked[enrolment_id] = minutes
    return Sheet(length, marked, typed, errors)


def _number(text: str) -> int | None:
    digits = to_latin(text)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else None


def _impossible(length: int) -> str:
    return _("Enter minutes from 0 to %(most)s.", most=length)
