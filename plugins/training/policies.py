"""The rules of training on plain values: states, seats and queue, attendance, hours.

Numbers T1 … are the invariants that docs/officers/training.md explains.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID


class CourseKind(enum.StrEnum):
    """Kinds of courses in the training system of public employees."""

    ORIENTATION = "orientation"
    GENERAL = "general"
    JOB_GENERAL = "job_general"
    JOB_SPECIFIC = "job_specific"
    MANAGEMENT = "management"


class OfferingState(enum.StrEnum):
    """How far an offering is."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    RUNNING = "running"
    MARKING = "marking"
    FINALISED = "finalised"
    CANCELLED = "cancelled"


class OfferingAct(enum.StrEnum):
    """What can happen to an offering."""

    OPEN = "open"
    CLOSE = "close"
    START = "start"
    END = "end"
    FINALISE = "finalise"
    CANCEL = "cancel"


class EnrolmentState(enum.StrEnum):
    """How far an enrolment is. ``pending`` waits for approval, with a seat or in the queue."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    COMPLETED = "completed"
    INCOMPLETE = "incomplete"
    NO_SHOW = "no_show"
    WITHDRAWN = "withdrawn"
    LATE_WITHDRAWN = "late_withdrawn"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


MOVES: Final[dict[OfferingAct, tuple[frozenset[OfferingState], OfferingState]]] = {
    OfferingAct.OPEN: (frozenset({OfferingState.DRAFT, OfferingState.CLOSED}), OfferingState.OPEN),
    OfferingAct.CLOSE: (frozenset({OfferingState.OPEN}), OfferingState.CLOSED),
    OfferingAct.START: (frozenset({OfferingState.CLOSED}), OfferingState.RUNNING),
    OfferingAct.END: (frozenset({OfferingState.RUNNING}), OfferingState.MARKING),
    OfferingAct.FINALISE: (
        frozenset({OfferingState.RUNNING, OfferingState.MARKING}),
        OfferingState.FINALISED,
    ),
    OfferingAct.CANCEL: (
        frozenset(
            {OfferingState.DRAFT, OfferingState.OPEN, OfferingState.CLOSED, OfferingState.RUNNING}
        ),
        OfferingState.CANCELLED,
    ),
}
"""Act → from which states, and where to."""

UNDER_WAY: Final = frozenset(
    {OfferingState.OPEN, OfferingState.CLOSED, OfferingState.RUNNING, OfferingState.MARKING}
)
"""Somebody may hold a seat in it, or wait for one."""
MARKABLE: Final = frozenset({OfferingState.CLOSED, OfferingState.RUNNING, OfferingState.MARKING})
"""Attendance may be marked."""

WAITING_OR_SEATED: Final = frozenset(
    {EnrolmentState.PENDING, EnrolmentState.CONFIRMED, EnrolmentState.WAITLISTED}
)
"""The course is still before the person, or running."""
FINISHED: Final = frozenset(
    {EnrolmentState.COMPLETED, EnrolmentState.INCOMPLETE, EnrolmentState.NO_SHOW}
)
GONE: Final = frozenset(
    {
        EnrolmentState.WITHDRAWN,
        EnrolmentState.LATE_WITHDRAWN,
        EnrolmentState.REJECTED,
        EnrolmentState.LAPSED,
        EnrolmentState.CANCELLED,
    }
)
"""Ended without the course: the person may enrol anew (T2)."""


class IllegalMoveError(Exception):
    """The act isn't possible in the state at hand."""


def after(state: OfferingState, act: OfferingAct) -> OfferingState:
    """Return the state after ``act``; raise `IllegalMoveError` where it isn't possible."""
    sources, target = MOVES[act]
    if state not in sources:
        raise IllegalMoveError(f"{act} from {state}")
    return target


def due_act(
    state: OfferingState, today: date, *, closes_on: date, starts_on: date, ends_on: date
) -> OfferingAct | None:
    """Return what the calendar does to an offering today, if anything.

    Enrolment ends after its last day, the course begins on the day of its first session, and
    after the day of the last one the marks are due.
    """
    if state is OfferingState.OPEN and today > closes_on:
        return OfferingAct.CLOSE
    if state is OfferingState.CLOSED and today >= starts_on:
        return OfferingAct.START
    if state is OfferingState.RUNNING and today > ends_on:
        return OfferingAct.END
    return None


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of an offering: ``used`` of ``capacity``, and how many wait."""

    capacity: int
    used: int = 0
    waiting: int = 0

    def __post_init__(self) -> None:
        """Hold invariant T1."""
        if not (0 <= self.used <= self.capacity and self.waiting >= 0):
            raise ValueError(f"impossible seats: {self}")

    @property
    def free(self) -> int:
        """Seats that nobody holds."""
        return self.capacity - self.used

    @property
    def has_place(self) -> bool:
        """Whether a newcomer gets a seat: nobody who waits may be passed (T4)."""
        return self.free > 0 and self.waiting == 0

    def enter(self) -> Seats:
        """Return the seats after a newcomer took a seat or the last place of the queue."""
        if self.has_place:
            return replace(self, used=self.used + 1)
        return replace(self, waiting=self.waiting + 1)

    def leave(self, *, has_seat: bool) -> Seats:
        """Return the seats after somebody left his seat or the queue."""
        if has_seat:
            return replace(self, used=self.used - 1)
        return replace(self, waiting=self.waiting - 1)

    def promote(self) -> tuple[Seats, int]:
        """Return the seats after the queue moved up, and by how many people."""
        moved = min(self.free, self.waiting)
        return replace(self, used=self.used + moved, waiting=self.waiting - moved), moved


def takes_enrolments(state: OfferingState, today: date, opens_on: date, closes_on: date) -> bool:
    """Tell whether one may enrol today; the last day belongs to the window."""
    return state is OfferingState.OPEN and opens_on <= today <= closes_on


def may_promote(state: OfferingState, today: date, closes_on: date) -> bool:
    """Tell whether freed seats go to those who wait: until enrolment ends (T5)."""
    return state is OfferingState.OPEN and today <= closes_on


def withdrawal(state: EnrolmentState, today: date, withdraw_by: date) -> EnrolmentState:
    """Return what a withdrawal today makes of an enrolment.

    It is late when a seat was confirmed and ``withdraw_by`` is over; who waits is never late.
    """
    late = state is EnrolmentState.CONFIRMED and today > withdraw_by
    return EnrolmentState.LATE_WITHDRAWN if late else EnrolmentState.WITHDRAWN


def leads_to(pairs: Iterable[tuple[UUID, UUID]], start: UUID) -> frozenset[UUID]:
    """Return ``start`` and all that it needs, directly or not; pairs are (course, needed)."""
    needed: dict[UUID, set[UUID]] = {}
    for course, other in pairs:
        needed.setdefault(course, set()).add(other)
    found, left = {start}, [start]
    while left:
        new = needed.get(left.pop(), set()) - found
        found |= new
        left.extend(new)
    return frozenset(found)


def percent(attended: int, held: int) -> int:
    """Return attendance in whole percent, rounded down: what is shown never flatters."""
    return attended * 100 // held if held else 0


def attended_enough(attended: int, held: int, threshold: int) -> bool:
    """Tell whether ``attended`` of ``held`` minutes reach ``threshold`` percent (T7).

    Integers only, and exactly the threshold is enough.
    """
    return held > 0 and attended * 100 >= threshold * held


def outcome(attended: int, held: int, threshold: int) -> EnrolmentState:
    """Return how an enrolment ends."""
    if attended_enough(attended, held, threshold):
        return EnrolmentState.COMPLETED
    return EnrolmentState.INCOMPLETE if attended else EnrolmentState.NO_SHOW


def total_by_year(entries: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Return minutes by Jalali year, earliest first; entries are (year, minutes)."""
    totals: dict[int, int] = {}
    for year, minutes in sorted(entries):
        totals[year] = totals.get(year, 0) + minutes
    return totals


def in_hours(minutes: int) -> float:
    """Return minutes as hours with one decimal at most, whole hours as whole numbers."""
    return minutes // 60 if minutes % 60 == 0 else round(minutes / 60, 1)
