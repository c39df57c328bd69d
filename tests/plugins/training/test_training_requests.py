"""What core's pages say of enrolments: facts in the inbox, one message, words in the audit."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from core.database.extension import db
from core.localization import clock
from core.testing.app import client_of, post
from core.testing.factories import Employee
from core.testing.queries import count_queries
from tests.plugins.training.conftest import School

COURSE = "ایمنی کار در معابر"


@pytest.fixture
def officer(app: Flask, school: School) -> FlaskClient:
    return client_of(app, school.province.officer(school.place, "training.approve").token)


@pytest.fixture
def person(school: School) -> Employee:
    return school.province.employee(school.place, "مریم", "حسینی")


@pytest.fixture
def phone(app: Flask, person: Employee) -> FlaskClient:
    return client_of(app, person.token)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def titles(school: School, who: Employee) -> list[str]:
    """The messages that somebody got, in Persian, oldest first."""
    query = text("select title ->> 'fa' from message where person_id = :p order by created_at, id")
    with school.unit(who) as uow:
        return list(uow.session.scalars(query, {"p": who.person_id}))


def references(school: School, *enrolments: object) -> list[str]:
    return [school.enrolment(one).reference for one in enrolments]  # type: ignore[arg-type]


def test_the_inbox_says_how_full_the_course_is(
    app: Flask, school: School, officer: FlaskClient
) -> None:
    offering = school.offering(capacity=2)
    school.seat(offering)
    seated = school.enrol(school.employee(), offering)
    first, second = (school.enrol(school.employee(), offering) for _ in range(2))
    inbox = f"/m/{school.place.code}/inbox/"
    with app.app_context():
        engine = db.engine
    officer.get(inbox)
    with count_queries(engine) as statements:
        page = words(officer.get(inbox).text)
    assert len(statements) <= 7
    full = "جای خالی: ۰ از ۲ · فهرست انتظار: ۲ نفر · این درخواست:"
    assert page.count(full) == 3
    assert page.count(f"{full} جا محفوظ است") == 1
    assert page.index("نفر ۱ در فهرست انتظار") < page.index("نفر ۲ در فهرست انتظار")
    for enrolment, said in ((seated, "جا محفوظ"), (first, "نفر ۱ در"), (second, "نفر ۲ در")):
        (reference,) = references(school, enrolment)
        shown = words(officer.get(inbox + reference).text)
        assert f"این درخواست {said}" in shown
        assert "جای خالی ۰ از ۲" in shown


def test_many_are_approved_with_the_seats_in_sight(school: School, officer: FlaskClient) -> None:
    offering = school.offering(capacity=3)
    ids = [school.enrolment(school.enrol(school.employee(), offering)).request_id for _ in range(2)]
    data = {"ids": [f"{one}.1.1" for one in ids], "action": "approve"}
    question = words(post(officer, f"/m/{school.place.code}/inbox/bulk", data).text)
    assert question.count("جای خالی: ۱ از ۳") == 2
    assert question.count(COURSE) == 2
    english = words(officer.get(f"/m/{school.place.code}/inbox/?lang=en").text)
    assert english.count("Seats left: 1 of 3") == 2


def test_one_message_tells_of_an_approval(school: School) -> None:
    offering = school.offering(capacity=1)
    seated, queued, refused = (school.employee() for _ in range(3))
    enrolments = [school.enrol(who, offering) for who in (seated, queued, refused)]
    assert titles(school, seated) == [], "the page says that it was sent"
    school.decide(enrolments[0])
    school.decide(enrolments[1])
    school.decide(enrolments[2], reject="دوره برای واحد دیگری است")
    assert titles(school, seated) == [f"ثبت‌نام شما در «{COURSE}» قطعی شد"]
    assert titles(school, queued) == [f"شما در فهرست انتظار دورهٔ «{COURSE}» هستید"]
    (told,) = titles(school, refused)
    assert "رد شد" in told


def test_one_message_tells_of_a_cancellation(school: School) -> None:
    from plugins.training.services import offerings

    offering = school.offering(starts_on=clock.today() + timedelta(days=3))
    who = school.employee()
    enrolment = school.enrol(who, offering)
    with school.unit() as uow:
        offerings.cancel(uow, school.place.id, offering, reason="مدرس بیمار است")
    assert school.enrolment(enrolment).state == "cancelled"
    assert titles(school, who) == [f"دورهٔ «{COURSE}» لغو شد"]


def test_who_saw_my_data_names_the_course(
    app: Flask, school: School, person: Employee, phone: FlaskClient
) -> None:
    offering = school.offering(number=1)
    other = school.offering(capacity=1, starts_on=clock.today() + timedelta(days=3))
    school.seat(other)
    left = school.seat(other, person)
    school.withdraw(person, left)
    mine = school.seat(offering, person)
    school.close(offering)
    school.mark(offering, {mine: 240})
    school.finalise(offering)
    page = words(phone.get("/me/seen").text)
    for said in (
        f"آموزش: ثبت‌نام در «{COURSE}» تأیید شد",
        f"آموزش: جای در فهرست انتظار «{COURSE}» تأیید شد",
        f"آموزش: انصراف از «{COURSE}»",
        f"سندی به نام شما صادر شد: گواهی‌نامهٔ «{COURSE}»",
    ):
        assert said in page
    english = words(phone.get("/me/seen?lang=en").text)
    assert "enrolment in “Safety in street works” approved" in english
    auditor = client_of(app, school.province.officer(school.place, "audit.view").token)
    log = auditor.get(f"/m/{school.place.code}/audit/?lang=fa").text
    assert f"آموزش: ثبت‌نام در «{COURSE}» تأیید شد" in log
    assert "<dt>words</dt>" not in log


def test_withdrawing_too_late_leads_back_with_a_message(
    school: School, person: Employee, phone: FlaskClient
) -> None:
    offering = school.offering(number=1)
    enrolment = school.seat(offering, person)
    school.withdraw(person, enrolment)
    address = f"/m/{school.place.code}/training/enrolments/{enrolment}"
    for send in (phone.get, partial(post, phone)):
        late = send(f"{address}/withdraw")
        assert (late.status_code, late.location) == (303, address)
        assert "دیگر نمی‌توان انصراف داد" in phone.get(late.location).text
