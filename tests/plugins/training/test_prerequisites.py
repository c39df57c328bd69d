"""What must be completed before a course: circles, enrolling, confirming, other employers (T17)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from core.errors import Conflict, DomainError, Invalid
from core.people.models import Employment
from core.testing.app import client_of, post
from core.testing.factories import Employee, Province
from plugins.training.models import Course, Offering
from plugins.training.policies import leads_to
from plugins.training.services import courses, prerequisites
from tests.plugins.training.conftest import COURSE, School

IDS = [UUID(int=n) for n in range(8)]
PAIRS = st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)), max_size=20)


@given(PAIRS, st.sampled_from(IDS))
def test_all_that_is_needed_directly_or_not(pairs: list[tuple[UUID, UUID]], start: UUID) -> None:
    found = leads_to(pairs, start)
    assert start in found
    assert all(other in found for course, other in pairs if course in found)
    for one in found - {start}:
        assert any(other == one and course in found for course, other in pairs)


def add(school: School, code: str, *requires: UUID) -> UUID:
    with school.unit() as uow:
        facts = COURSE | {"code": code, "requires": list(requires)}
        return courses.add(uow, school.place.id, facts).id


def require(school: School, course_id: UUID, *requires: UUID) -> None:
    with school.unit() as uow:
        course = courses.get(uow, school.place.id, course_id)
        courses.edit(uow, course, courses.facts_of(course) | {"requires": list(requires)})


def required(school: School, course_id: UUID) -> list[str]:
    with school.unit() as uow:
        return [one.code for one in prerequisites.needed(uow, school.place.id, course_id)]


def complete(school: School, who: Employee, code: str) -> None:
    """Let somebody complete a course of this code."""
    offering = school.offering(number=1, course={"code": code})
    one = school.seat(offering, who)
    school.close(offering)
    school.mark(offering, {one: 240})
    school.finalise(offering)


def test_a_circle_is_refused(school: School) -> None:
    first = add(school, "A-1")
    second = add(school, "A-2", first)
    third = add(school, "A-3", second)
    assert required(school, third) == ["A-2"]
    for course, needs in ((first, third), (first, first)):
        with pytest.raises(Invalid) as refused:
            require(school, course, needs)
        assert "requires" in refused.value.fields
    require(school, third)
    assert required(school, third) == []
    require(school, first, third)


def test_two_halves_of_a_circle_at_once(school: School) -> None:
    first, second = add(school, "B-1"), add(school, "B-2")

    def run(pair: tuple[UUID, UUID]) -> object:
        try:
            require(school, *pair)
        except DomainError as error:
            return error
        return None

    for _turn in range(5):
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(run, [(first, second), (second, first)]))
        assert sum(isinstance(one, Invalid) for one in found) == 1
        require(school, first)
        require(school, second)


def test_only_who_has_completed_it_can_enrol(school: School) -> None:
    who = school.employee()
    offering = school.offering(course={"requires": [add(school, "C-1")]})
    with pytest.raises(Invalid) as refused:
        school.enrol(who, offering)
    assert refused.value.code == "prerequisites"
    assert "ایمنی کار در معابر" in str(refused.value.message)
    assert school.seats(offering) == (0, 0), "the seat is given back with the refusal"


def test_hours_of_the_code_count_wherever_they_are_from(school: School, province: Province) -> None:
    """T13, T17: a transfer takes the passport along."""
    before = School(school.app, province, province.fardis)
    province.activate(province.fardis, "training")
    who = before.employee()
    complete(before, who, "D-1")
    province.link(who.person_id, school.place)
    with before.unit() as uow:
        old = uow.session.get_one(Employment, (province.fardis.id, who.employment_id))
        old.ends_on = uow.today
    with school.unit() as uow:
        new = Employment(
            municipality_id=school.place.id,
            person_id=who.person_id,
            personnel_number=old.personnel_number,
            kind="official",
            starts_on=uow.today,
            name_key=old.name_key,
            given_key=old.given_key,
            sort_key=old.sort_key,
        )
        uow.session.add(new)
        uow.session.flush()
        moved = Employee(who.person_id, new.id, school.place.id)
    offering = school.offering(course={"requires": [add(school, "D-1")]})
    assert school.enrolment(school.seat(offering, moved)).state == "confirmed"


def test_hours_taken_back_count_no_more(school: School) -> None:
    who = school.employee()
    complete(school, who, "E-1")
    with school.unit() as uow:
        uow.session.execute(
            text(
                "insert into training_hours_entry (id, person_id, issuer_id, issuer_name,"
                " enrolment_id, kind, course_code, title_fa, minutes, year, ended_on,"
                " document_code, entered_at) select gen_random_uuid(), person_id, issuer_id,"
                " issuer_name, gen_random_uuid(), kind, course_code, title_fa, -minutes, year,"
                " ended_on, document_code, now() from training_hours_entry where person_id = :p"
            ),
            {"p": who.person_id},
        )
    with school.unit() as uow:
        course = uow.session.query(Course).filter_by(code="E-1").one()
    offering = school.offering(course={"requires": [course.id]})
    with pytest.raises(Invalid):
        school.enrol(who, offering)


def test_it_is_checked_again_at_the_approval(school: School) -> None:
    who = school.employee()
    offering = school.offering()
    one = school.enrol(who, offering)
    with school.unit() as uow:
        course_id = uow.session.get_one(Offering, (school.place.id, offering)).course_id
    require(school, course_id, add(school, "F-1"))
    with pytest.raises(Conflict) as refused:
        school.decide(one)
    assert refused.value.code == "prerequisites"
    assert school.enrolment(one).state == "pending"
    school.decide(one, reject="پیش‌نیاز")
    assert school.seats(offering) == (0, 0)


def test_the_page_says_what_is_needed_and_leads_nowhere_else(app: Flask, school: School) -> None:
    who = school.province.employee(school.place, "مریم", "حسینی")
    phone = client_of(app, who.token)
    offering = school.offering(course={"requires": [add(school, "G-1")]})
    url = f"/m/{school.place.code}/training/offerings/{offering}"
    page = phone.get(url).text
    assert "هنوز گذرانده نشده" in page
    assert f"{url}/enrol" not in page
    assert phone.get(f"{url}/enrol").status_code == 302
    answer = post(phone, f"{url}/enrol", {"idempotency_key": "k"})
    assert answer.status_code == 422
    assert "نخست این را بگذرانید" in answer.text
    assert school.seats(offering) == (0, 0)


def test_officers_choose_them_in_the_form_of_the_course(app: Flask, school: School) -> None:
    desk = client_of(
        app, school.province.officer(school.place, "training.view", "training.manage").token
    )
    first, second = add(school, "H-1"), add(school, "H-2")
    url = f"/m/{school.place.code}/training/manage/courses/{second}"
    assert str(first) in desk.get(url).text
    assert f'value="{second}"' not in desk.get(url).text
    facts = {"code": "H-2", "title_fa": "ایمنی", "kind": "general", "hours": "8", "threshold": "80"}
    assert post(desk, url, facts | {"requires": str(first)}).status_code == 303
    assert required(school, second) == ["H-1"]
    assert post(desk, url, facts | {"requires": str(second)}).status_code == 422
    assert post(desk, url, facts).status_code == 303
    assert required(school, second) == []
