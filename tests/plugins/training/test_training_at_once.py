"""Promises under concurrency, with real threads and connections (T1, T2, T4, T9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from core.errors import DomainError
from core.testing.factories import Employee
from plugins.training.models import Completion, Enrolment, HoursEntry, Offering
from plugins.training.services import offerings
from tests.plugins.training.conftest import School

THREADS = 32
CLIENTS = 200
SEATS = 20


def at_once(action: Callable[[Any], object], items: Iterable[Any]) -> list[Any]:
    """Run ``action`` for each item in threads; errors of the rules are returned."""

    def run(item: Any) -> object:
        try:
            return action(item)
        except DomainError as error:
            return error

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, items))


def counted(school: School, offering_id: UUID) -> tuple[int, int]:
    """Count seats and the queue from the enrolments themselves."""
    with school.unit() as uow:
        rows = uow.session.execute(
            select(
                func.count().filter(Enrolment.has_seat),
                func.count().filter(
                    ~Enrolment.has_seat, Enrolment.state.in_(["pending", "waitlisted"])
                ),
            ).where(Enrolment.offering_id == offering_id)
        ).one()
    return rows[0], rows[1]


def queue(school: School, offering_id: UUID) -> list[int]:
    """Return the numbers of those who wait, in order."""
    with school.unit() as uow:
        return list(
            uow.session.scalars(
                select(Enrolment.queue_number)
                .where(
                    Enrolment.offering_id == offering_id,
                    ~Enrolment.has_seat,
                    Enrolment.state.in_(["pending", "waitlisted"]),
                )
                .order_by(Enrolment.queue_number)
            )
        )


def test_two_hundred_clients_on_twenty_seats(school: School) -> None:
    """T1, T4: exactly twenty seats, the rest queued without gap or double."""
    offering = school.offering(capacity=SEATS)
    people = [school.employee(f"خانوادهٔ {n}") for n in range(CLIENTS)]
    found = at_once(lambda who: school.enrol(who, offering), people)
    assert [one for one in found if isinstance(one, Exception)] == []
    assert school.seats(offering) == counted(school, offering) == (SEATS, CLIENTS - SEATS)
    assert queue(school, offering) == list(range(1, CLIENTS - SEATS + 1))


def test_the_queue_moves_up_in_order_while_others_arrive(school: School) -> None:
    """T4, T5: seats freed at once go to the lowest numbers; newcomers pass nobody."""
    offering = school.offering(capacity=8)
    seated = [school.employee() for _ in range(8)]
    seats = [school.seat(offering, who) for who in seated]
    waiting = [school.seat(offering) for _ in range(12)]
    newcomers = [school.employee() for _ in range(12)]
    jobs: list[Callable[[], object]] = [
        *(
            lambda w=who, s=seat: school.withdraw(w, s)
            for who, seat in zip(seated, seats, strict=True)
        ),
        *(lambda w=who: school.enrol(w, offering) for who in newcomers),
    ]
    found = at_once(lambda job: job(), jobs[::2] + jobs[1::2])
    assert [one for one in found if isinstance(one, Exception)] == []
    assert school.seats(offering) == counted(school, offering) == (8, 16)
    states = [school.enrolment(one).state for one in waiting]
    assert states == ["confirmed"] * 8 + ["waitlisted"] * 4
    assert queue(school, offering) == list(range(9, 25))


def test_one_person_many_times_at_once_has_one_enrolment(school: School) -> None:
    """T2, with another idempotency key each time."""
    offering = school.offering(capacity=5)
    who = school.employee()
    found = at_once(lambda _n: school.enrol(who, offering), range(24))
    assert len([one for one in found if isinstance(one, UUID)]) == 1
    assert {e.code for e in found if isinstance(e, DomainError)} == {"enrolled"}
    assert school.seats(offering) == counted(school, offering) == (1, 0)


def test_approvals_withdrawals_and_a_cancellation_at_once(school: School) -> None:
    """Everything is released exactly once, and nothing waits for itself."""
    offering = school.offering(capacity=6)
    people = [school.employee() for _ in range(12)]
    ids = [school.enrol(who, offering) for who in people]

    def cancel(_item: object) -> None:
        with school.unit() as uow:
            offerings.cancel(uow, school.place.id, offering, reason="سالن در دسترس نیست")

    jobs: list[Callable[[], object]] = [
        *(lambda w=who, o=one: school.withdraw(w, o) for who, one in zip(people, ids, strict=True)),
        *(lambda o=one: school.decide(o) for one in ids),
    ]
    jobs.insert(6, lambda: cancel(None))
    at_once(lambda job: job(), jobs)
    assert counted(school, offering) == (0, 0)
    assert school.seats(offering) == (0, 0)
    states = {school.enrolment(one).state for one in ids}
    assert states <= {"cancelled", "withdrawn"}
    with school.unit() as uow:
        open_ones = uow.session.scalar(
            text(
                "select count(*) from request where state in ('submitted', 'in_review')"
                " and municipality_id = :m"
            ),
            {"m": school.place.id},
        )
    assert open_ones == 0


def test_finalising_at_once_issues_one_certificate_each(school: School) -> None:
    """T9."""
    offering = school.offering(number=1)
    people: list[Employee] = [school.employee() for _ in range(4)]
    ids = [school.seat(offering, who) for who in people]
    school.close(offering)
    school.mark(offering, dict.fromkeys(ids, 240))
    found = at_once(lambda _n: school.finalise(offering), range(12))
    assert len([one for one in found if one is None]) == 1
    with school.unit() as uow:
        here = Completion.municipality_id == school.place.id
        assert uow.session.scalar(select(func.count(Completion.id)).where(here)) == 4
        hours = select(func.count(HoursEntry.id)).where(HoursEntry.issuer_id == school.place.id)
        assert uow.session.scalar(hours) == 4
        documents = uow.session.scalar(
            text("select count(distinct subject) from issued_document where municipality_id = :m"),
            {"m": school.place.id},
        )
        assert documents == 4
        assert uow.session.get_one(Offering, (school.place.id, offering)).state == "finalised"
