"""The rows of a checked import, one by one, before they go in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from import_desk import Desk
from office import Office, table

from core.database.extension import db
from core.imports import listing, services
from core.imports.listing import Sight
from core.imports.mapping import ColumnMapping, mapping_of
from core.localization import use_locale
from core.testing.queries import count_queries

ALL = Sight(stored=True, salary=True)
NEEDED = (
    "national_id", "personnel_number", "given_name", "family_name", "employment_kind", "hire_date",
)  # fmt: skip


@pytest.fixture
def desk(app: Flask, office: Office) -> Desk:
    """An officer who may do everything in the municipality."""
    return Desk(app, office)


def listed(office: Office, run_id: Any, verdict: str, sight: Sight = ALL) -> list[listing.Line]:
    with office.unit() as uow, use_locale("en"):
        return listing.lines(uow, office.place.id, run_id, verdict, None, sight).items


def values(line: listing.Line) -> dict[str, tuple[str, str]]:
    return {value.key: (value.before, value.after) for value in line.values}


def changed(office: Office) -> list[dict[str, str]]:
    """Five employees go in; then a file that changes the second one and adds a sixth."""
    rows = office.staff(5, mobile="")
    office.bring_in(table(rows))
    rows[1] = office.person(
        1, family_name="اکبری", unit="معاونت نو", unit_code="U99", job_title="رئیس",
        base_salary="500", employment_kind="رسمی", hire_date="1395/07/02", leave_date="",
        mobile="09121234567",
    )  # fmt: skip
    return [*rows, office.person(6, mobile="09129876543")]


def test_changed_rows_say_field_by_field_what_was_and_what_becomes(office: Office) -> None:
    run = office.check(table(changed(office)))
    (line,) = listed(office, run.id, "changed")
    assert (line.row, line.name, line.personnel_number) == (3, "مریم اکبری", "P1")
    assert line.employment_id == office.facts("P1").id
    found = values(line)
    assert found["family_name"] == ("رضایی 1", "اکبری")
    assert found["kind"] == ("Contract (peymani)", "Official")
    assert found["unit"] == ("معاونت 1 (U1)", "معاونت نو (U99)")
    assert found["title"] == ("کارشناس 1", "رئیس")
    assert found["mobile"] == ("", "0912•••••67")
    assert "120,000,001" in found["salary"][0]
    assert "500" in found["salary"][1]
    assert found["starts_on"][0] != found["starts_on"][1]
    assert found.keys() == {
        "family_name", "kind", "unit", "title", "mobile", "salary", "starts_on",
    }  # fmt: skip


def test_what_is_listed_is_what_goes_in(office: Office) -> None:
    run = office.check(table(changed(office)))
    office.confirm(run.id)
    office.runner().apply(run.id)
    stored = office.facts("P1")
    assert (stored.family_name, stored.kind, stored.code) == ("اکبری", "official", "U99")
    assert (stored.title, stored.mobile, stored.monthly_base) == ("رئیس", "09121234567", 500)
    left = office.sql("select count(*) from import_change where municipality_id = :place")
    assert left == [(0,)], "the list is forgotten as soon as the rows are in"


def test_new_rows_tell_what_comes_in(office: Office) -> None:
    run = office.check(table(changed(office)))
    (line,) = listed(office, run.id, "new", Sight(stored=True, salary=False))
    found = values(line)
    assert (line.row, line.known, line.employment_id) == (7, False, None)
    assert found["national_id"][1].endswith("••••")
    assert found["mobile"] == ("", "0912•••••43")
    assert found["salary"] == ("", "••••••")
    assert found["unit"] == ("", "معاونت 6 (U6)")
    assert "given_name" not in found, "the name stands at the head"


def test_of_somebody_on_record_only_the_employment_comes_in(office: Office) -> None:
    there = Office(office.province, office.province.fardis, office.folder)
    there.bring_in(table([office.person(1)]))
    run = office.check(table([office.person(1, mobile="09121234567")]))
    (line,) = listed(office, run.id, "new")
    assert line.known
    assert not values(line).keys() & listing.OF_PERSON


def test_what_isnt_to_be_seen_is_masked(office: Office) -> None:
    run = office.check(table(changed(office)))
    (line,) = listed(office, run.id, "changed", Sight(stored=False, salary=False))
    found = values(line)
    assert found["salary"] == ("••••••", "••••••")
    assert found["family_name"] == ("••••••", "اکبری")


def test_another_check_makes_another_list(office: Office) -> None:
    run = office.check(table(changed(office)))
    mapping = mapping_of(run.mapping, kind="employees")
    columns = {name: column for name, column in mapping.columns.items() if name in NEEDED}
    with office.unit() as uow:
        services.map_columns(uow, office.place, run.id, ColumnMapping("employees", columns))
    office.runner().check(run.id)
    (line,) = listed(office, run.id, "changed")
    assert values(line).keys() == {"family_name", "kind", "starts_on"}


def test_the_pages(desk: Desk) -> None:
    run = desk.checked(table([*changed(desk.office), desk.office.person(8, hire_date="")]))
    assert f"{run}/rows?kind=new" in desk.get(run).text
    page = desk.get(f"{run}/rows").text
    assert "معاونت نو (U99)" in page, "changes come first"
    assert "4 more rows are stored as they are." in page
    assert "120,000,001" not in page
    new = desk.get(f"{run}/rows", kind="new").text
    assert "P6" in new
    assert "09129876543" not in new
    assert "What the import would do" in new
    assert f"{run}/rows?kind=changed" in desk.get(f"{run}/refused").text
    desk.post(f"{run}/confirm")
    assert desk.get(f"{run}/rows").status_code == 303
    desk.work()
    assert desk.get(f"{run}/rows").location.endswith(run)
    assert "/rows" not in desk.get(f"{run}/refused").text


def test_salaries_on_demand_are_on_record(desk: Desk) -> None:
    run = desk.checked(table(changed(desk.office)))
    back = desk.get(f"{run}/rows/salaries", kind="changed", run_id="x").location
    assert back.endswith(f"{run}/rows?kind=changed")
    page = desk.post(f"{run}/rows/salaries")
    assert page.status_code == 200
    assert "120,000,001" in page.text
    looks = desk.office.sql(
        "select action, person_id, subject_id from audit_entry where municipality_id = :place"
        " and kind = 'read' order by number"
    )
    person = desk.office.sql("select person_id from employment where personnel_number = 'P1'"
                             " and municipality_id = :place")[0][0]  # fmt: skip
    assert [look[:2] for look in looks] == [("imports.reveal", None), ("person.reveal", person)]
    assert looks[0].subject_id == run


def test_who_may_see_what_is_stored_and_salaries(app: Flask, office: Office) -> None:
    run = Desk(app, office).checked(table(changed(office)))
    only = Desk(app, office, "imports.manage")
    page = only.get(f"{run}/rows").text
    assert "اکبری" in page
    assert "رضایی 1" not in page
    assert "Show the salaries" not in page
    assert only.post(f"{run}/rows/salaries").status_code == 403
    viewer = Desk(app, office, "imports.manage", "people.view")
    assert "رضایی 1" in viewer.get(f"{run}/rows").text
    stranger = Desk(app, Office(office.province, office.province.fardis, office.folder))
    assert stranger.get(f"{run}/rows").status_code == 404


def test_pages_of_many_rows_and_few_queries(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.imports.checking.CHUNK", 40)
    run = desk.checked(table(desk.office.staff(120)))
    seen: list[str] = []
    path = f"{run}/rows"
    query: dict[str, str] = {"kind": "new"}
    while True:
        with desk.app.app_context(), count_queries(db.engine) as counted:
            page = desk.get(path, **query).text
        assert len(counted) <= 8
        seen += re.findall(r'<bdi dir="ltr">(P\d+)</bdi>', page)
        following = re.search(r'rel="next" href="[^"]*cursor=([\w-]+)', page)
        if not following:
            break
        query["cursor"] = following[1]
    assert seen == [f"P{number}" for number in range(120)]
