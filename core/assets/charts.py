"""The arithmetic behind the chart macros: where the value axis ends and which lines it has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Scale:
    """A value axis from 0 to `top` with lines at `ticks` (both ends among them)."""

    top: float
    ticks: tuple[float, ...]


def scale(values: Iterable[float | Decimal], lines: int = 4) -> Scale:
    """Return a value axis with round numbers that holds `values` (none negative).

    >>> scale([2, 4, 6]).ticks
    (0, 2, 4, 6)
    """
    highest = max((float(value) for value in values), default=0.0)
    if highest <= 0:
        return Scale(1, (0, 1))
    rough = highest / lines
    magnitude = 10.0 ** floor(log10(rough))
    step = next(s * magnitude for s in _STEPS if s * magnitude >= rough * (1 - 1e-9))
    count = ceil(highest / step - 1e-9)
    return Scale(_tidy(step * count), tuple(_tidy(step * i) for i in range(count + 1)))


def sums(series: Iterable[Sequence[float | Decimal]]) -> list[float]:
    """Return the height of each stacked column: the sum over `series` at each place.

    >>> sums([[3, 4], [1, 0]])
    [4, 4]
    """
    return [_tidy(sum(float(part) for part in column)) for column in zip(*series, strict=True)]


def _tidy(value: float) -> float:
    """Return `value` without the dust of binary fractions, whole numbers as such."""
    rounded = round(value, 9)
    return int(rounded) if rounded == int(rounded) else rounded
