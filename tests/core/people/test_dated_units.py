"""Units that are renamed and moved from a day on, and pages as of a day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.database.extension import db
from core.errors import Invalid, NotFound
from core.localization import clock
from core.localization.filters import jdate
from core.people import queries, services
from core.people.models import Assignment, Employment, OrgUnit
from core.people.policies import Span, first_cycle, is_part_after, makes_cycle, parent_on
from core.testing.app import client_of
from core.testing.factories import Province
from core.testing.queries import count_queries
from tests.core.people.support import people_url, send
from tests.core.people.test_units import START, facts

TODAY = clock.today()
SOON, LATER, AGO = (TODAY + timedelta(days=days) for days in (30, 60, -30))
UNITS = [UUID(int=number) for number in range(1, 6)]
DAYS = st.dates(date(2024, 1, 1), date(2024, 1, 12))
PLACES = st.lists(
    st.tuples(DAYS, st.one_of(st.none(), st.sampled_from(UNITS))),
    min_size=1,
    max_size=4,
    unique_by=lambda place: place[0],
).map(sorted)


@given(PLACES, DAYS)
def test_a_day_has_the_latest_place_before_it(places: list[Any], day: date) -> None:
    found = parent_on(places, day)
    before = [place for place in places if place[0] <= day]
    assert found == (max(before) if before else min(places))[1]


@given(st.lists(PLACES, min_size=5, max_size=5), DAYS)
def test_the_first_cycle_is_found_on_its_day(all_places: list[Any], since: date) -> None:
    """Against a walk over every single day; the other units hold no cycle among themselves."""
    rank = {unit: number for number, unit in enumerate(UNITS)}
    history = {
        unit: [(day, above if unit == UNITS[0] or rank.get(above, -1) < rank[unit] else None)
               for day, above in places]
        for unit, places in zip(UNITS, all_places, strict=True)
    }  # fmt: skip
    unit = UNITS[0]
    expected = None
    for offset in range(14):
        day = since + timedelta(days=offset)
        parents = {one: parent_on(places, day) for one, places in history.items()}
        if makes_cycle(parents, unit, parents[unit]):
            expected = day
            break
    assert first_cycle(history, unit, since) == expected


@given(PLACES, st.sampled_from(UNITS), DAYS)
def test_who_is_part_after_a_day_is_part_on_some_day(
    places: list[Any], above: UUID, day: date
) -> None:
    days = [day + timedelta(days=offset) for offset in range(14)]
    later = [one for one in days if one >= places[0][0]]
    expected = any(parent_on(places, one) == above for one in later)
    assert is_part_after(places, Span(places[0][0]), above, day) == expected


def added(province: Province, name: str, **changes: Any) -> OrgUnit:
    with province.unit(province.karaj) as uow:
        return services.add_unit(uow, province.karaj, facts(name, **changes))


def planned(province: Province, unit: OrgUnit, day: date, name: str, parent: Any = None) -> None:
    with province.unit(province.karaj) as uow:
        data: Any = {"starts_on": day, "name": name, "parent_id": parent and parent.id}
        services.plan_unit(uow, province.karaj, unit.id, data)


def tree(province: Province, on: date | None = None) -> dict[UUID, tuple[str, UUID | None]]:
    with province.unit(province.karaj) as uow:
        units = queries.units_of(uow, province.karaj.id, on=on)
    return {unit.id: (unit.name, unit.parent_id) for unit in units.values()}


def test_a_planned_name_and_place_hold_from_their_day(province: Province) -> None:
    top, office = added(province, "معاونت"), added(province, "اداره")
    planned(province, office, SOON, "ادارهٔ کل", top)
    planned(province, office, LATER, "سازمان")
    assert tree(province)[office.id] == ("اداره", None)
    assert tree(province, SOON - timedelta(days=1))[office.id] == ("اداره", None)
    assert tree(province, SOON)[office.id] == ("ادارهٔ کل", top.id)
    assert tree(province, LATER)[office.id] == ("سازمان", None)
    assert tree(province, START)[office.id] == ("اداره", None)
    with province.unit(province.karaj) as uow:
        entries = uow.session.scalars(select(AuditEntry).filter_by(action="unit.plan")).all()
        steps = sorted(entry.detail["name"] for entry in entries)
        assert steps == [["اداره", "ادارهٔ کل"], ["ادارهٔ کل", "سازمان"]]


def test_a_change_in_the_past_holds_today_too_and_a_correction_leaves_no_trace(
    province: Province,
) -> None:
    office = added(province, "درآمد")
    planned(province, office, AGO, "درامدها")
    assert tree(province)[office.id][0] == "درامدها"
    with province.unit(province.karaj) as uow:
        data = {**facts("درآمد"), "name": "درآمدها"}
        services.change_unit(uow, province.karaj, office.id, data)
    assert tree(province)[office.id][0] == "درآمدها"
    assert tree(province, AGO)[office.id][0] == "درآمدها"
    assert tree(province, AGO - timedelta(days=1))[office.id][0] == "درآمد"


def test_a_plan_is_carried_out_on_its_day_once(province: Province) -> None:
    office = added(province, "فضای سبز")
    planned(province, office, SOON, "سیما و منظر")
    for expected in (1, 0):
        with clock.frozen(clock.now() + timedelta(days=31)), province.unit(province.karaj) as uow:
            assert services.follow(uow, province.karaj.id) == expected
    with province.unit(province.karaj) as uow:
        row = uow.session.get_one(OrgUnit, (province.karaj.id, office.id))
        assert (row.name, row.name_key) == ("سیما و منظر", "سیماومنظر")


def test_plans_are_taken_back_but_not_what_holds(province: Province) -> None:
    office = added(province, "حراست")
    planned(province, office, AGO, "حراست کل")
    planned(province, office, SOON, "امنیت")
    with province.unit(province.karaj) as uow:
        services.drop_plan(uow, province.karaj, office.id, SOON)
    assert tree(province, LATER)[office.id][0] == "حراست کل"
    for day in (SOON, AGO, START):
        with pytest.raises(NotFound), province.unit(province.karaj) as uow:
            services.drop_plan(uow, province.karaj, office.id, day)


def refused(province: Province, unit: OrgUnit, day: date, parent: OrgUnit | None) -> list[str]:
    with pytest.raises(Invalid) as caught:
        planned(province, unit, day, unit.name, parent)
    return list(caught.value.fields)


def test_no_day_has_a_unit_below_itself_or_in_a_closed_one(province: Province) -> None:
    one, two = added(province, "یک"), added(province, "دو")
    planned(province, one, LATER, "یک", two)
    assert refused(province, two, SOON, one) == ["parent_id"], "from the later day on a cycle"
    closed = added(province, "سه", ends_on=LATER)
    assert refused(province, two, SOON, closed) == ["parent_id"]
    foreign = province.org_unit(province.fardis, "چهار")
    assert refused(province, two, SOON, foreign) == ["parent_id"]
    assert refused(province, two, START - timedelta(days=1), None) == ["starts_on"]
    assert refused(province, two, TODAY + timedelta(days=800), None) == ["starts_on"]
    with province.unit(province.karaj) as uow, pytest.raises(Invalid) as caught:
        services.change_unit(uow, province.karaj, two.id, facts("دو", ends_on=TODAY))
    assert list(caught.value.fields) == ["last_day"], "a unit is planned to be part of it"


def test_the_list_is_as_of_the_day(app: Flask, province: Province, officer: FlaskClient) -> None:
    office = province.org_unit(province.karaj, "بایگانی")
    planned(province, office, SOON, "اسناد")
    worker = province.employee(province.karaj, "کار", "مندی")
    province.assign(worker, office)
    with province.unit(province.karaj) as uow:
        key = (province.karaj.id, worker.employment_id)
        uow.session.get_one(Employment, key).ends_on = LATER
        assignment = uow.session.scalars(
            select(Assignment).filter_by(employment_id=worker.employment_id)
        ).one()
        assignment.ends_on = LATER

    def body(on: object, **query: object) -> str:
        answer = officer.get(people_url(province), query_string={"on": on, **query})
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    shown = body(jdate(SOON, "short"), unit=office.id)
    assert "مندی" in shown
    assert "اسناد</td>" in shown
    assert f"{worker.employment_id}/?on={SOON.isoformat()}" in shown
    assert "بایگانی</td>" in body("")
    assert "مندی" not in body(LATER.isoformat())
    assert "مندی" in body(LATER.isoformat(), status="former")
    assert 'id="f-on-error"' in body("1404/13/45")
    with app.app_context():
        engine = db.engine
    with count_queries(engine) as statements:
        body(SOON.isoformat(), unit=office.id)
    assert len(statements) <= 7, statements


def test_digits_of_any_family_and_either_calendar_name_the_same_day(
    province: Province, officer: FlaskClient
) -> None:
    ascii_day = f"{SOON:%Y/%m/%d}"
    persian, arabic = ("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩")
    spelled = [ascii_day, jdate(SOON, "short")]
    spelled += [ascii_day.translate(str.maketrans("0123456789", d)) for d in (persian, arabic)]
    chips = set()
    for day in spelled:
        body = officer.get(people_url(province), query_string={"on": day}).get_data(as_text=True)
        found = re.search(r'<a class="chip"[^>]*>([^<]+)', body)
        assert found, day
        chips.add(found[1])
    assert len(chips) == 1


def test_rights_go_by_todays_tree_whatever_day_is_asked(app: Flask, province: Province) -> None:
    mine, other = added(province, "مال من"), added(province, "دیگری")
    planned(province, other, AGO, "دیگری", mine)
    planned(province, other, TODAY, "دیگری")
    colleague, stranger = (province.employee(province.karaj, "ن", n) for n in ("همکار", "غریبه"))
    province.assign(colleague, mine)
    province.assign(stranger, other)
    client = client_of(app, province.officer(province.karaj, unit_id=mine.id).token)
    answer = client.get(people_url(province), query_string={"on": AGO.isoformat()})
    body = answer.get_data(as_text=True)
    assert "همکار" in body
    assert "غریبه" not in body


def test_the_pages_of_an_employee_and_of_units_are_as_of_a_day(
    province: Province, officer: FlaskClient
) -> None:
    office = province.org_unit(province.karaj, "پسماند")
    worker = province.employee(province.karaj, "نام", "نشان")
    province.assign(worker, office)
    units = f"/m/{province.karaj.code}/units/"
    form = {"name": "مدیریت پسماند", "parent_id": "", "starts_on": jdate(SOON, "short")}
    assert send(officer, f"{units}{office.id}/plan", form).status_code == 303
    page = people_url(province, f"{worker.employment_id}/")
    for url in (page, units):
        now = officer.get(url).get_data(as_text=True)
        then = officer.get(url, query_string={"on": SOON.isoformat()}).get_data(as_text=True)
        assert "مدیریت پسماند" not in now
        assert "مدیریت پسماند" in then
    before = officer.get(page, query_string={"on": "1980-01-01"}).get_data(as_text=True)
    assert "آغاز به کار در آینده" in before
    edit = f"{units}{office.id}"
    assert "مدیریت پسماند" in officer.get(edit).get_data(as_text=True)
    day = {"starts_on": SOON.isoformat()}
    assert send(officer, f"{edit}/plan/drop", day, token_from=edit).status_code == 303
    assert "مدیریت پسماند" not in officer.get(edit).get_data(as_text=True)
