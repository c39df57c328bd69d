"""Who sees and may do what on the desk's pages: masking, permissions, units, municipalities."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.localization import clock
from core.localization.filters import jdate
from core.people import services
from core.people.models import Dependant, Person
from core.testing.app import client_of
from core.testing.factories import Employee, Province, valid_national_id
from tests.core.people.support import EDITS, form_of_hire, people_url, send

TODAY = clock.today()


def secrets_of(province: Province, one: Employee) -> list[str]:
    """Give somebody one of each sensitive value; return what must stay hidden."""
    with province.unit(province.karaj) as uow:
        person = uow.session.get_one(Person, one.person_id)
        person.mobile, person.sheba = "09127654321", "IR820540102680020817909002"
        uow.session.add(
            Dependant(
                person_id=person.id,
                relation="spouse",
                given_name="همسر",
                family_name="ایشان",
                national_id=valid_national_id(4455667),
                starts_on=date(2020, 1, 1),
            )
        )
        services.set_salary(
            uow,
            province.karaj,
            one.employment_id,
            version=1,
            starts_on=date(2026, 1, 1),
            monthly_base=123_454_321,
        )
        return [person.national_id, person.mobile, person.sheba, valid_national_id(4455667)]


def test_sensitive_data_never_reaches_the_page_until_it_is_revealed(
    province: Province, officer: FlaskClient
) -> None:
    one = province.employee(province.karaj)
    hidden = [*secrets_of(province, one), "۱۲۳٬۴۵۴٬۳۲۱"]
    page = people_url(province, f"{one.employment_id}/")
    body = officer.get(page).get_data(as_text=True)
    assert not [value for value in hidden if value in body]
    fields = ["national_id", "mobile", "sheba", "dependants", "salary"]
    answer = send(officer, f"{page}reveal", {"field": fields}, token_from=page)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert [value for value in hidden if value in shown] == hidden
    again = officer.get(page).get_data(as_text=True)
    assert not [value for value in hidden if value in again]
    with province.unit(province.karaj) as uow:
        entry = uow.session.scalars(select(AuditEntry).filter_by(kind="read")).one()
        assert (entry.action, entry.person_id) == ("person.reveal", one.person_id)
        assert entry.detail == {"fields": sorted(fields)}
        assert entry.actor_name == "سارا احمدی"


def test_revealing_is_a_permission_of_its_own(app: Flask, province: Province) -> None:
    one = province.employee(province.karaj)
    secrets_of(province, one)
    officer = province.officer(province.karaj, "people.manage")
    client = client_of(app, officer.token)
    page = people_url(province, f"{one.employment_id}/")
    body = client.get(page).get_data(as_text=True)
    assert "/reveal" not in body
    answer = send(client, f"{page}reveal", {"field": "mobile"}, token_from=f"{page}employment")
    assert answer.status_code == 403
    assert "09127654321" not in answer.get_data(as_text=True)


def test_an_unknown_field_is_not_revealed(province: Province, officer: FlaskClient) -> None:
    one = province.employee(province.karaj)
    secrets_of(province, one)
    page = people_url(province, f"{one.employment_id}/")
    for data in ({}, {"field": "password"}, {"field": ["mobile", "x"]}):
        answer = send(officer, f"{page}reveal", data, token_from=page)
        assert answer.status_code == 404


def test_looking_is_not_changing(app: Flask, province: Province) -> None:
    one = province.employee(province.karaj)
    client = client_of(app, province.officer(province.karaj, "people.view").token)
    page = people_url(province, f"{one.employment_id}/")
    body = client.get(page).get_data(as_text=True)
    for edit in EDITS:
        assert f"/{edit}" not in body
        assert client.get(page + edit).status_code == 403
    assert client.get(people_url(province, "new")).status_code == 403
    assert client.get(f"/m/{province.karaj.code}/units/new").status_code == 403


def test_another_municipality_is_the_same_as_none(app: Flask, province: Province) -> None:
    one = province.employee(province.karaj)
    client = client_of(app, province.officer(province.fardis).token)
    pages = [
        people_url(province),
        *(people_url(province, f"{one.employment_id}/{e}") for e in EDITS),
    ]
    nothing = client.get("/m/nowhere/people/")
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 404
    own = f"/m/{province.fardis.code}/people/"
    foreign = client.get(f"{own}{one.employment_id}/")
    absent = client.get(f"{own}{uuid4()}/")

    def without_ids(answer) -> str:
        return re.sub(r"[0-9a-f]{32}", "", answer.get_data(as_text=True))

    assert foreign.status_code == absent.status_code == nothing.status_code == 404
    assert re.sub(r'value="[^"]*"', "", without_ids(foreign)).replace(
        str(one.employment_id), ""
    ) == re.sub(r"[0-9a-f-]{36}", "", re.sub(r'value="[^"]*"', "", without_ids(absent)))


def test_employees_are_no_officers(app: Flask, province: Province) -> None:
    one = province.employee(province.karaj)
    client = client_of(app, one.token)
    for page in ("", "new", f"{one.employment_id}/"):
        assert client.get(people_url(province, page)).status_code == 403


def test_a_grant_for_a_unit_reaches_its_subtree_only(app: Flask, province: Province) -> None:
    top = province.org_unit(province.karaj, "منطقهٔ یک")
    part = province.org_unit(province.karaj, "ناحیهٔ دو", top)
    other = province.org_unit(province.karaj, "منطقهٔ نه")
    inside = province.employee(province.karaj, "درون", "داخلی")
    outside = province.employee(province.karaj, "بیرون", "خارجی")
    province.employee(province.karaj, "بی", "واحدی")
    province.assign(inside, part)
    province.assign(outside, other)
    officer = province.officer(province.karaj, "people.manage", "people.reveal", unit_id=top.id)
    client = client_of(app, officer.token)
    body = client.get(people_url(province)).get_data(as_text=True)
    assert "داخلی" in body
    assert "خارجی" not in body
    assert "واحدی" not in body
    assert "منطقهٔ نه" not in body
    assert client.get(people_url(province, f"{inside.employment_id}/")).status_code == 200
    for tail in ("", "salary", "end"):
        page = people_url(province, f"{outside.employment_id}/{tail}")
        assert client.get(page).status_code == 404
    answer = send(
        client,
        people_url(province, f"{outside.employment_id}/reveal"),
        {"field": "mobile"},
        token_from=people_url(province, f"{inside.employment_id}/"),
    )
    assert answer.status_code == 404
    away = people_url(province, f"{inside.employment_id}/assignment")
    move = {"version": 1, "unit_id": str(other.id), "starts_on": jdate(TODAY)}
    assert send(client, away, move).status_code == 422
    assert send(client, people_url(province, "new"), form_of_hire()).status_code == 422
    assert client.get(f"/m/{province.karaj.code}/units/new").status_code == 403


def test_nobody_changes_his_own_record(app: Flask, province: Province) -> None:
    one = province.employee(province.karaj)
    province.grant(one.account_id, province.karaj)
    client = client_of(app, one.token)
    page = people_url(province, f"{one.employment_id}/")
    body = client.get(page).get_data(as_text=True)
    for edit in EDITS:
        assert f"{one.employment_id}/{edit}" not in body
        assert client.get(page + edit).status_code == 403


def test_a_former_employer_sees_the_snapshot(province: Province, officer: FlaskClient) -> None:
    one = province.employee(province.karaj, "شهلا", "کاظمی")
    hidden = secrets_of(province, one)
    page = people_url(province, f"{one.employment_id}/")
    yesterday = jdate(TODAY - timedelta(days=1))
    data = {"version": 2, "last_day": yesterday, "end_reason": "retired"}
    assert send(officer, f"{page}end", data).status_code == 303
    body = officer.get(page).get_data(as_text=True)
    assert "شهلا کاظمی" in body
    assert "همسر" not in body.replace("همسر فوت", "")
    assert officer.get(f"{page}person").status_code == 409
    found = officer.get(people_url(province), query_string={"q": hidden[0], "status": "former"})
    assert "کاظمی" in found.get_data(as_text=True)
    answer = send(officer, f"{page}reveal", {"field": ["national_id", "mobile"]}, token_from=page)
    assert hidden[0] in answer.get_data(as_text=True)
    assert hidden[1] not in answer.get_data(as_text=True)
