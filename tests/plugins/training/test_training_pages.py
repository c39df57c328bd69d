"""Who may open which page, bad input, switching off, and how many queries lists cost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from core.database.extension import db
from core.database.keys import new_id
from core.localization import clock
from core.localization.jalali import format_date
from core.testing.app import client_of, post
from core.testing.factories import Employee
from core.testing.queries import count_queries
from plugins.training import queries
from plugins.training.models import Meeting, Offering
from plugins.training.services import courses
from tests.plugins.training.conftest import COURSE, School

MOST = 7
"""Statements of a page beside the one that opens the request."""


@pytest.fixture
def base(school: School) -> str:
    return f"/m/{school.place.code}/training"


@pytest.fixture
def desk(app: Flask, school: School) -> FlaskClient:
    permissions = ("training.view", "training.manage")
    return client_of(app, school.province.officer(school.place, *permissions).token)


@pytest.fixture
def person(school: School) -> Employee:
    return school.province.employee(school.place, "مریم", "حسینی")


@pytest.fixture
def phone(app: Flask, person: Employee) -> FlaskClient:
    return client_of(app, person.token)


def pages(base: str, offering: UUID, enrolment: UUID) -> Iterator[tuple[str, str]]:
    """Yield each page and whom it is for."""
    manage = f"{base}/manage"
    for path in ("/", f"/offerings/{offering}"):
        yield base + path, "member"
    for path in ("/mine", "/passport", f"/enrolments/{enrolment}"):
        yield base + path, "person"
    for path in ("/", "/courses", "/certificates", "/duty", f"/offerings/{offering}"):
        yield manage + path, "view"
    for path in ("/plan", "/courses/new", "/duty/rule", f"/offerings/{offering}/edit"):
        yield manage + path, "manage"
    for path in ("cancel", "finalise"):
        yield f"{manage}/offerings/{offering}/{path}", "manage"


def test_each_page_opens_for_those_it_is_for(
    app: Flask, school: School, base: str, person: Employee, desk: FlaskClient, phone: FlaskClient
) -> None:
    offering = school.offering()
    enrolment = school.enrol(person, offering)
    viewer = client_of(app, school.province.officer(school.place, "training.view").token)
    stranger = client_of(app, school.province.employee(school.province.fardis).token)
    foreign = client_of(app, school.province.officer(school.province.fardis).token)
    for url, audience in pages(base, offering, enrolment):
        allowed = {
            "phone": audience in ("member", "person"),
            "desk": audience in ("view", "manage", "member"),
            "viewer": audience in ("view", "member"),
        }
        for name, client in (("phone", phone), ("desk", desk), ("viewer", viewer)):
            status = client.get(url).status_code
            assert (status in (200, 302)) is allowed[name], (name, url, status)
            assert allowed[name] or status == 403, (name, url, status)
        for client in (stranger, foreign):
            assert client.get(url).status_code == 404, url
        assert client_of(app, None).get(url).status_code == 303


def test_a_grant_for_some_units_is_not_enough(app: Flask, school: School, base: str) -> None:
    unit = school.province.org_unit(school.place, "واحد مالی")
    limited = school.province.officer(school.place, "training.manage", unit_id=unit.id)
    client = client_of(app, limited.token)
    offering = school.offering()
    for path in ("/", "/courses", f"/offerings/{offering}", f"/offerings/{offering}/edit"):
        assert client.get(f"{base}/manage{path}").status_code == 403
    assert post(client, f"{base}/manage/offerings/{offering}/close").status_code == 403


def test_somebody_elses_enrolment_and_certificate_are_not_there(
    app: Flask, school: School, base: str, phone: FlaskClient
) -> None:
    offering = school.offering(number=1)
    other = school.seat(offering)
    assert phone.get(f"{base}/enrolments/{other}").status_code == 404
    assert phone.get(f"{base}/enrolments/{new_id()}").status_code == 404
    assert post(phone, f"{base}/enrolments/{other}/withdraw").status_code == 404
    school.close(offering)
    school.mark(offering, {other: 240})
    school.finalise(offering)
    with school.unit() as uow:
        code = queries.certificate_of(uow, school.enrolment(other))
    assert phone.get(f"{base}/certificates/{code}.pdf").status_code == 404
    fardis = school.province.fardis
    school.province.activate(fardis, "training")
    officer = client_of(app, school.province.officer(fardis).token)
    url = f"/m/{fardis.code}/training/manage/certificates/{code}.pdf"
    assert officer.get(url).status_code == 404


def test_off_means_gone_for_every_method(
    school: School, base: str, phone: FlaskClient, desk: FlaskClient
) -> None:
    offering = school.offering()
    school.province.activate(school.place, "training", "off")
    for client in (phone, desk):
        for url in (base, f"{base}/", f"{base}/manage/offerings/{offering}", f"{base}/nothing"):
            assert client.get(url).status_code == 404
            assert client.put(url).status_code == 404


def test_closing_shows_courses_but_takes_nothing_new(
    school: School, base: str, phone: FlaskClient
) -> None:
    offering = school.offering()
    school.province.activate(school.place, "training", "closing")
    assert "پذیرش این خدمت را متوقف کرده است (بستن تدریجی)" in phone.get(f"{base}/").text
    assert "/enrol" not in phone.get(f"{base}/offerings/{offering}").text
    sent = post(phone, f"{base}/offerings/{offering}/enrol", {"idempotency_key": "k"})
    assert sent.status_code == 409
    assert school.seats(offering) == (0, 0)


def test_drafts_are_not_for_employees(school: School, base: str, phone: FlaskClient) -> None:
    draft = school.offering(state="draft")
    assert phone.get(f"{base}/offerings/{draft}").status_code == 404
    assert "ثبت‌نام هیچ دوره‌ای باز نیست" in phone.get(f"{base}/").text


def test_a_second_enrolment_is_refused_on_the_page(
    school: School, base: str, phone: FlaskClient, person: Employee
) -> None:
    offering = school.offering()
    school.enrol(person, offering)
    form = phone.get(f"{base}/offerings/{offering}/enrol")
    assert form.status_code == 302
    assert form.location == f"{base}/offerings/{offering}"
    assert "ثبت‌نام کرده‌اید" in phone.get(form.location).text
    answer = post(phone, f"{base}/offerings/{offering}/enrol", {"idempotency_key": "other"})
    assert answer.status_code == 422
    assert "ثبت‌نام کرده‌اید" in answer.text
    assert school.seats(offering) == (1, 0)


def test_bad_input_is_kept_and_explained(school: School, base: str, desk: FlaskClient) -> None:
    answer = post(
        desk,
        f"{base}/manage/courses/new",
        {"code": "ب پ", "title_fa": "دوره", "kind": "nothing", "hours": "هشت", "threshold": "۱۲۰"},
    )
    assert answer.status_code == 422
    for text in ("حروف لاتین", "یکی از پاسخ‌های فهرست", "عددی از ۱ تا ۱۰۰"):
        assert text in answer.text, text
    for typed in ('value="هشت"', 'value="دوره"', 'value="ب پ"'):
        assert typed in answer.text
    assert "<title>خطا:" in answer.text.replace("\n", "")


def test_a_sheet_with_an_impossible_number_names_the_person(
    school: School, base: str, desk: FlaskClient, person: Employee
) -> None:
    offering = school.offering(number=1)
    one = school.seat(offering, person)
    school.close(offering)
    with school.unit() as uow:
        meeting = uow.session.query(Meeting).filter_by(offering_id=offering).one()
    url = f"{base}/manage/offerings/{offering}/sessions/{meeting.id}/attendance"
    for typed in ("۹۹۹", "abc"):
        answer = post(desk, url, {f"there-{one}": "1", f"minutes-{one}": typed})
        assert answer.status_code == 422
        assert "عددی از ۰ تا ۲۴۰ دقیقه" in answer.text
        assert "مریم حسینی:" in answer.text
        assert f'value="{typed}"' in answer.text
        assert re.search(rf'class="error" id="error-{one}">.*?<input[^>]*aria-invalid', answer.text)
    unticked = post(desk, url, {f"minutes-{one}": "100"})
    assert unticked.status_code == 422
    assert "علامت حضور را هم بزنید" in unticked.text
    assert post(desk, url, {}).status_code == 303
    assert "۰ از ۱ جلسهٔ برگزارشده" in desk.get(f"{base}/manage/offerings/{offering}").text


def test_searching_in_any_spelling(school: School, base: str, phone: FlaskClient) -> None:
    school.offering()
    for typed in ("ايمني كار", "safety", "  معابر "):
        assert "ایمنی کار در معابر" in phone.get(f"{base}/", query_string={"q": typed}).text
    nothing = phone.get(f"{base}/?q=zzz").text
    assert "دوره‌ای پیدا نشد" in nothing
    assert "ایمنی کار در معابر" not in nothing


def test_a_filter_that_is_not_set_says_all(
    base: str, phone: FlaskClient, desk: FlaskClient
) -> None:
    for client, path in ((phone, "/"), (desk, "/manage/")):
        assert '<option value="">همه</option>' in client.get(base + path).text.replace(
            " selected", ""
        )
        assert client.get(f"{base}{path}?kind=&state=").status_code == 200


def test_the_organisation_has_a_training_of_its_own(app: Flask, school: School) -> None:
    alborz = school.province.alborz
    school.province.activate(alborz, "training")
    person = client_of(app, school.province.employee(alborz).token)
    assert person.get(f"/m/{alborz.code}/training/").status_code == 200


def fill(school: School, number: int) -> None:
    """Write that many open offerings of one course at once."""
    start = clock.today() + timedelta(days=5)
    with school.unit() as uow:
        course = courses.add(uow, school.place.id, COURSE | {"code": f"X-{number}"})
        rows = [
            {
                "municipality_id": school.place.id,
                "id": new_id(),
                "course_id": course.id,
                "state": "open",
                "minutes": 240,
                "threshold": 80,
                "capacity": 10,
                "opens_on": clock.today(),
                "closes_on": clock.today(),
                "withdraw_by": start,
                "starts_on": start,
                "ends_on": start,
                "place": "سالن",
            }
            for _ in range(number)
        ]
        uow.session.execute(insert(Offering), rows)


@pytest.mark.parametrize("number", [10, 2000])
def test_lists_cost_few_queries(
    app: Flask, school: School, base: str, phone: FlaskClient, desk: FlaskClient, number: int
) -> None:
    fill(school, number)
    for client, url in (
        (phone, f"{base}/"),
        (phone, f"{base}/?q=ایمنی"),
        (phone, f"{base}/mine"),
        (desk, f"{base}/manage/"),
        (desk, f"{base}/manage/courses"),
        (desk, f"{base}/manage/certificates"),
    ):
        client.get(url)
        with app.app_context(), count_queries(db.engine) as statements:
            assert client.get(url).status_code == 200
        assert len(statements) <= MOST, "\n".join(statements)


def test_a_large_roster_costs_few_queries(
    app: Flask, school: School, base: str, desk: FlaskClient
) -> None:
    offering = school.offering(capacity=5)
    for _ in range(12):
        school.enrol(school.employee(), offering)
    url = f"{base}/manage/offerings/{offering}"
    desk.get(url)
    with app.app_context(), count_queries(db.engine) as statements:
        page = desk.get(url).text
    assert page.count("<bdi>مریم رضایی</bdi>") == 12
    assert len(statements) <= MOST, "\n".join(statements)


def test_paging_shows_each_offering_once(school: School, base: str, phone: FlaskClient) -> None:
    fill(school, 45)
    seen: list[str] = []
    url: str | None = f"{base}/"
    while url:
        text = phone.get(url).text
        seen += re.findall(r'href="[^"]*/offerings/([0-9a-f-]+)"', text)
        found = re.search(r'rel="next" href="([^"]+)"', text)
        url = found[1].replace("&amp;", "&") if found else None
    assert len(seen) == len(set(seen)) == 45


def test_dates_are_typed_in_the_jalali_calendar(
    school: School, base: str, desk: FlaskClient
) -> None:
    with school.unit() as uow:
        course = courses.add(uow, school.place.id, COURSE)
    day = clock.today() + timedelta(days=3)
    answer = post(
        desk,
        f"{base}/manage/courses/{course.id}/offer",
        {
            "day": format_date(day),
            "begins": "14",
            "ends": "۱۲:۰۰",
            "number": "1",
            "every": "1",
            "place": "سالن",
            "capacity": "10",
            "opens_on": format_date(clock.today()),
            "closes_on": format_date(day),
            "withdraw_by": format_date(day),
        },
    )
    assert answer.status_code == 422
    assert "پس از ساعت آغاز" in answer.text
    assert f'value="{format_date(day)}"' in answer.text
