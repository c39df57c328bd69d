"""The chart of units: arranging, heads and staff, rights, one statement at size."""

from __future__ import annotations

from collections import namedtuple
from datetime import timedelta
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.database.extension import db
from core.localization import clock
from core.people import services
from core.people.chart import ChartUnit, arranged, chart_of, statement
from core.people.models import Assignment, OrgUnit
from core.testing.app import client_of
from core.testing.factories import Employee, Province
from core.testing.queries import count_queries
from tests.core.people.test_people_queries import populate

TODAY = clock.today()
SOON = TODAY + timedelta(days=30)
FakeRow = namedtuple("FakeRow", "id parent_id name staff head head_id")


def walk(units: list[ChartUnit]) -> list[ChartUnit]:
    return [one for unit in units for one in (unit, *walk(unit.parts))]


@given(st.lists(st.tuples(st.integers(-1, 30), st.integers(0, 9)), max_size=30), st.data())
def test_every_unit_in_reach_is_there_once_and_counted_once(
    drawn: list[tuple[int, int]], data: st.DataObject
) -> None:
    ids = [UUID(int=number) for number in range(len(drawn))]
    rows = [
        FakeRow(ids[i], ids[above] if 0 <= above < i else None, str(i), staff, None, None)
        for i, (above, staff) in enumerate(drawn)
    ]
    reach = data.draw(st.one_of(st.none(), st.sets(st.sampled_from(ids)) if ids else st.none()))
    top = arranged(rows, reach)
    shown = [row for row in rows if reach is None or row.id in reach]
    assert sorted(unit.id for unit in walk(top)) == [row.id for row in shown]
    assert sum(unit.everybody for unit in top) == sum(row.staff for row in shown)


def lead(province: Province, who: Employee, unit: OrgUnit) -> None:
    province.assign(who, unit)
    with province.unit(province.karaj) as uow:
        post = services.add_post(uow, province.karaj, title=f"مدیر {unit.name}", is_manager=True)
        uow.session.flush()
        one = select(Assignment).filter_by(employment_id=who.employment_id)
        uow.session.scalars(one).one().post_id = post.id


def test_heads_and_staff_of_each_level(province: Province) -> None:
    top = province.org_unit(province.karaj, "معاونت")
    part = province.org_unit(province.karaj, "اداره", top)
    empty = province.org_unit(province.karaj, "دفتر", top)
    boss = province.employee(province.karaj, "مینا", "رئیسی")
    lead(province, boss, top)
    for name in ("یک", "دو"):
        province.assign(province.employee(province.karaj, name, "نفر"), part)
    with province.unit(province.karaj) as uow:
        (found,) = chart_of(uow, province.karaj.id, TODAY, None)
        limited = chart_of(uow, province.karaj.id, TODAY, {part.id, empty.id})
        before = chart_of(uow, province.karaj.id, TODAY.replace(year=1990), None)
        services.plan_unit(
            uow,
            province.karaj,
            part.id,
            {"starts_on": SOON, "name": "سازمان", "parent_id": None},
        )
        later = chart_of(uow, province.karaj.id, SOON, None)
    assert (found.head, found.head_id) == ("مینا رئیسی", boss.employment_id)
    assert (found.staff, found.everybody) == (1, 3)
    assert {unit.name: unit.everybody for unit in found.parts} == {"اداره": 2, "دفتر": 0}
    assert {unit.name for unit in limited} == {"اداره", "دفتر"}
    assert before == []
    assert {unit.name: unit.everybody for unit in later} == {"معاونت": 1, "سازمان": 2}


def test_who_is_out_of_reach_today_is_named_on_no_day(province: Province) -> None:
    mine, other = (province.org_unit(province.karaj, name) for name in ("من", "دیگر"))
    boss = province.employee(province.karaj, "دور", "شده")
    lead(province, boss, mine)
    with province.unit(province.karaj) as uow:
        services.assign(
            uow,
            province.karaj,
            boss.employment_id,
            version=1,
            unit_id=other.id,
            post_id=None,
            starts_on=TODAY,
        )
    with province.unit(province.karaj) as uow:
        yesterday = TODAY - timedelta(days=1)
        (unit,) = chart_of(uow, province.karaj.id, yesterday, {mine.id})
        assert (unit.head, unit.staff) == ("", 1)
        units = chart_of(uow, province.karaj.id, yesterday, None)
        assert "دور شده" in {unit.head for unit in units}


def test_the_chart_is_one_recursion_over_units_at_any_size(province: Province) -> None:
    """People are reached by the heads' keys only, never scanned, and no level repeats a count."""
    populate(province, 5_000, 60_000_000)
    with province.unit(province.karaj) as uow:
        made = statement(province.karaj.id, TODAY, None, TODAY)
        compiled = made.compile(uow.session.get_bind(), compile_kwargs={"render_postcompile": True})
        rows = uow.session.connection().exec_driver_sql(f"explain {compiled}", compiled.params)
        plan = "\n".join(row[0] for row in rows)
    assert plan.count("Recursive Union") == 1, plan
    assert "Seq Scan on person" not in plan, plan
    recursion = plan[plan.index("Recursive Union") : plan.index("->  Hash", plan.index("tree"))]
    assert "assignment" not in recursion, recursion
    assert "employment" not in recursion, recursion


def test_the_page_goes_down_and_up_level_by_level(
    app: Flask, province: Province, officer: FlaskClient
) -> None:
    top = province.org_unit(province.karaj, "معاونت عمرانی")
    part = province.org_unit(province.karaj, "ادارهٔ فنی", top)
    province.org_unit(province.karaj, "کارگاه", part)
    lead(province, province.employee(province.karaj, "سیما", "مهرآور"), part)
    url = f"/m/{province.karaj.code}/units/chart"
    first = officer.get(url).get_data(as_text=True)
    assert f"under={top.id}" in first
    second = officer.get(f"{url}?under={top.id}").get_data(as_text=True)
    assert "مهرآور" in second
    assert f"under={part.id}" in second
    third = officer.get(f"{url}?under={part.id}").get_data(as_text=True)
    assert "کارگاه" in third
    assert f'href="{url}?under={top.id}"' in third, "the way back up"
    unknown = officer.get(f"{url}?under=nonsense").get_data(as_text=True)
    assert f"under={top.id}" in unknown
    with app.app_context():
        engine = db.engine
    limited = client_of(app, province.officer(province.karaj, unit_id=part.id).token)
    with count_queries(engine) as statements:
        shown = limited.get(url).get_data(as_text=True)
    assert len(statements) <= 7, statements
    assert "ادارهٔ فنی" in shown
    assert "معاونت عمرانی" not in shown
