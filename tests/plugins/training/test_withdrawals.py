"""Withdrawing by and after the last day for it, and every way a seat comes free (T5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from core.database.unit_of_work import UnitOfWork
from core.errors import Conflict, Invalid
from core.localization import clock
from core.requests.queries import locked as locked_request
from core.requests.registry import request_types
from core.requests.transitions import overtake
from core.testing.app import client_of, post
from core.testing.factories import Employee
from plugins.training.models import Offering
from plugins.training.policies import EnrolmentState, withdrawal
from plugins.training.services import enrolments, offerings
from tests.plugins.training.conftest import School, at

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("state", "days", "result"),
    [
        (EnrolmentState.CONFIRMED, 0, EnrolmentState.WITHDRAWN),
        (EnrolmentState.CONFIRMED, 1, EnrolmentState.LATE_WITHDRAWN),
        (EnrolmentState.WAITLISTED, 1, EnrolmentState.WITHDRAWN),
        (EnrolmentState.PENDING, 1, EnrolmentState.WITHDRAWN),
    ],
)
def test_the_last_day_belongs_to_it(
    state: EnrolmentState, days: int, result: EnrolmentState
) -> None:
    assert withdrawal(state, DAY + timedelta(days), DAY) is result


def late_offering(school: School, capacity: int = 1) -> Any:
    """Open an offering that begins in five days; the last day of withdrawal was yesterday."""
    today = clock.today()
    return school.offering(
        capacity,
        starts_on=today + timedelta(days=5),
        opens_on=today - timedelta(days=5),
        closes_on=today + timedelta(days=2),
        withdraw_by=today - timedelta(days=1),
    )


def test_a_late_withdrawal_needs_a_reason_and_frees_the_seat(school: School) -> None:
    offering, who = late_offering(school), school.employee()
    one, waiting = school.seat(offering, who), school.seat(offering)
    with pytest.raises(Invalid) as refused:
        school.withdraw(who, one)
    assert "reason" in refused.value.fields
    assert school.enrolment(one).state == "confirmed"
    school.withdraw(who, one, "بیماری فرزند")
    row = school.enrolment(one)
    assert (row.state, row.has_seat, row.reason) == ("late_withdrawn", False, "بیماری فرزند")
    assert school.enrolment(waiting).state == "confirmed"


def test_who_waits_leaves_without_a_reason(school: School) -> None:
    offering, who = late_offering(school), school.employee()
    school.seat(offering)
    waiting = school.seat(offering, who)
    school.withdraw(who, waiting)
    assert school.enrolment(waiting).state == "withdrawn"
    assert school.seats(offering) == (1, 0)


def test_after_the_beginning_nobody_withdraws(school: School) -> None:
    offering, who = late_offering(school), school.employee()
    one = school.seat(offering, who)
    with clock.frozen(at(clock.today() + timedelta(days=6))):
        with school.unit() as uow:
            offerings.follow_calendar(uow, school.place.id)
        with pytest.raises(Conflict):
            school.withdraw(who, one, "دیر")


def test_who_withdrew_late_may_enrol_anew_at_the_end(school: School) -> None:
    offering, who = late_offering(school), school.employee()
    one, _next = school.seat(offering, who), school.seat(offering)
    school.withdraw(who, one, "مأموریت")
    again = school.enrol(who, offering)
    assert not school.enrolment(again).has_seat


def test_the_page_asks_for_the_reason_only_when_it_is_late(app: Flask, school: School) -> None:
    who = school.province.employee(school.place, "مریم", "حسینی")
    phone, base = client_of(app, who.token), f"/m/{school.place.code}/training/enrolments"
    one = school.seat(late_offering(school), who)
    assert 'name="reason"' in phone.get(f"{base}/{one}/withdraw").text
    answer = post(phone, f"{base}/{one}/withdraw")
    assert answer.status_code == 422
    assert post(phone, f"{base}/{one}/withdraw", {"reason": "بیماری"}).status_code == 303
    assert school.enrolment(one).state == "late_withdrawn"
    other = school.seat(school.offering(), who)
    assert 'name="reason"' not in phone.get(f"{base}/{other}/withdraw").text
    assert post(phone, f"{base}/{other}/withdraw").status_code == 303
    assert school.enrolment(other).state == "withdrawn"


def edit(school: School, uow: UnitOfWork, offering: Any, **changes: Any) -> None:
    row = uow.session.get_one(Offering, (school.place.id, offering))
    facts = {name: getattr(row, name) for name in offerings.FIELDS}
    offerings.edit(uow, school.place.id, offering, facts | changes)


def by_withdrawing(school: School, offering: Any, who: Employee, one: Any) -> None:
    school.decide(one)
    school.withdraw(who, one)


def by_withdrawing_the_request(school: School, offering: Any, who: Employee, one: Any) -> None:
    school.withdraw(who, one)


def by_rejection(school: School, offering: Any, who: Employee, one: Any) -> None:
    school.decide(one, reject="اولویت با دیگران است")


def by_overtaking(school: School, offering: Any, who: Employee, one: Any) -> None:
    """As an expired request, or one of somebody who died, is closed by core."""
    request_id = school.enrolment(one).request_id
    with school.unit() as uow:
        assert request_id
        request = locked_request(uow, school.place.id, request_id)
        overtake(uow, request_types().require(request.type).type, request, told=False)


def by_more_seats(school: School, offering: Any, who: Employee, one: Any) -> None:
    with school.unit() as uow:
        edit(school, uow, offering, capacity=2)


def by_leaving(school: School, offering: Any, who: Employee, one: Any) -> None:
    with school.unit() as uow:
        enrolments.end_with_employment(uow, school.place.id, [who.employment_id])


def by_opening_again(school: School, offering: Any, who: Employee, one: Any) -> None:
    """A seat that came free while enrolment was closed goes to the queue at the reopening."""
    school.decide(one)
    school.close(offering)
    school.withdraw(who, one)
    with school.unit() as uow:
        offerings.open_enrolment(uow, school.place.id, offering)


def by_more_seats_while_closed(school: School, offering: Any, who: Employee, one: Any) -> None:
    school.close(offering)
    with school.unit() as uow:
        edit(school, uow, offering, capacity=2)
        offerings.open_enrolment(uow, school.place.id, offering)


WAYS: list[Callable[[School, Any, Employee, Any], None]] = [
    by_withdrawing,
    by_withdrawing_the_request,
    by_rejection,
    by_overtaking,
    by_more_seats,
    by_leaving,
    by_opening_again,
    by_more_seats_while_closed,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_way_a_seat_comes_free_moves_the_queue_up(
    school: School, way: Callable[[School, Any, Employee, Any], None]
) -> None:
    """T5: the first who waits has the seat afterwards, the second waits on."""
    offering, who = school.offering(capacity=1), school.employee()
    one = school.enrol(who, offering)
    first, second = school.seat(offering), school.seat(offering)
    way(school, offering, who, one)
    assert [school.enrolment(row).state for row in (first, second)] == ["confirmed", "waitlisted"]
    capacity = 2 if "more_seats" in way.__name__ else 1
    assert school.seats(offering) == (capacity, 1)
