"""Interleaved measuring: ours and the floor take turns, so that noise hits both alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """Medians per call in microseconds of this process's CPU time, and their ratio."""

    name: str
    ours: float
    floor: float
    target: float

    @property
    def value(self) -> float:
        """Ours as a multiple of the floor."""
        return self.ours / self.floor

    def __str__(self) -> str:
        verdict = "ok" if self.value <= self.target else "ABOVE TARGET"
        return (
            f"{self.name}: {self.value:.2f} × the floor (target ≤ {self.target:g}; "
            f"{self.ours:.0f} µs against {self.floor:.0f} µs CPU) {verdict}"
        )


def compare(
    name: str,
    ours: Callable[[], object],
    floor: Callable[[], object],
    *,
    target: float,
    calls: int = 200,
    rounds: int = 15,
    clock: Callable[[], float] = time.process_time,
) -> Ratio:
    """Run ``rounds`` rounds of ``calls`` calls each in turn and compare the medians."""
    ours(), floor()
    measured: dict[str, list[float]] = {"ours": [], "floor": []}
    for _round in range(rounds):
        for key, action in (("ours", ours), ("floor", floor)):
            begun = clock()
            for _call in range(calls):
                action()
            measured[key].append((clock() - begun) / calls * 1e6)
    ours_median, floor_median = (statistics.median(measured[key]) for key in ("ours", "floor"))
    return Ratio(name, ours_median, floor_median, target)
