"""The passport as a signed PDF: what it says, that it can be verified, whose it is."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from core.localization import clock
from core.testing.app import client_of, post
from core.testing.factories import Employee
from core.verification.codes import grouped
from core.verification.models import IssuedDocument
from plugins.training import queries
from plugins.training.passport import KIND, passport_of
from tests.plugins.training.conftest import School, at


@pytest.fixture
def person(school: School) -> Employee:
    return school.province.employee(school.place, "مریم", "حسینی")


@pytest.fixture
def phone(app: Flask, person: Employee) -> FlaskClient:
    return client_of(app, person.token)


@pytest.fixture
def url(school: School) -> str:
    return f"/m/{school.place.code}/training/passport"


def complete(school: School, who: Employee) -> None:
    offering = school.offering(number=1)
    one = school.seat(offering, who)
    school.close(offering)
    school.mark(offering, {one: 240})
    school.finalise(offering)


def words_of(pdf: bytes) -> str:
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)
    return re.sub(r"[\s\u200c\u2066-\u2069]", "", text)


def issued(school: School, who: Employee) -> list[IssuedDocument]:
    with school.unit() as uow:
        found = select(IssuedDocument).where(
            IssuedDocument.kind == KIND, IssuedDocument.person_id == who.person_id
        )
        return list(uow.session.scalars(found.order_by(IssuedDocument.issued_at)))


def test_it_lists_all_courses_and_can_be_verified(
    app: Flask, school: School, person: Employee, phone: FlaskClient, url: str
) -> None:
    complete(school, person)
    complete(school, person)
    assert "passport.pdf" in phone.get(url).text
    answer = post(phone, f"{url}.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    text = words_of(answer.data)
    assert "مریم" in text
    assert "حسینی" in text
    (document,) = issued(school, person)
    page = client_of(app, None).get(f"/verify/{document.code}").text
    assert "شناسنامهٔ آموزشی" in page
    assert "۱۶ ساعت" in page
    assert document.payload["courses"] == 2
    assert document.payload["minutes"] == 960
    assert str(document.payload["years"]).endswith(" = 16:00")
    with school.unit(person) as uow:
        codes = [entry.document_code for entry in queries.passport(uow, person.person_id)]
    assert len(codes) == 2
    assert all(grouped(code) in text for code in (*codes, document.code))


def test_on_one_day_the_same_entries_make_one_document(
    school: School, person: Employee, phone: FlaskClient, url: str
) -> None:
    complete(school, person)
    first, again = post(phone, f"{url}.pdf").data, post(phone, f"{url}.pdf").data
    assert first == again
    complete(school, person)
    post(phone, f"{url}.pdf")
    assert [one.payload["courses"] for one in issued(school, person)] == [1, 2]
    with clock.frozen(at(clock.today() + timedelta(days=1))), school.unit(person) as uow:
        passport_of(uow, school.place.id, person.person_id)
    assert len(issued(school, person)) == 3


def test_an_empty_passport_gives_no_document(
    school: School, person: Employee, phone: FlaskClient, url: str
) -> None:
    assert "passport.pdf" not in phone.get(url).text
    assert post(phone, f"{url}.pdf").status_code == 404
    assert phone.get(f"{url}.pdf").status_code in (404, 405)
    assert issued(school, person) == []


def test_each_sees_his_own_only(app: Flask, school: School, person: Employee, url: str) -> None:
    complete(school, person)
    other = client_of(app, school.province.employee(school.place).token)
    assert post(other, f"{url}.pdf").status_code == 404


def test_many_courses_go_over_several_sheets(
    school: School, person: Employee, phone: FlaskClient, url: str
) -> None:
    complete(school, person)
    with school.unit() as uow:
        uow.session.execute(
            text(
                "insert into training_hours_entry (id, person_id, issuer_id, issuer_name,"
                " enrolment_id, kind, course_code, title_fa, minutes, year, ended_on,"
                " document_code, entered_at) select gen_random_uuid(), person_id, issuer_id,"
                " issuer_name, gen_random_uuid(), kind, course_code, title_fa, minutes, year - n,"
                " ended_on - n * 365, document_code, now() from training_hours_entry,"
                " generate_series(1, 40) n where person_id = :p"
            ),
            {"p": person.person_id},
        )
    pdf = post(phone, f"{url}.pdf")
    assert pdf.status_code == 200
    assert len(pypdf.PdfReader(BytesIO(pdf.data)).pages) > 1
    (document,) = issued(school, person)
    assert document.payload["minutes"] == 41 * 480
