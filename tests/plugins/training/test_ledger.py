"""The ledger of hours: its sum, its years, that nothing is changed, and transfers (T11, T13)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from core.localization import clock
from core.localization.jalali import gregorian
from core.people.models import Employment
from core.testing.factories import Employee, Province
from plugins.training import queries
from plugins.training.models import Completion, HoursEntry
from tests.plugins.training.conftest import School, at


def complete(school: School, who: Employee, day: date | None = None) -> None:
    """Let somebody complete a course of eight hours with one session on that day."""
    with clock.frozen(at(day or clock.today(), 13)):
        offering = school.offering(number=1)
        one = school.seat(offering, who)
        school.close(offering)
        school.mark(offering, {one: 240})
        school.finalise(offering)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (gregorian(1403, 12, 30), 1403),  # a leap year
        (gregorian(1404, 1, 1), 1404),
        (gregorian(1404, 12, 29), 1404),
        (gregorian(1405, 1, 1), 1405),
    ],
)
def test_hours_stand_in_the_jalali_year_of_the_last_day(
    school: School, day: date, year: int
) -> None:
    who = school.employee()
    complete(school, who, day)
    with school.unit(who) as uow:
        assert queries.minutes_by_year(uow, who.person_id) == [(year, 480)]


def test_the_balance_is_the_sum_of_the_entries(school: School) -> None:
    who = school.employee()
    for _turn in range(3):
        complete(school, who)
    with school.unit(who) as uow:
        entries = queries.passport(uow, who.person_id)
        total = sum(minutes for _year, minutes in queries.minutes_by_year(uow, who.person_id))
    assert total == sum(entry.minutes for entry in entries) == 3 * 480


@pytest.mark.parametrize(
    "change",
    [
        "update training_hours_entry set minutes = 1",
        "delete from training_hours_entry",
        "truncate training_hours_entry",
    ],
)
def test_not_even_the_owner_changes_an_entry(
    school: School, owner_engine: Engine, change: str
) -> None:
    complete(school, school.employee())
    with pytest.raises(DBAPIError), owner_engine.begin() as connection:
        connection.execute(text(change))


def totals(school: School, person_id: UUID) -> tuple[Any, ...]:
    """Return what a municipality counts as its own, and whether it sees the person's entries."""
    with school.unit() as uow:
        passed = select(func.count()).where(
            Completion.municipality_id == school.place.id, Completion.passed
        )
        seen = select(func.count()).where(HoursEntry.person_id == person_id)
        return uow.session.scalar(passed), uow.session.scalar(seen)


def transfer(school: School, to: School, who: Employee) -> Employee:
    """Let somebody work elsewhere from today on."""
    school.province.link(who.person_id, to.place)
    with school.unit() as uow:
        old = uow.session.get_one(Employment, (school.place.id, who.employment_id))
        old.ends_on = uow.today
    with to.unit() as uow:
        new = Employment(
            municipality_id=to.place.id,
            person_id=who.person_id,
            personnel_number=old.personnel_number,
            kind="official",
            starts_on=uow.today,
            name_key=old.name_key,
            given_key=old.given_key,
            sort_key=old.sort_key,
        )
        uow.session.add(new)
        uow.session.flush()
        return Employee(who.person_id, new.id, to.place.id)


def test_a_transfer_changes_nothing_in_the_past(school: School, province: Province) -> None:
    """T13: the record goes along; what the old employer held and certified stays its own."""
    other = School(school.app, province, province.fardis)
    province.activate(province.fardis, "training")
    who = school.employee()
    complete(school, who, clock.today() - timedelta(days=30))
    assert totals(school, who.person_id) == (1, 1)
    moved = transfer(school, other, who)
    assert totals(school, who.person_id) == (1, 0), "held here; the passport is read there"
    assert totals(other, who.person_id) == (0, 1)
    complete(other, moved)
    assert totals(school, who.person_id) == (1, 0)
    assert totals(other, who.person_id) == (1, 2)
    with other.unit(moved) as uow:
        entries = queries.passport(uow, who.person_id)
    assert [entry.issuer_id for entry in entries] == [province.fardis.id, province.karaj.id]
