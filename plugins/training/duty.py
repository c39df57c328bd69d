"""The rules of the yearly training duty (ساعت موظفی آموزش) on plain values; minutes and days.

A rule holds for whole Jalali years. Who works for a part of the year owes that part, counted in
days; hours count for the employer of the day on which the course ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from core.sdk import Tenure

Days = tuple[date, date | None]
"""Half-open; None: until further notice."""
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of the duty: minutes a year from the Jalali year ``from_year`` on.

    ``kinds`` are the kinds of employment that owe another number, managers or not; 0 exempts.
    """

    number: int
    from_year: int
    staff: int
    managers: int
    kinds: Mapping[str, int] = field(default_factory=dict)

    def yearly(self, kind: str, *, manages: bool) -> int:
        """Return what is owed for a whole year."""
        return self.kinds.get(kind, self.managers if manages else self.staff)


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody owes in a year and what he has of it."""

    owed: int
    done: int

    @property
    def lacking(self) -> int:
        """What is still to do."""
        return max(0, self.owed - self.done)

    @property
    def percent(self) -> int:
        """The share that is done, at most 100, rounded down; 100 where nothing is owed."""
        return min(100, self.done * 100 // self.owed) if self.owed else 100


def rule_of(rules: Iterable[Rule], year: int) -> Rule | None:
    """Return the rule of a Jalali year: the latest that began by then, in its latest version."""
    known = [rule for rule in rules if rule.from_year <= year]
    return max(known, key=lambda rule: (rule.from_year, rule.number), default=None)


def owed(rule: Rule, tenures: Sequence[Tenure], first: date, last: date) -> int:
    """Return the minutes owed in the year from ``first`` to ``last``, both included.

    With two employments on a day, the higher duty counts. Rounded down to the minute.
    """
    end = last + ONE_DAY
    cuts = sorted({first, end, *_cuts(tenures, first, end)})
    total = sum((until - day).days * _on(rule, tenures, day) for day, until in pairwise(cuts))
    return total // (end - first).days


def _cuts(tenures: Iterable[Tenure], first: date, end: date) -> set[date]:
    """Return the days within the year on which something begins or ends."""
    spans = [span for one in tenures for span in ((one.starts_on, one.ends_on), *one.managing)]
    return {day for span in spans for day in span if day is not None and first < day < end}


def _on(rule: Rule, tenures: Iterable[Tenure], day: date) -> int:
    """Return the yearly duty that holds on a day."""
    return max(
        (
            rule.yearly(one.kind, manages=any(covers(span, day) for span in one.managing))
            for one in tenures
            if covers((one.starts_on, one.ends_on), day)
        ),
        default=0,
    )


def covers(span: Days, day: date) -> bool:
    """Tell whether a day belongs to half-open days."""
    return span[0] <= day and (span[1] is None or day < span[1])


def counted(entries: Iterable[tuple[date, int]], tenures: Sequence[Tenure]) -> int:
    """Return the minutes of the entries (day, minutes) that fall into one of the tenures."""
    return sum(
        minutes
        for day, minutes in entries
        if any(covers((one.starts_on, one.ends_on), day) for one in tenures)
    )
