"""Which offerings a municipality of the demonstration has, relative to today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from plugins.training.policies import OfferingState


@dataclass(frozen=True, slots=True)
class Plan:
    """An offering: ``course`` by its place in the catalogue, ``first`` session in days from today.

    ``taken`` seats and ``waiting`` people are shares of the capacity in percent. ``asking``:
    so many more requests wait for a decision. ``known`` is what the employees with an account
    do in it: ``seat``, ``wait``, ``ask`` or nothing.
    """

    course: int
    state: OfferingState
    first: int
    capacity: int
    taken: int = 0
    waiting: int = 0
    asking: int = 0
    known: str = ""


PRESENT: Final = (
    Plan(6, OfferingState.OPEN, 0, 25, taken=40, asking=1),
    Plan(1, OfferingState.OPEN, 12, 16, taken=100, waiting=30, known="wait"),
    Plan(0, OfferingState.OPEN, 16, 30, taken=55, asking=3, known="ask"),
    Plan(5, OfferingState.OPEN, 21, 25, taken=20),
    Plan(10, OfferingState.OPEN, 25, 40, taken=10, asking=1),
    Plan(4, OfferingState.OPEN, 30, 20, taken=85),
    Plan(2, OfferingState.CLOSED, 4, 20, taken=95, known="seat"),
    Plan(8, OfferingState.RUNNING, -3, 20, taken=90, known="seat"),
    Plan(11, OfferingState.MARKING, -12, 18, taken=80),
    Plan(9, OfferingState.CANCELLED, 9, 15),
    Plan(3, OfferingState.DRAFT, 45, 25),
)
PAST: Final = (-40, -75, -130, -190, -260, -330, -420, -500, -610, -720, -840, -960)
"""First sessions of finalised offerings, in days from today, over three Jalali years."""

LATEST: Final = PAST[0]
"""The one in which everybody with an account took part."""
LARGE: Final = 60
"""From that many staff on, a municipality has all of `PRESENT`; smaller ones every other."""


def present(staff: int) -> tuple[Plan, ...]:
    """Return what is planned or running in a municipality of that size."""
    return PRESENT if staff >= LARGE else PRESENT[::3]


def past(staff: int) -> tuple[int, ...]:
    """Return when earlier offerings began: two in the smallest, all in larger ones."""
    return PAST[: max(2, min(len(PAST), staff // 25))]
