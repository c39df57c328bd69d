"""The portal's first page: what to do, by when, where the requests are, each service."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from core.database.keys import new_id
from core.localization import clock
from core.localization.filters import duration
from core.localization.languages import use_locale
from core.portal.home import due_text, due_tone
from core.requests.models import Request
from core.testing.app import client_of
from core.testing.factories import Employee, Province
from tests.testdummy.facing import plugin


def _request(province: Province, employee: Employee, reference: str, state: str) -> None:
    """Store a request of an employee as the engine would."""
    now = clock.now()
    with province.unit(province.karaj) as uow:
        uow.session.add(
            Request(
                municipality_id=province.karaj.id,
                reference=reference,
                type="core.test",
                type_version=1,
                title={"fa": "وام ضروری", "en": "Urgent loan"},
                summary={"fa": "", "en": ""},
                person_id=employee.person_id,
                person_name="مریم رضایی",
                employment_id=employee.employment_id,
                data={},
                steps=[{"name": "one", "title": {"fa": "تأیید"}, "permission": "a.b"}],
                state=state,
                step=1,
                submitted_by=new_id(),
                submitted_by_name="مریم رضایی",
                idempotency_key=reference.encode(),
                submitted_at=now,
                decided_at=now if state == "rejected" else None,
                reason="no" if state == "rejected" else "",
            )
        )


def test_nobody_is_sent_to_sign_in_and_officers_to_their_desk(
    faces: Flask, province: Province
) -> None:
    assert client_of(faces, None).get("/").location == "/sign-in?next=%2F"
    officer = client_of(faces, province.officer(province.karaj).token)
    assert officer.get("/").location == f"/m/{province.karaj.code}/desk/"


def test_an_account_without_role_or_employment_is_told_so(faces: Flask, province: Province) -> None:
    _account, token = province._account("تازه‌وارد", None)  # the only bare account
    page = client_of(faces, token).get("/")
    assert page.status_code == 200
    assert 'class="empty"' in page.text


def test_home_lists_tasks_then_requests_then_services(faces: Flask, province: Province) -> None:
    province.activate(province.karaj, "facing")
    employee = province.employee(province.karaj)
    plugin.tasks += [plugin.task("Undated"), plugin.task("Dated", date(2026, 12, 6))]
    _request(province, employee, "HM-1405-77001", "submitted")
    page = client_of(faces, employee.token).get("/").text
    order = [page.index(text) for text in ("Dated", "Undated", "HM-1405-77001", "Room 7")]
    assert order == sorted(order)
    assert '<progress max="100" value="40"' in page
    assert "Booked for مریم رضایی" in page


def test_home_speaks_both_languages(faces: Flask, province: Province) -> None:
    client = client_of(faces, province.employee(province.karaj).token)
    persian, english = client.get("/?lang=fa").text, client.get("/?lang=en").text
    assert "سلام مریم رضایی" in persian
    assert 'dir="rtl"' in persian
    assert "Hello, مریم رضایی" in english
    assert 'dir="ltr"' in english
    assert "Nothing is waiting for you." in english


def test_requests_are_counted_beyond_those_listed(faces: Flask, province: Province) -> None:
    employee = province.employee(province.karaj)
    for number in range(6):
        _request(province, employee, f"HM-1405-8{number:04}", "submitted")
    _request(province, employee, "HM-1405-90000", "rejected")
    page = client_of(faces, employee.token).get("/?lang=en").text
    assert "6 of your requests are under way." in page
    assert page.count(">HM-1405-") == 4
    assert "Rejected" in page


def test_two_employers_two_groups_of_services(faces: Flask, province: Province) -> None:
    province.activate(province.karaj, "facing")
    employee = province.employee(province.karaj)
    _employ_again(province, employee)
    page = client_of(faces, employee.token).get("/").text
    assert page.count("Room 7") == 1
    for place in (province.karaj, province.fardis):
        assert f"<h2>{place.name_fa}</h2>" in page


def _employ_again(province: Province, employee: Employee) -> None:
    from core.people.models import Employment

    province.link(employee.person_id, province.fardis)
    with province.unit(province.karaj, province.fardis) as uow:
        first = uow.session.get_one(Employment, (employee.municipality_id, employee.employment_id))
        uow.session.add(
            Employment(
                municipality_id=province.fardis.id,
                person_id=employee.person_id,
                personnel_number=first.personnel_number,
                kind="hourly",
                starts_on=first.starts_on,
                name_key=first.name_key,
                given_key=first.given_key,
                sort_key=first.sort_key,
            )
        )


def test_services_page_says_what_is_closing(faces: Flask, province: Province) -> None:
    province.activate(province.karaj, "facing", state="closing")
    page = client_of(faces, province.employee(province.karaj).token).get("/services?lang=en").text
    assert "Guest house" in page
    assert "Intake stopped (closing gradually): nothing new can be started" in page


def test_home_asks_few_queries(faces: Flask, province: Province, statements: list[str]) -> None:
    province.activate(province.karaj, "facing")
    employee = province.employee(province.karaj)
    for number in range(4):
        _request(province, employee, f"HM-1405-6{number:04}", "submitted")
    statements.clear()
    assert client_of(faces, employee.token).get("/").status_code == 200
    queries = [sql for sql in statements if not re.match(r"(SAVEPOINT|ROLLBACK|RELEASE)", sql)]
    assert len(queries) <= 8 + 2 - 1  # opening the request is one more
    assert len([sql for sql in queries if "select" in sql.lower()]) == 3


@pytest.mark.parametrize(
    ("days", "tone"), [(None, "info"), (-1, "danger"), (0, "warn"), (3, "warn"), (4, "info")]
)
def test_the_nearer_a_date_the_louder(days: int | None, tone: str) -> None:
    today = date(2026, 11, 24)
    due = None if days is None else today + timedelta(days=days)
    assert due_tone(due, today) == tone


def test_a_session_is_on_its_day_and_a_deadline_by_its_day(app: Flask) -> None:
    day = date(2026, 11, 26)
    with app.app_context(), use_locale("fa"):
        assert due_text(day, day) == "تا ۵ آذر"
        assert due_text(day, day, on_day=True) == "۵ آذر"
        assert (duration(0), duration(45)) == ("۰ ساعت", "۴۵ دقیقه")
