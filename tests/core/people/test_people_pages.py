"""The desk's pages: list, forms, masking, permissions, other municipalities."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy import text as sql

from core.localization import clock
from core.localization.filters import jdate
from core.people.models import Dependant, Employment, OrgUnit, Person
from core.people.policies import Status
from core.people.services import add_post
from core.testing.app import client_of, post
from core.testing.factories import Province
from tests.core.people.support import form_of_hire, people_url, send

TODAY = clock.today()


def test_the_list_shows_todays_employees_in_persian_order(
    province: Province, officer: FlaskClient
) -> None:
    for given, family in (("علی", "یزدانی"), ("زهرا", "آذری"), ("نادر", "پاکزاد")):
        province.employee(province.karaj, given, family)
    province.employee(province.fardis, "دور", "بیگانه")
    body = officer.get(people_url(province)).get_data(as_text=True)
    places = [body.index(name) for name in ("آذری", "پاکزاد", "یزدانی")]
    assert places == sorted(places)
    assert "بیگانه" not in body
    assert "۳ از ۳" in body


@pytest.mark.parametrize(
    "text", ["ايران نژاد مريم", "مریم ایران‌نژاد", "مري", "ایران", "NUMBER", "ID", "ID-fa"]
)
def test_the_search_finds_any_spelling(province: Province, officer: FlaskClient, text: str) -> None:
    one = province.employee(province.karaj, "مریم", "ایران‌نژاد")
    province.employee(province.karaj, "حسین", "صادقی")
    with province.unit(province.karaj) as uow:
        row = uow.session.get_one(Employment, (province.karaj.id, one.employment_id))
        national_id = uow.session.get_one(Person, one.person_id).national_id
    shown = {
        "NUMBER": row.personnel_number,
        "ID": national_id,
        "ID-fa": national_id.translate({48 + i: 0x06F0 + i for i in range(10)}),
    }
    body = officer.get(people_url(province), query_string={"q": shown.get(text, text)})
    assert "ایران‌نژاد" in body.get_data(as_text=True)
    assert "صادقی" not in body.get_data(as_text=True)


def test_filters_of_the_address(province: Province, officer: FlaskClient) -> None:
    top = province.org_unit(province.karaj, "معاونت مالی")
    part = province.org_unit(province.karaj, "ادارهٔ درآمد", top)
    inside = province.employee(province.karaj, "درون", "نخست")
    province.assign(inside, part)
    province.employee(province.karaj, "برون", "دوم", account=False)
    base = people_url(province)

    def names(**query: object) -> set[str]:
        body = officer.get(base, query_string=query).get_data(as_text=True)
        return {name for name in ("نخست", "دوم") if name in body}

    assert names(unit=top.id) == {"نخست"}
    assert names(kind="official") == {"نخست", "دوم"}
    assert names(kind="hourly") == set()
    assert names(account="none") == {"دوم"}
    assert names(account="pending") == {"نخست"}
    assert names(account="active") == set()
    assert names(status=Status.FORMER) == set()
    assert names(status="all") == {"نخست", "دوم"}
    assert names(status="strange", unit="not-an-id") == {"نخست", "دوم"}


def test_pages_are_keyset_pages(province: Province, officer: FlaskClient) -> None:
    for i in range(53):
        province.employee(province.karaj, f"نام{i:02}", "همگان", account=False)
    first = officer.get(people_url(province)).get_data(as_text=True)
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link
    second = officer.get(link[1].replace("&amp;", "&")).get_data(as_text=True)
    assert second.count("همگان") < first.count("همگان")
    assert 'rel="prev"' in second


def test_a_new_employee_by_form(province: Province, officer: FlaskClient) -> None:
    unit = province.org_unit(province.karaj, "روابط عمومی")
    sent = form_of_hire(unit_id=str(unit.id), monthly_base="۲۰۰٬۰۰۰٬۰۰۰")
    answer = send(officer, people_url(province, "new"), sent)
    assert answer.status_code == 303
    page = officer.get(answer.location).get_data(as_text=True)
    assert "نرگس کریمی اضافه شد" in page or "was added" in page
    assert "روابط عمومی" in page


def test_a_form_with_mistakes_keeps_what_was_typed_and_says_where(
    province: Province, officer: FlaskClient
) -> None:
    sent = form_of_hire(national_id="1234567890", personnel_number="")
    answer = send(officer, people_url(province, "new"), sent)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="f-national_id-error"' in body
    assert 'id="f-personnel_number-error"' in body
    assert 'value="نرگس"' in body
    assert 'value="1234567890"' in body
    with province.unit(province.karaj) as uow:
        assert not uow.session.scalars(select(Employment)).all()


def test_a_refused_identity_is_explained_at_the_field(
    province: Province, officer: FlaskClient
) -> None:
    one = province.employee(province.fardis)
    with province.unit(province.fardis) as uow:
        national_id = uow.session.get_one(Person, one.person_id).national_id
    answer = send(officer, people_url(province, "new"), form_of_hire(national_id=national_id))
    assert answer.status_code == 422
    body = answer.get_data(as_text=True)
    assert 'id="f-national_id-error"' in body
    assert "رضایی" not in body


def test_edits_end_on_the_employees_page(province: Province, officer: FlaskClient) -> None:
    one = province.employee(province.karaj)
    unit = province.org_unit(province.karaj, "بازآفرینی شهری")
    page = people_url(province, f"{one.employment_id}/")
    day = jdate(TODAY)
    edits = [
        ("person", {"version": 1, "given_name": "مهسا", "family_name": "ناصری",
                    "birth_date": "1364/03/11"}),
        ("contacts", {"version": 2, "mobile": "۰۹۱۲۱۱۱۲۲۳۳", "email": "m@example.ir"}),
        ("employment", {"version": 1, "personnel_number": "N-1", "kind": "contract",
                        "starts_on": "1394/01/01"}),
        ("assignment", {"version": 2, "unit_id": str(unit.id), "starts_on": day}),
        ("salary", {"version": 3, "starts_on": day, "monthly_base": "90,000,000"}),
        ("dependants/new", {"relation": "mother", "given_name": "گوهر", "family_name": "ناصری",
                            "starts_on": day}),
    ]  # fmt: skip
    for tail, data in edits:
        answer = send(officer, page + tail, data)
        assert (tail, answer.status_code) == (tail, 303), answer.get_data(as_text=True)
        assert answer.location.endswith(page)
    body = officer.get(page).get_data(as_text=True)
    for text in ("مهسا ناصری", "N-1", "بازآفرینی شهری", "گوهر"):
        assert text in body
    with province.unit(province.karaj) as uow:
        mother = uow.session.scalars(select(Dependant).filter_by(person_id=one.person_id)).one()
    answer = send(officer, f"{page}dependants/{mother.id}/end", {"last_day": day})
    assert answer.status_code == 303


def test_a_change_of_something_changed_meanwhile_is_a_conflict(
    province: Province, officer: FlaskClient
) -> None:
    one = province.employee(province.karaj)
    page = people_url(province, f"{one.employment_id}/salary")
    data = {"version": 1, "starts_on": jdate(TODAY), "monthly_base": "90000000"}
    assert send(officer, page, data).status_code == 303
    assert send(officer, page, data).status_code == 409


def test_an_end_can_be_planned_and_taken_back(province: Province, officer: FlaskClient) -> None:
    one = province.employee(province.karaj)
    page = people_url(province, f"{one.employment_id}/")
    later = jdate(TODAY + timedelta(days=40))
    data = {"version": 1, "last_day": later, "end_reason": "retired"}
    assert send(officer, f"{page}end", data).status_code == 303
    assert later in officer.get(page).get_data(as_text=True)
    assert send(officer, f"{page}keep", {}, token_from=page).status_code == 303
    assert later not in officer.get(page).get_data(as_text=True)


def test_units_and_posts(province: Province, officer: FlaskClient) -> None:
    base = f"/m/{province.karaj.code}/units/"
    unit = {"code": "۱۰۱", "name": "معاونت فنی", "starts_on": "1400/01/01"}
    assert send(officer, f"{base}new", unit).status_code == 303
    with province.unit(province.karaj) as uow:
        stored = uow.session.scalars(select(OrgUnit)).one()
    assert stored.code == "101"
    assert send(officer, f"{base}{stored.id}", {**unit, "name": "فنی و عمران"}).status_code == 303
    assert send(officer, f"{base}new", unit).status_code == 422
    assert (
        send(officer, f"{base}posts/new", {"title": "مدیر", "is_manager": "1"}).status_code == 303
    )
    body = officer.get(base).get_data(as_text=True)
    assert "فنی و عمران" in body
    assert "مدیر" in body
    assert officer.get(f"{base}{uuid4()}").status_code == 404


def test_pages_speak_english_too(province: Province, officer: FlaskClient) -> None:
    one = province.employee(province.karaj)
    for page in ("", "new", f"{one.employment_id}/", f"{one.employment_id}/end"):
        body = officer.get(people_url(province, page), query_string={"lang": "en"})
        assert body.status_code == 200
        assert '<html lang="en" dir="ltr"' in body.get_data(as_text=True)


def test_the_form_of_unit_and_post_begins_with_what_is_and_lists_posts_in_persian_order(
    province: Province, officer: FlaskClient
) -> None:
    one = province.employee(province.karaj)
    unit = province.org_unit(province.karaj, "ادارهٔ درآمد")
    province.assign(one, unit)
    with province.unit(province.karaj) as uow:
        for title in ("کارشناس", "گیرنده", "پژوهشگر", "آمارگیر"):
            add_post(uow, province.karaj, title=title, is_manager=False)
    body = officer.get(people_url(province, f"{one.employment_id}/assignment")).text
    places = [body.index(title) for title in ("آمارگیر", "پژوهشگر", "کارشناس", "گیرنده")]
    assert places == sorted(places)
    assert re.search(rf'<option value="{unit.id}"[^>]* selected', body)


@pytest.mark.parametrize("why", ["activated", "complete", "anothers"])
def test_contacts_that_would_be_refused_have_no_form(
    app: Flask, province: Province, why: str
) -> None:
    place = province.fardis if why == "anothers" else province.karaj
    one = province.employee(place)
    employment_id = one.employment_id
    with province.owner.begin() as connection:
        if why == "activated":
            change, key = "account set password = 'x'", one.account_id
        else:
            change, key = "person set mobile = '09121111111', email = 'a@b.ir'", one.person_id
        if why != "anothers":
            connection.execute(sql(f"update {change} where id = :key"), {"key": key})
    if why == "anothers":
        province.link(one.person_id, province.karaj)
        with province.unit(province.karaj) as uow:
            second = Employment(
                municipality_id=province.karaj.id, person_id=one.person_id, personnel_number="2nd",
                kind="contract", starts_on=date(2000, 1, 1), name_key="", given_key="", sort_key="",
            )  # fmt: skip
            uow.session.add(second)
            uow.session.flush()
            employment_id = second.id
    officer = client_of(app, province.officer(province.karaj).token)
    address = people_url(province, f"{employment_id}/contacts")
    page = officer.get(f"{address}?lang=en")
    assert page.status_code == 200
    assert 'name="mobile"' not in page.text
    said = {
        "activated": ("has an account in use", "Change contact data"),
        "complete": ("are on record", "Change contact data"),
        "anothers": ("employed this person first", "organisation&#39;s officers to enter it"),
    }
    for words in said[why]:
        assert words in page.text
    refused = post(officer, address, {"version": "1", "mobile": "09121111111"})
    assert refused.status_code == 409
