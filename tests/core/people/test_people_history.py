"""Dated facts of people: assignments, pay, family."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.errors import Conflict, Invalid
from core.localization import clock
from core.people import services
from core.people.models import Assignment, Dependant, Person, SalaryFact
from core.testing.factories import Province
from tests.core.people.support import last_entry

TODAY = clock.today()


def test_assignments_follow_each_other_and_plans_stay(province: Province) -> None:
    one = province.employee(province.karaj)
    first, second, third = (province.org_unit(province.karaj, name) for name in "ابپ")
    province.assign(one, first)
    with province.unit(province.karaj) as uow:
        post = services.add_post(uow, province.karaj, title="کارشناس فناوری", is_manager=False)
    plans = [
        (second, TODAY + timedelta(days=60), None),
        (third, TODAY, post.id),
        (second, TODAY, None),
    ]
    for version, (unit, day, post_id) in enumerate(plans, start=1):
        with province.unit(province.karaj) as uow:
            services.assign(
                uow,
                province.karaj,
                one.employment_id,
                version=version,
                unit_id=unit.id,
                post_id=post_id,
                starts_on=day,
            )
    with province.unit(province.karaj) as uow:
        rows = uow.session.scalars(
            select(Assignment)
            .filter_by(employment_id=one.employment_id)
            .order_by(Assignment.starts_on)
        ).all()
    future = TODAY + timedelta(days=60)
    assert [(row.unit_id, row.starts_on, row.ends_on) for row in rows] == [
        (first.id, date(2015, 3, 21), TODAY),
        (second.id, TODAY, future),
        (second.id, future, None),
    ]
    entry = last_entry(province, one.person_id)
    assert entry.detail["unit"] == ["پ", "ب"]
    assert entry.detail["post"] == ["کارشناس فناوری", None]


@pytest.mark.parametrize("day", [date(2010, 1, 1), TODAY + timedelta(days=500)])
def test_an_assignment_lies_within_the_employment(province: Province, day: date) -> None:
    one = province.employee(province.karaj)
    unit = province.org_unit(province.karaj, "آموزش")
    with pytest.raises(Invalid) as caught, province.unit(province.karaj) as uow:
        services.assign(
            uow,
            province.karaj,
            one.employment_id,
            version=1,
            unit_id=unit.id,
            post_id=None,
            starts_on=day,
        )
    assert list(caught.value.fields) == ["starts_on"]


def test_pay_from_a_day_on_replaces_only_the_same_day(province: Province) -> None:
    one = province.employee(province.karaj)
    steps = [
        (date(2025, 3, 21), 100, None),
        (date(2026, 3, 21), 200, 150),
        (date(2026, 3, 21), 210, 160),
    ]
    for version, (day, base, countable) in enumerate(steps, start=1):
        with province.unit(province.karaj) as uow:
            services.set_salary(
                uow,
                province.karaj,
                one.employment_id,
                version=version,
                starts_on=day,
                monthly_base=base,
                countable=countable,
            )
    with province.unit(province.karaj) as uow:
        rows = uow.session.scalars(
            select(SalaryFact)
            .filter_by(employment_id=one.employment_id)
            .order_by(SalaryFact.starts_on)
        ).all()
    assert [(r.monthly_base, r.countable) for r in rows] == [(100, 100), (210, 160)]
    assert last_entry(province, one.person_id).detail["monthly_base"] == [200, 210]


SON: dict[str, Any] = {
    "relation": "son",
    "given_name": "آرش",
    "family_name": "محمدی",
    "national_id": "0084575948",
    "birth_date": date(2015, 1, 1),
    "starts_on": date(2015, 1, 1),
}


def test_dependants_come_and_go(province: Province) -> None:
    one = province.employee(province.karaj)
    with province.unit(province.karaj) as uow:
        services.add_dependant(uow, province.karaj, one.employment_id, SON)
    with pytest.raises(Invalid) as caught, province.unit(province.karaj) as uow:
        services.add_dependant(uow, province.karaj, one.employment_id, SON)
    assert list(caught.value.fields) == ["national_id"]
    with province.unit(province.karaj) as uow:
        son = uow.session.scalars(select(Dependant).filter_by(person_id=one.person_id)).one()
        services.end_dependant(uow, province.karaj, one.employment_id, son.id, last_day=TODAY)
    assert last_entry(province, one.person_id).action == "dependant.end"
    with pytest.raises(Conflict), province.unit(province.karaj) as uow:
        services.end_dependant(uow, province.karaj, one.employment_id, son.id, last_day=TODAY)
    with province.unit(province.karaj) as uow:
        services.add_dependant(uow, province.karaj, one.employment_id, SON)
    with province.unit(province.fardis) as uow:
        assert not uow.session.scalars(select(Dependant).filter_by(person_id=one.person_id)).all()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("starts_on", {"starts_on": date(2014, 12, 31)}),
        ("starts_on", {"starts_on": TODAY + timedelta(days=400)}),
        ("national_id", {"national_id": "own"}),
    ],
)
def test_dependants_that_cannot_be(province: Province, field: str, changes: dict) -> None:
    one = province.employee(province.karaj)
    with province.unit(province.karaj) as uow:
        own = uow.session.get_one(Person, one.person_id).national_id
    data = {**SON, **changes}
    data["national_id"] = own if data["national_id"] == "own" else ""
    with pytest.raises(Invalid) as caught, province.unit(province.karaj) as uow:
        services.add_dependant(uow, province.karaj, one.employment_id, data)
    assert list(caught.value.fields) == [field]
