"""Nobody is in two sessions of a municipality at once (T3), with real connections too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from core.errors import DomainError, Invalid
from core.localization import clock
from core.people.models import Employment
from core.testing.factories import Employee, Province
from plugins.training.models import Booking
from plugins.training.services import meetings, offerings
from tests.plugins.training.conftest import School, at


def ahead(school: School, days: int = 2, capacity: int = 20) -> UUID:
    """Open an offering with one session from eight to twelve, so many days ahead."""
    first = clock.today() + timedelta(days=days)
    return school.offering(capacity, starts_on=first, number=1)


def booked(school: School, who: Employee) -> int:
    with school.unit() as uow:
        found = select(func.count(Booking.id)).where(Booking.person_id == who.person_id)
        return uow.session.scalar(found) or 0


def test_an_overlapping_course_is_refused_and_takes_no_seat(school: School) -> None:
    who = school.employee()
    first, second, later = ahead(school), ahead(school), ahead(school, 3)
    school.enrol(who, first)
    with pytest.raises(Invalid) as refused:
        school.enrol(who, second)
    assert refused.value.code == "overlap"
    assert school.seats(second) == (0, 0)
    school.enrol(who, later)
    assert booked(school, who) == 2


def test_who_waits_keeps_the_time_free_too(school: School) -> None:
    """So a seat that comes free never meets another course."""
    who = school.employee()
    full = ahead(school, capacity=1)
    school.enrol(school.employee(), full)
    waiting = school.enrol(who, full)
    assert not school.enrolment(waiting).has_seat
    with pytest.raises(Invalid):
        school.enrol(who, ahead(school))


@pytest.mark.parametrize("way", ["withdraw", "reject", "cancel"])
def test_leaving_frees_the_time(school: School, way: str) -> None:
    who, offering = school.employee(), ahead(school)
    one = school.enrol(who, offering)
    if way == "withdraw":
        school.withdraw(who, one)
    elif way == "reject":
        school.decide(one, reject="ظرفیت")
    else:
        with school.unit() as uow:
            offerings.cancel(uow, school.place.id, offering, reason="مدرس نیست")
    assert booked(school, who) == 0
    school.enrol(who, ahead(school))


def test_a_finished_course_keeps_no_time(school: School) -> None:
    who, offering = school.employee(), school.offering(number=1)
    one = school.seat(offering, who)
    school.close(offering)
    school.mark(offering, {one: 240})
    assert booked(school, who) == 1
    school.finalise(offering)
    assert booked(school, who) == 0


def test_a_session_that_meets_another_course_is_not_added(school: School) -> None:
    who = school.employee()
    first, second = ahead(school, 2), ahead(school, 3)
    school.enrol(who, first)
    school.enrol(who, second)
    day = clock.today() + timedelta(days=3)
    with school.unit() as uow, pytest.raises(Invalid) as refused:
        meetings.add(uow, school.place.id, first, (at(day, 11), at(day, 13)))
    assert "day" in refused.value.fields
    with school.unit() as uow:
        added = meetings.add(uow, school.place.id, first, (at(day, 12), at(day, 13)))
    assert booked(school, who) == 3
    with school.unit() as uow:
        meetings.remove(uow, school.place.id, first, added.id)
    assert booked(school, who) == 2


def test_of_many_overlapping_at_once_one_wins(school: School) -> None:
    """T3 with real connections."""
    who = school.employee()
    rivals = [ahead(school) for _ in range(12)]

    def run(offering: UUID) -> object:
        try:
            return school.enrol(who, offering)
        except DomainError as error:
            return error.code

    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(run, rivals))
    assert sorted(str(one) for one in found if not isinstance(one, UUID)) == ["overlap"] * 11
    assert sum(school.seats(one)[0] for one in rivals) == 1
    assert booked(school, who) == 1


def test_an_error_tells_nothing_of_another_municipality(school: School, province: Province) -> None:
    who, other = school.employee(), School(school.app, province, province.fardis)
    province.activate(province.fardis, "training")
    province.link(who.person_id, province.fardis)
    with school.unit() as uow:
        first = uow.session.get_one(Employment, (school.place.id, who.employment_id))
    with other.unit() as uow:
        second = Employment(
            municipality_id=province.fardis.id,
            person_id=who.person_id,
            personnel_number=first.personnel_number,
            kind="hourly",
            starts_on=first.starts_on,
            name_key=first.name_key,
            given_key=first.given_key,
            sort_key=first.sort_key,
        )
        uow.session.add(second)
        uow.session.flush()
        there = Employee(who.person_id, second.id, province.fardis.id)
    school.enrol(who, ahead(school))
    assert other.enrolment(other.enrol(there, ahead(other))).has_seat
    assert booked(other, there) == 1, "the other employer's booking isn't seen"
