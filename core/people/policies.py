"""Rules about periods, assignments, endings and the tree of units: plain values only.

Periods are half-open as in the models: ``ends_on`` is the first day after. People say the last
day, so what forms take and messages name is `last_day`. Refusals are `Invalid` with the message
at the field.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeAlias
from uuid import UUID

from core.errors import Invalid
from core.localization import _
from core.localization.filters import jdate

YOUNGEST: Final = 12
"""Years between birth and the first day of work; the import has the same limit."""
AHEAD: Final = timedelta(days=366)
"""How far in the future a change may be entered."""
DAY: Final = timedelta(days=1)


class Status(enum.StrEnum):
    """Where an employment stands on a day."""

    FUTURE = "future"
    ACTIVE = "active"
    FORMER = "former"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open period; ``ends_on`` None = open-ended."""

    starts_on: date
    ends_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether ``day`` lies in the period."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)

    def overlaps(self, other: Span) -> bool:
        """Tell whether a day lies in both periods."""
        return (other.ends_on is None or self.starts_on < other.ends_on) and (
            self.ends_on is None or other.starts_on < self.ends_on
        )

    def status_on(self, day: date) -> Status:
        """Tell whether the period is to come, holds or is over on ``day``."""
        if day < self.starts_on:
            return Status.FUTURE
        return Status.ACTIVE if self.holds_on(day) else Status.FORMER

    def nearest(self, day: date) -> date:
        """Return the day of the period that is nearest to ``day``; lists show facts of it."""
        last = last_day(self.ends_on)
        return max(self.starts_on, day if last is None else min(day, last))


def last_day(ends_on: date | None) -> date | None:
    """Return the last day of a period that ends before ``ends_on``."""
    return ends_on - DAY if ends_on else None


def first_day_after(day: date | None) -> date | None:
    """Return ``ends_on`` of a period whose last day is ``day``."""
    return day + DAY if day else None


@dataclass(frozen=True, slots=True)
class Insertion:
    """How a new span fits among the others: which one it cuts short or replaces.

    Positions are those in the given sequence; ``ends_on`` is the new one's.
    """

    ends_on: date | None
    cuts: int | None = None
    replaces: int | None = None


def insertion(spans: Sequence[Span], starts_on: date, limit: date | None) -> Insertion:
    """Return how a span from ``starts_on`` on fits among ``spans``, which don't overlap.

    The one that holds that day ends there (or is replaced, if it begins there), and the new one
    ends where the old one did: later plans stay. ``limit`` ends the whole (the employment).
    """
    for position, span in enumerate(spans):
        if span.holds_on(starts_on):
            same = span.starts_on == starts_on
            return Insertion(span.ends_on, None if same else position, position if same else None)
    later = [span.starts_on for span in spans if span.starts_on > starts_on]
    return Insertion(min(later, default=limit))


def check_birth(birth_date: date | None, starts_on: date) -> None:
    """Refuse somebody who would have begun to work as a child."""
    if birth_date and starts_on.year - birth_date.year < YOUNGEST:
        raise Invalid(
            fields={
                "birth_date": [
                    _(
                        "Between birth and the first day of work there must be at least "
                        "%(years)s years. Check both dates.",
                        years=YOUNGEST,
                    )
                ]
            }
        )


def check_ahead(field: str, day: date, today: date) -> None:
    """Refuse a day that is so far away that a digit must be wrong."""
    if day > today + AHEAD:
        text = _("The latest possible day is %(day)s.", day=jdate(today + AHEAD))
        raise Invalid(fields={field: [text]})


def check_within(field: str, day: date, employment: Span) -> None:
    """Refuse a day outside the employment."""
    if day < employment.starts_on:
        text = _("The employment begins on %(day)s only.", day=jdate(employment.starts_on))
    elif not employment.holds_on(day):
        text = _("The employment ends on %(day)s.", day=jdate(last_day(employment.ends_on)))
    else:
        return
    raise Invalid(fields={field: [text]})


def check_end(employment: Span, ends_on: date, today: date) -> None:
    """Refuse an end that can't be: before the first day, too far ahead, or a revival.

    Once over, an employment may be said to have ended on another past day, but it can't come
    back: its employer would see again what isn't its business any more.
    """
    if ends_on <= employment.starts_on:
        text = _("The first day was %(day)s.", day=jdate(employment.starts_on))
        raise Invalid(fields={"last_day": [text]})
    if employment.status_on(today) is Status.FORMER and ends_on > today:
        text = _("This employment is over. Somebody who comes back is entered as a new employee.")
        raise Invalid(fields={"last_day": [text]})
    check_ahead("last_day", ends_on, today)


def check_new_start(employment: Span, starts_on: date, facts: Iterable[date]) -> None:
    """Refuse a first day after the end, or after what is known of the time in between.

    ``facts`` are the first days of assignments and salaries; those of the old first day move
    along and don't count.
    """
    if employment.ends_on and starts_on >= employment.ends_on:
        text = _("The last day is %(day)s.", day=jdate(last_day(employment.ends_on)))
        raise Invalid(fields={"starts_on": [text]})
    known = [day for day in facts if employment.starts_on < day <= starts_on]
    if known:
        text = _(
            "A unit or salary is entered from %(day)s on; the employment can't begin so late.",
            day=jdate(min(known)),
        )
        raise Invalid(fields={"starts_on": [text]})


def makes_cycle(parents: Mapping[UUID, UUID | None], unit: UUID, parent: UUID | None) -> bool:
    """Tell whether ``unit`` under ``parent`` would be its own ancestor.

    ``parents`` maps each unit to the one above it and holds no cycle itself.
    """
    above = parent
    while above is not None:
        if above == unit:
            return True
        above = parents.get(above)
    return False


History: TypeAlias = Mapping[UUID, Sequence[tuple[date, UUID | None]]]
"""Of each unit: from which day on it is part of which, the earliest first; never empty."""


def parent_on(places: Sequence[tuple[date, UUID | None]], day: date) -> UUID | None:
    """Return what a unit is part of on a day; before its first place that one counts."""
    held = [parent for starts_on, parent in places if starts_on <= day]
    return held[-1] if held else places[0][1]


def first_cycle(history: History, unit: UUID, since: date) -> date | None:
    """Return the first day from ``since`` on when ``unit`` is its own ancestor; None if never.

    Without the unit there is no cycle on any day. Only a move can make one.
    """
    moves = {starts_on for places in history.values() for starts_on, _parent in places}
    for day in sorted({since, *(day for day in moves if day > since)}):
        parents = {one: parent_on(places, day) for one, places in history.items()}
        if makes_cycle(parents, unit, parents[unit]):
            return day
    return None


def is_part_after(
    places: Sequence[tuple[date, UUID | None]], existence: Span, parent: UUID, day: date
) -> bool:
    """Tell whether a unit is still part of ``parent`` on ``day`` or later."""
    ends = [starts_on for starts_on, _parent in places[1:]] + [None]
    return any(
        above == parent
        and (end is None or end > day)
        and (existence.ends_on is None or existence.ends_on > max(starts_on, day))
        for (starts_on, above), end in zip(places, ends, strict=True)
    )


def subtrees(parents: Mapping[UUID, UUID | None], roots: Iterable[UUID]) -> frozenset[UUID]:
    """Return ``roots`` and everything below them; unknown roots are left out."""
    below: dict[UUID | None, list[UUID]] = {}
    for unit, parent in parents.items():
        below.setdefault(parent, []).append(unit)
    found: set[UUID] = set()
    waiting = [root for root in roots if root in parents]
    while waiting:
        unit = waiting.pop()
        if unit not in found:
            found.add(unit)
            waiting += below.get(unit, [])
    return frozenset(found)


def may_change_list(*, is_own: bool, is_shared: bool, manages: bool) -> bool:
    """Tell whether somebody may rename, share or delete a saved list that he can see.

    His own while it is only his; shared ones belong to the office (``manages``).
    """
    return manages if is_shared else is_own


def next_telling(employment: Span, today: date) -> date | None:
    """Return the next day on which services must be told that it begins or ends."""
    if employment.starts_on > today:
        return employment.starts_on
    if employment.ends_on and employment.ends_on > today:
        return employment.ends_on
    return None
