"""What the officer sees while he marks attendance."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.localization import clock
from core.testing.app import client_of, post
from plugins.training.models import Meeting
from tests.plugins.training.conftest import School


@pytest.fixture
def desk(app: Flask, school: School) -> FlaskClient:
    permissions = ("training.view", "training.manage")
    return client_of(app, school.province.officer(school.place, *permissions).token)


def manage(school: School, offering: UUID) -> str:
    return f"/m/{school.place.code}/training/manage/offerings/{offering}"


def sheet(school: School, offering: UUID) -> str:
    """Return the address of the sheet of an offering's first session."""
    with school.unit() as uow:
        found = uow.session.query(Meeting).filter_by(offering_id=offering)
        meeting = found.order_by(Meeting.starts_at).first()
        assert meeting
        return f"{manage(school, offering)}/sessions/{meeting.id}/attendance"


def test_a_finalised_course_leads_to_its_certificates_and_to_the_employees(
    app: Flask, school: School, desk: FlaskClient
) -> None:
    ids = []
    for name in ("احمدی", "بهرامی"):
        offering = school.offering(number=1)
        one = school.seat(offering, school.employee(name))
        school.close(offering)
        school.mark(offering, {one: 240})
        school.finalise(offering)
        ids.append((offering, one))
    offering, one = ids[0]
    page = desk.get(manage(school, offering)).text
    url = f"/m/{school.place.code}/training/manage/certificates?offering={offering}"
    assert url in page
    listed = desk.get(url).text
    assert "احمدی" in listed
    assert "بهرامی" not in listed
    record = f"/m/{school.place.code}/people/{school.enrolment(one).employment_id}/"
    assert record not in page
    more = school.province.officer(school.place, "training.view", "people.view")
    assert record in client_of(app, more.token).get(manage(school, offering)).text


def test_before_its_day_a_session_has_no_sheet_and_a_save_keeps_the_ticks(
    school: School, desk: FlaskClient
) -> None:
    day = clock.today() + timedelta(days=2)
    offering = school.offering(starts_on=day, number=1)
    there, absent = school.seat(offering), school.seat(offering)
    school.close(offering)
    url = sheet(school, offering)
    page = desk.get(manage(school, offering)).text
    assert url not in page
    assert re.search(r"<td>.*?از [۰-۹]+ ", page)
    assert desk.get(url).status_code == 302
    answer = post(desk, url, {f"there-{there}": "1"})
    assert answer.status_code == 422
    assert "هنوز برگزار نشده" in answer.text
    assert f'name="there-{there}" value="1" checked' in answer.text
    assert f'name="there-{absent}" value="1" checked' not in answer.text
