"""Planning, opening, closing, cancelling; sessions; what the calendar does."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from core.errors import Conflict, Invalid, NotFound
from core.localization import clock
from plugins.training import jobs, queries
from plugins.training.models import Offering
from plugins.training.services import courses, meetings, offerings
from tests.plugins.training.conftest import COURSE, School, at

FACTS: dict[str, Any] = {"capacity": 10, "place": "سالن", "instructor": "", "note": ""}


def read(school: School, offering_id: Any) -> Offering:
    with school.unit() as uow:
        return queries.offering(uow, school.place.id, offering_id)


def days_of(school: School, offering_id: Any) -> list[date]:
    with school.unit() as uow:
        row = queries.offering(uow, school.place.id, offering_id)
        return [clock.day_of(one.starts_at) for one in queries.meetings(uow, row)]


def test_sessions_follow_the_rhythm(school: School) -> None:
    first = clock.today() + timedelta(days=10)
    with school.unit() as uow:
        course = courses.add(uow, school.place.id, COURSE)
        spans = offerings.sessions(first, at(first).time(), at(first, 12).time(), number=3, every=7)
        facts = FACTS | {"opens_on": clock.today(), "closes_on": first, "withdraw_by": first}
        row = offerings.plan(uow, course, facts, spans)
    assert days_of(school, row.id) == [first + timedelta(days=7 * turn) for turn in range(3)]
    found = read(school, row.id)
    assert (found.starts_on, found.ends_on) == (first, first + timedelta(days=14))
    assert (found.state, found.minutes, found.threshold) == ("draft", 480, 80)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_on": date(2000, 1, 1)}, "closes_on"),
        ({"opens_on": date(2100, 1, 1)}, "closes_on"),
        ({"closes_on": date(2100, 1, 1)}, "closes_on"),
        ({"withdraw_by": date(2100, 1, 1)}, "withdraw_by"),
        ({"withdraw_by": date(2000, 1, 1)}, "withdraw_by"),
    ],
)
def test_days_that_do_not_fit_are_refused_at_their_field(
    school: School, changes: dict[str, date], field: str
) -> None:
    offering = school.offering(state="draft")
    row = read(school, offering)
    facts = {name: getattr(row, name) for name in offerings.FIELDS} | changes
    with school.unit() as uow, pytest.raises(Invalid) as refused:
        offerings.edit(uow, school.place.id, offering, facts)
    assert list(refused.value.fields) == [field]


def test_codes_of_courses_are_unique_in_a_municipality(school: School) -> None:
    with school.unit() as uow:
        courses.add(uow, school.place.id, COURSE)
    with school.unit() as uow, pytest.raises(Invalid) as refused:
        courses.add(uow, school.place.id, COURSE)
    assert "code" in refused.value.fields


def test_a_course_edited_later_leaves_planned_offerings_alone(school: School) -> None:
    offering = school.offering()
    with school.unit() as uow:
        course = queries.offering(uow, school.place.id, offering).course
        courses.edit(
            uow, course, courses.facts_of(course) | {"requires": [], "threshold": 50, "minutes": 60}
        )
    found = read(school, offering)
    assert (found.threshold, found.minutes) == (80, 480)


def test_a_retired_course_is_not_offered(school: School) -> None:
    with school.unit() as uow:
        course = courses.add(uow, school.place.id, COURSE | {"retired": True})
        with pytest.raises(Conflict):
            offerings.plan(uow, course, FACTS, [(clock.now(), clock.now() + timedelta(hours=1))])


def test_only_possible_moves_are_made(school: School) -> None:
    offering = school.offering(state="draft")
    with school.unit() as uow, pytest.raises(Conflict):
        offerings.close_enrolment(uow, school.place.id, offering)
    with school.unit() as uow, pytest.raises(NotFound):
        offerings.open_enrolment(uow, school.province.fardis.id, offering)
    late = school.offering(
        state="draft", opens_on=date(2020, 1, 1), closes_on=clock.today() - timedelta(days=1)
    )
    with school.unit() as uow, pytest.raises(Conflict) as refused:
        offerings.open_enrolment(uow, school.place.id, late)
    assert refused.value.code == "window_over"


def test_cancelling_tells_everyone_and_closes_open_requests(school: School) -> None:
    offering = school.offering(capacity=1)
    people = [school.employee() for _ in range(3)]
    seated = school.seat(offering, people[0])
    waiting = school.seat(offering, people[1])
    pending = school.enrol(people[2], offering)
    with school.unit() as uow:
        offerings.cancel(uow, school.place.id, offering, reason="سالن در دسترس نیست")
    assert {school.enrolment(one).state for one in (seated, waiting, pending)} == {"cancelled"}
    assert school.seats(offering) == (0, 0)
    for who in people:
        with school.unit(who) as uow:
            told = uow.session.scalars(
                text("select title ->> 'fa' from message where person_id = :p"),
                {"p": who.person_id},
            ).all()
        assert any("لغو شد" in title for title in told)
    with school.unit() as uow:
        state = uow.session.scalar(
            text("select state from request where id = :id"),
            {"id": school.enrolment(pending).request_id},
        )
    assert state == "conflict"
    assert read(school, offering).reason == "سالن در دسترس نیست"


def test_the_calendar_closes_starts_and_ends(school: School) -> None:
    start = clock.today() + timedelta(days=3)
    offering = school.offering(capacity=1, starts_on=start, closes_on=clock.today())
    seated, waiting = school.seat(offering), school.seat(offering)
    noon = datetime.combine(clock.today(), at(start, 12).timetz())
    states = []
    for days in (0, 1, 3, 4, 5):
        with clock.frozen(noon + timedelta(days=days)):
            with school.unit() as uow:
                offerings.follow_calendar(uow, school.place.id)
            states.append(read(school, offering).state)
    assert states == ["open", "closed", "running", "running", "marking"]
    assert school.enrolment(seated).state == "confirmed"
    assert school.enrolment(waiting).state == "lapsed"
    assert school.seats(offering) == (1, 0)


def test_the_nightly_job_leaves_municipalities_with_the_service_off(school: School) -> None:
    offering = school.offering(starts_on=clock.today() + timedelta(days=3), closes_on=clock.today())
    for state, found in (("off", "open"), ("on", "closed")):
        school.province.activate(school.place, "training", state)
        with clock.frozen(clock.now() + timedelta(days=2)), school.app.app_context():
            jobs.run()
        assert read(school, offering).state == found


def test_sessions_are_added_and_removed(school: School) -> None:
    start = clock.today() + timedelta(days=5)
    offering = school.offering(starts_on=start, number=1)
    later = start + timedelta(days=2)
    with school.unit() as uow:
        added = meetings.add(uow, school.place.id, offering, (at(later), at(later, 10)))
    assert days_of(school, offering) == [start, later]
    assert read(school, offering).ends_on == later
    with school.unit() as uow, pytest.raises(Invalid) as clash:
        meetings.add(uow, school.place.id, offering, (at(later, 9), at(later, 11)))
    assert "day" in clash.value.fields
    with school.unit() as uow:
        meetings.remove(uow, school.place.id, offering, added.id)
    assert read(school, offering).ends_on == start
    with school.unit() as uow:
        only = queries.meetings(uow, queries.offering(uow, school.place.id, offering))[0]
        with pytest.raises(Conflict):
            meetings.remove(uow, school.place.id, offering, only.id)


def test_a_session_before_the_end_of_enrolment_is_refused(school: School) -> None:
    start = clock.today() + timedelta(days=5)
    offering = school.offering(starts_on=start)
    earlier = start - timedelta(days=1)
    with school.unit() as uow, pytest.raises(Invalid):
        meetings.add(uow, school.place.id, offering, (at(earlier), at(earlier, 10)))


def test_participants_are_told_of_another_place(school: School) -> None:
    offering = school.offering(starts_on=clock.today() + timedelta(days=5))
    who = school.employee()
    school.seat(offering, who)
    row = read(school, offering)
    facts = {name: getattr(row, name) for name in offerings.FIELDS}
    with school.unit() as uow:
        offerings.edit(uow, school.place.id, offering, facts | {"place": "سالن دیگر"})
    with school.unit(who) as uow:
        told = uow.session.scalars(
            text("select topic from message where person_id = :p"), {"p": who.person_id}
        ).all()
    assert "training.offering" in told
