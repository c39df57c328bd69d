"""The yearly duty in a municipality: versions, the employee's passport, the officers' list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.database.extension import db
from core.localization import clock
from core.localization.jalali import jalali_year, year_bounds
from core.people.models import Assignment, Post
from core.testing.app import client_of, post
from core.testing.factories import Employee, Province
from core.testing.queries import count_queries
from plugins.training import queries
from plugins.training.duty import rule_of
from plugins.training.services import duties
from tests.plugins.training.conftest import School

MOST = 7
"""Statements of a page beside the one that opens the request."""


def decide(school: School, **facts: object) -> None:
    usual = {"from_year": 1400, "staff": 2400, "managers": 3600, "kinds": {}, "basis": "بخشنامه"}
    with school.unit() as uow:
        duties.decide(uow, school.place.id, **(usual | facts))  # type: ignore[arg-type] # mixed


def complete(school: School, who: Employee) -> None:
    """Let somebody complete a course of eight hours that ends today."""
    offering = school.offering(number=1)
    one = school.seat(offering, who)
    school.close(offering)
    school.mark(offering, {one: 240})
    school.finalise(offering)


def lines(school: School, year: int | None = None) -> dict[object, tuple[int, int]]:
    """Return owed and done by employment."""
    with school.unit() as uow:
        found = queries.of_staff(uow, school.place.id, year or jalali_year(uow.today))
    return {line.employment_id: (line.standing.owed, line.standing.done) for line in found}


def test_versions_are_kept_and_numbered(school: School) -> None:
    decide(school)
    decide(school, from_year=1405, staff=3000, kinds={"hourly": 0})
    with school.unit() as uow:
        rules = duties.rules(uow, school.place.id)
        assert [rule.number for rule in rules] == [2, 1]
        later, earlier = rule_of(rules, 1405), rule_of(rules, 1404)
    assert later
    assert earlier
    assert (later.staff, dict(later.kinds)) == (3000, {"hourly": 0})
    assert (earlier.staff, dict(earlier.kinds)) == (2400, {})


@pytest.mark.parametrize(
    "change", ["update training_duty_rule set staff_minutes = 0", "delete from training_duty_rule"]
)
def test_a_version_is_never_changed(school: School, change: str) -> None:
    decide(school)
    with pytest.raises(DBAPIError, match="denied"), school.unit() as uow:
        uow.session.execute(text(change))


def test_another_municipality_has_its_own(school: School, province: Province) -> None:
    decide(school)
    other = School(school.app, province, province.fardis)
    with other.unit() as uow:
        assert duties.rules(uow, school.place.id) == []
    assert lines(other) == {}


def test_managers_owe_more_and_who_comes_in_the_year_a_part(school: School) -> None:
    decide(school)
    year = jalali_year(clock.today())
    first, last = year_bounds(year)
    length = (last - first).days + 1
    usual, manager = school.employee(), school.employee()
    late = school.province.employee(
        school.place, account=False, starts_on=first + timedelta(days=100)
    )
    place = school.place.id
    unit = school.province.org_unit(school.place, "واحد مالی")
    with school.unit() as uow:
        for who, title, manages, days in (
            (manager, "مدیر", True, 10),
            (usual, "کارشناس", False, 0),
        ):
            row = Post(municipality_id=place, title=title, title_key=title, is_manager=manages)
            uow.session.add(row)
            uow.session.flush()
            uow.session.add(
                Assignment(
                    municipality_id=place,
                    employment_id=who.employment_id,
                    unit_id=unit.id,
                    post_id=row.id,
                    starts_on=first + timedelta(days=days),
                )
            )
    found = lines(school)
    assert found[usual.employment_id] == (2400, 0)
    assert found[manager.employment_id] == ((10 * 2400 + (length - 10) * 3600) // length, 0)
    assert found[late.employment_id] == (2400 * (length - 100) // length, 0)


def test_who_lacks_most_is_first_and_completed_courses_count(school: School) -> None:
    decide(school)
    who, other = school.employee("آبان"), school.employee("یزدانی")
    complete(school, who)
    found = lines(school)
    assert found[who.employment_id] == (2400, 480)
    assert list(found) == [other.employment_id, who.employment_id]
    assert lines(school, 1399) == {}, "no rule holds for that year"


def test_the_passport_shows_the_duty_with_chart_and_table(app: Flask, school: School) -> None:
    who = school.province.employee(school.place, "مریم", "حسینی")
    page = f"/m/{school.place.code}/training/passport"
    assert "کسری" not in client_of(app, who.token).get(page).get_data(as_text=True)
    decide(school)
    complete(school, who)
    text_ = client_of(app, who.token).get(page).get_data(as_text=True)
    assert "۸ ساعت از ۴۰ ساعت" in text_
    assert "۳۲ ساعت کسری" in text_
    assert '<svg viewBox="0 0 560 220" role="img"' in text_
    assert '<table class="bars">' in text_


@pytest.fixture
def desk(app: Flask, school: School) -> FlaskClient:
    permissions = ("training.view", "training.manage", "people.view")
    return client_of(app, school.province.officer(school.place, *permissions).token)


def test_officers_set_the_duty_and_see_who_lacks(school: School, desk: FlaskClient) -> None:
    base = f"/m/{school.place.code}/training/manage/duty"
    complete(school, school.employee("نادری"))
    year = jalali_year(clock.today())
    data = {"from_year": str(year), "staff": "۴۰", "managers": "60", "basis": "بخشنامهٔ ۱۲"}
    answer = post(desk, f"{base}/rule", data | {"kind_hourly": "0"})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    page = desk.get(base).get_data(as_text=True)
    assert "نادری" in page
    assert "۳۲ ساعت" in page
    assert "بخشنامهٔ ۱۲" in desk.get(f"{base}/rule").get_data(as_text=True)
    bad = post(desk, f"{base}/rule", data | {"staff": "x"})
    assert bad.status_code == 422


def test_the_list_costs_the_same_for_many(app: Flask, school: School, desk: FlaskClient) -> None:
    decide(school)
    for number in range(60):
        school.employee(f"خانوادهٔ {number}")
    url = f"/m/{school.place.code}/training/manage/duty"
    desk.get(url)
    with app.app_context(), count_queries(db.engine) as statements:
        page = desk.get(url).get_data(as_text=True)
    assert len(statements) <= MOST + 1, statements
    assert page.count('scope="row"') >= 50
    assert desk.get(f"{url}?after=50").status_code == 200


def test_only_those_who_may(app: Flask, school: School) -> None:
    base = f"/m/{school.place.code}/training/manage/duty"
    viewer = client_of(app, school.province.officer(school.place, "training.view").token)
    person = client_of(app, school.province.employee(school.place).token)
    assert viewer.get(base).status_code == 200
    assert viewer.get(f"{base}/rule").status_code == 403
    assert person.get(base).status_code == 403
