"""Enrolling through the request engine: seats, queue, decisions, withdrawals, promotion."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from core.errors import Conflict, Invalid, NotFound
from core.localization import clock
from core.localization.filters import jdate
from core.notifications.models import Message
from plugins.training import queries
from plugins.training.models import Enrolment
from plugins.training.policies import OfferingAct
from plugins.training.services import enrolments, offerings
from plugins.training.services.seats import miscounted
from tests.plugins.training.conftest import School


def test_a_request_reserves_a_seat_and_approval_confirms_it(school: School) -> None:
    offering = school.offering(capacity=2)
    first = school.enrol(school.employee(), offering)
    row = school.enrolment(first)
    assert (row.state, row.has_seat, row.queue_number) == ("pending", True, None)
    assert row.reference.startswith("HM-")
    school.decide(first)
    assert school.enrolment(first).state == "confirmed"
    assert school.seats(offering) == (1, 0)


def test_approval_tells_when_and_where_the_first_session_is(school: School) -> None:
    who = school.employee()
    one = school.seat(school.offering(), who)
    with school.unit(who) as uow:
        told = uow.session.scalars(
            select(Message).where(
                Message.person_id == who.person_id, Message.topic == "training.enrolment"
            )
        ).one()
    assert told.title["fa"] == "ثبت‌نام شما در «ایمنی کار در معابر» قطعی شد"
    assert f"{jdate(clock.today(), 'long')}، ساعت ۰۸:۰۰. محل: سالن آموزش." in told.body["fa"]
    assert "First session: " in told.body["en"]
    assert told.href.endswith(f"/training/enrolments/{one}")


def test_each_page_shows_the_same_queue(school: School) -> None:
    offering = school.offering(capacity=1)
    _seated, *waiting = (school.enrol(school.employee(name), offering) for name in "جبدا")
    with school.unit() as uow:
        roster = queries.roster(uow, queries.offering(uow, school.place.id, offering))
        rows = [uow.session.get_one(Enrolment, (school.place.id, one)) for one in waiting]
        assert [queries.queue_place(uow, row) for row in rows] == [1, 2, 3]
    assert [(one.enrolment.id, one.place) for one in roster.waiting] == [
        (one, place) for place, one in enumerate(waiting, 1)
    ]


def test_who_comes_too_late_waits_in_order(school: School) -> None:
    offering = school.offering(capacity=1)
    ids = [school.enrol(school.employee(), offering) for _ in range(3)]
    rows = [school.enrolment(one) for one in ids]
    assert [(r.has_seat, r.queue_number) for r in rows] == [(True, None), (False, 1), (False, 2)]
    school.decide(ids[1])
    assert school.enrolment(ids[1]).state == "waitlisted"
    assert school.seats(offering) == (1, 2)


def test_a_rejection_frees_the_seat_for_the_next(school: School) -> None:
    offering = school.offering(capacity=1)
    first, second = (school.enrol(school.employee(), offering) for _ in range(2))
    school.decide(second)
    school.decide(first, reject="در مرخصی است")
    gone, moved = school.enrolment(first), school.enrolment(second)
    assert (gone.state, gone.has_seat, gone.reason) == ("rejected", False, "در مرخصی است")
    assert (moved.state, moved.has_seat) == ("confirmed", True)
    assert school.seats(offering) == (1, 0)


def test_a_freed_seat_is_reserved_for_who_waits_for_approval_too(school: School) -> None:
    offering = school.offering(capacity=1)
    owner = school.employee()
    first = school.seat(offering, owner)
    second = school.enrol(school.employee(), offering)
    school.withdraw(owner, first)
    moved = school.enrolment(second)
    assert (moved.state, moved.has_seat) == ("pending", True)
    school.decide(second)
    assert school.enrolment(second).state == "confirmed"


def test_withdrawing_before_the_decision_withdraws_the_request(school: School) -> None:
    offering = school.offering(capacity=1)
    who = school.employee()
    mine = school.enrol(who, offering)
    school.withdraw(who, mine)
    assert school.enrolment(mine).state == "withdrawn"
    assert school.seats(offering) == (0, 0)
    with school.unit() as uow:
        state = uow.session.scalar(
            text("select state from request where id = :id"),
            {"id": school.enrolment(mine).request_id},
        )
    assert state == "withdrawn"


def test_who_withdrew_may_enrol_anew_at_the_end(school: School) -> None:
    offering = school.offering(capacity=1)
    school.seat(offering)
    who = school.employee()
    mine = school.seat(offering, who)
    other = school.seat(offering)
    school.withdraw(who, mine)
    again = school.enrol(who, offering)
    assert school.enrolment(again).queue_number == 3
    assert school.enrolment(other).queue_number == 2


def test_one_live_enrolment_per_person(school: School) -> None:
    """T2."""
    offering = school.offering()
    who = school.employee()
    school.enrol(who, offering)
    with pytest.raises(Invalid) as refused:
        school.enrol(who, offering)
    assert refused.value.code == "enrolled"
    assert school.seats(offering) == (1, 0)


def test_the_same_form_sent_twice_is_one_enrolment(school: School) -> None:
    offering = school.offering()
    who = school.employee()
    assert school.enrol(who, offering, key="k1") == school.enrol(who, offering, key="k1")
    assert school.seats(offering) == (1, 0)


def test_enrolment_outside_its_days_is_refused(school: School) -> None:
    soon = clock.today() + timedelta(days=20)
    offering = school.offering(starts_on=soon, opens_on=soon - timedelta(days=1))
    with pytest.raises(Invalid):
        school.enrol(school.employee(), offering)
    draft = school.offering(state="draft")
    with pytest.raises(Invalid):
        school.enrol(school.employee(), draft)
    assert school.seats(draft) == (0, 0)


def test_closing_takes_nothing_new(school: School) -> None:
    offering = school.offering()
    school.province.activate(school.place, "training", "closing")
    with pytest.raises(Conflict):
        school.enrol(school.employee(), offering)


def test_after_the_last_day_nobody_moves_up(school: School) -> None:
    """T5."""
    offering = school.offering(capacity=1)
    owner = school.employee()
    first, second = school.seat(offering, owner), school.seat(offering)
    school.close(offering)
    school.withdraw(owner, first)
    assert school.enrolment(second).state == "waitlisted"
    assert school.seats(offering) == (0, 1)


def test_more_seats_go_to_those_who_wait(school: School) -> None:
    """T5, T6."""
    offering = school.offering(capacity=1)
    ids = [school.seat(offering) for _ in range(4)]
    facts = dict.fromkeys(("opens_on", "closes_on", "withdraw_by"), clock.today())
    facts |= {"place": "سالن آموزش", "instructor": "", "note": ""}
    with school.unit() as uow:
        offerings.edit(uow, school.place.id, offering, {"capacity": 3, **facts})
    states = [school.enrolment(one).state for one in ids]
    assert states == ["confirmed", "confirmed", "confirmed", "waitlisted"]
    with school.unit() as uow, pytest.raises(Invalid) as refused:
        offerings.edit(uow, school.place.id, offering, {"capacity": 2, **facts})
    assert "capacity" in refused.value.fields


def test_withdrawing_is_possible_until_the_course_begins(school: School) -> None:
    offering = school.offering()
    who = school.employee()
    mine = school.seat(offering, who)
    school.close(offering)
    with school.unit() as uow:
        row = offerings.locked(uow, school.place.id, offering)
        offerings.move(uow, row, OfferingAct.START)
    with pytest.raises(Conflict):
        school.withdraw(who, mine)


def test_nobody_withdraws_for_others(school: School) -> None:
    mine = school.enrol(school.employee(), school.offering())
    with pytest.raises(NotFound):
        school.withdraw(school.employee(), mine)


def test_leaving_the_municipality_frees_the_seat(school: School) -> None:
    offering = school.offering(capacity=1)
    leaver = school.employee()
    mine, next_one = school.seat(offering, leaver), school.seat(offering)
    with school.unit() as uow:
        enrolments.end_with_employment(uow, school.place.id, [leaver.employment_id])
    assert school.enrolment(mine).state == "cancelled"
    assert school.enrolment(next_one).state == "confirmed"


def test_who_left_while_waiting_for_approval_cannot_be_approved(school: School) -> None:
    offering = school.offering()
    leaver = school.employee()
    mine = school.enrol(leaver, offering)
    with school.unit() as uow:
        enrolments.end_with_employment(uow, school.place.id, [leaver.employment_id])
    school.decide(mine)
    assert school.enrolment(mine).state == "cancelled"
    with school.unit() as uow:
        state = uow.session.scalar(
            text("select state from request where id = :id"),
            {"id": school.enrolment(mine).request_id},
        )
    assert state == "conflict"


def test_counters_that_drifted_are_reported(school: School) -> None:
    """T1."""
    offering = school.offering(capacity=3)
    school.seat(offering)
    with school.unit() as uow:
        assert miscounted(uow, school.place.id) == []
        uow.session.execute(
            text("update training_offering set used = 2, waiting = 1 where id = :id"),
            {"id": offering},
        )
        (fault,) = miscounted(uow, school.place.id)
    assert "2 seats noted, 1 counted; 1 waiting noted, 0 counted" in fault
