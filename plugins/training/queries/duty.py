"""What the yearly duty asks of people, and what they have of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, cast, func, select

from core.sdk import Tenure
from core.sdk.localization import jalali_year, year_bounds
from core.sdk.services import UnitOfWork, tenures
from plugins.training.duty import ONE_DAY, Rule, Standing, counted, owed, rule_of
from plugins.training.models import HoursEntry
from plugins.training.services.duties import rules

Entry = tuple[date, int]
"""The day on which a course ended, and minutes."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where one of the staff stands; ``employment_id`` is his latest in the year."""

    employment_id: UUID
    sort_key: str
    standing: Standing


def of_staff(uow: UnitOfWork, municipality_id: UUID, year: int) -> list[Line]:
    """Return where all stand who work there today and owe something in a Jalali year.

    Who lacks most is first, then in Persian order. Four statements, whatever the number of staff.
    """
    rule = rule_of(rules(uow, municipality_id), year)
    if rule is None:
        return []
    first, last = year_bounds(year)
    people: dict[UUID, list[Tenure]] = {}
    for one in tenures(uow, municipality_id, first, last + ONE_DAY):
        people.setdefault(one.person_id, []).append(one)
    entries = _entries(uow, people, first, last)
    lines = [
        Line(own[-1].employment_id, own[-1].sort_key, _standing(rule, own, done, first, last))
        for own, done in ((own, entries.get(person, [])) for person, own in people.items())
    ]
    owing = [line for line in lines if line.standing.owed]
    return sorted(owing, key=lambda one: (-one.standing.lacking, one.sort_key, one.employment_id))


def _entries(
    uow: UnitOfWork, person_ids: Collection[UUID], first: date, last: date
) -> dict[UUID, list[Entry]]:
    ids = cast(list(person_ids), ARRAY(Uuid))
    rows = uow.session.execute(
        select(HoursEntry.person_id, HoursEntry.ended_on, func.sum(HoursEntry.minutes))
        .where(HoursEntry.person_id == any_(ids), HoursEntry.ended_on.between(first, last))
        .group_by(HoursEntry.person_id, HoursEntry.ended_on)
    )
    found: dict[UUID, list[Entry]] = {}
    for person_id, day, minutes in rows:
        found.setdefault(person_id, []).append((day, int(minutes)))
    return found


def of_person(
    uow: UnitOfWork,
    municipality_id: UUID,
    person_id: UUID,
    years: Sequence[int],
    entries: Iterable[Entry],
) -> dict[int, Standing]:
    """Return where a person stands in each of these Jalali years, as far as he owes something.

    ``years`` ascend without gaps; ``entries`` are those of his passport. Three statements.
    """
    known = rules(uow, municipality_id)
    if not known:
        return {}
    start, end = year_bounds(years[0])[0], year_bounds(years[-1])[1] + ONE_DAY
    own = tenures(uow, municipality_id, start, end, person_id)
    by_year: dict[int, list[Entry]] = {}
    for day, minutes in entries:
        by_year.setdefault(jalali_year(day), []).append((day, minutes))
    found = {
        year: _standing(rule, own, by_year.get(year, []), *year_bounds(year))
        for year in years
        if (rule := rule_of(known, year))
    }
    return {year: standing for year, standing in found.items() if standing.owed}


def _standing(
    rule: Rule, own: Sequence[Tenure], entries: Iterable[Entry], first: date, last: date
) -> Standing:
    return Standing(owed(rule, own, first, last), counted(entries, own))
