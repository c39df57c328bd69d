"""The thin story on real pages: plan, open, enrol, approve, attend, certificate, passport."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.localization import clock
from core.localization.jalali import format_date
from core.testing.app import client_of, post
from core.testing.factories import Employee, Officer
from core.verification.codes import grouped
from tests.plugins.training.conftest import School

DAY = format_date


@pytest.fixture
def officer(school: School) -> Officer:
    return school.province.officer(school.place)


@pytest.fixture
def desk(app: Flask, officer: Officer) -> FlaskClient:
    return client_of(app, officer.token)


@pytest.fixture
def person(school: School) -> Employee:
    return school.province.employee(school.place, "مریم", "حسینی‌نژاد")


@pytest.fixture
def phone(app: Flask, person: Employee) -> FlaskClient:
    return client_of(app, person.token)


@pytest.fixture
def base(school: School) -> str:
    return f"/m/{school.place.code}/training"


def add_course(desk: FlaskClient, base: str) -> str:
    """Add a course by the form; return the address of the next step."""
    facts = {
        "code": "ER-101",
        "title_fa": "ایمنی کار در معابر",
        "title_en": "Safety in street works",
        "kind": "job_specific",
        "hours": "۸",
        "threshold": "80",
        "about_fa": "علائم و حفاظ‌گذاری",
    }
    answer = post(desk, f"{base}/manage/courses/new", facts)
    assert answer.status_code == 303, answer.text
    return answer.location


def plan(desk: FlaskClient, url: str, **changes: str) -> UUID:
    """Plan an offering of two sessions that ended today; return its id."""
    yesterday = clock.today() - timedelta(days=1)
    facts = {
        "day": DAY(yesterday),
        "begins": "۸",
        "ends": "۱۲:۰۰",
        "number": "2",
        "every": "1",
        "place": "سالن آموزش",
        "capacity": "1",
        "opens_on": DAY(yesterday),
        "closes_on": DAY(yesterday),
        "withdraw_by": DAY(yesterday),
    }
    answer = post(desk, url, facts | changes)
    assert answer.status_code == 303, answer.text
    return UUID(answer.location.rsplit("/", 1)[1])


def words_of(pdf: bytes) -> str:
    """Return the text of a PDF without spaces, joiners and marks of direction."""
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)
    return re.sub(r"[\s\u200c\u2066-\u2069]", "", text)


def test_from_the_course_to_the_certificate(
    desk: FlaskClient, phone: FlaskClient, base: str, school: School, person: Employee
) -> None:
    today = DAY(clock.today())
    url = add_course(desk, base)
    offering = plan(
        desk, url, day=today, opens_on=today, closes_on=today, withdraw_by=today, number="1"
    )
    manage = f"{base}/manage/offerings/{offering}"
    assert post(desk, f"{manage}/open").status_code == 303
    assert "ایمنی کار در معابر" in phone.get(f"{base}/").text

    check = phone.get(f"{base}/offerings/{offering}/enrol").text
    key = re.search(r'name="idempotency_key" value="([^"]+)"', check)
    assert key
    sent = post(phone, f"{base}/offerings/{offering}/enrol", {"idempotency_key": key[1]})
    again = post(phone, f"{base}/offerings/{offering}/enrol", {"idempotency_key": key[1]})
    assert sent.status_code == 303, sent.text
    assert sent.location == again.location
    confirmation = phone.get(sent.location).text
    assert "صندلی" in confirmation or "برای شما" in confirmation

    enrolment = UUID(re.search(r"enrolments/([0-9a-f-]+)", sent.location)[1])  # type: ignore[index]
    school.decide(enrolment)
    assert post(desk, f"{manage}/close").status_code == 303
    sheet = re.search(r"/sessions/([0-9a-f-]+)/attendance", desk.get(manage).text)
    assert sheet
    mark = f"{manage}/sessions/{sheet[1]}/attendance"
    assert "مریم حسینی‌نژاد" in desk.get(mark).text
    saved = post(desk, mark, {f"there-{enrolment}": "1", f"minutes-{enrolment}": "۲۰۰"})
    assert saved.status_code == 303
    assert "۸۳" in desk.get(f"{manage}/finalise").text
    assert post(desk, f"{manage}/finalise").status_code == 303

    passport = phone.get(f"{base}/passport").text
    assert "ایمنی کار در معابر" in passport
    link = re.search(r'href="([^"]+\.pdf)"', passport)
    assert link
    pdf = phone.get(link[1])
    assert pdf.mimetype == "application/pdf"
    code = re.search(r"/certificates/(\w+)\.pdf", link[1])
    assert code
    text = words_of(pdf.data)
    for shown in ("مریم", "ایمنی", "شهرداری", "ER-101", grouped(code[1]), "/verify/"):
        assert shown in text, shown
    verified = phone.get(f"/verify/{code[1]}").text
    assert "ایمنی کار در معابر" in verified
    assert "اصیل و معتبر" in verified
    assert "مریم حسینی‌نژاد" in desk.get(f"{base}/manage/certificates").text
    assert desk.get(f"{base}/manage/certificates/{code[1]}.pdf").data == pdf.data
