"""Two at once: real threads, real connections, one outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Event
from time import sleep
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.people.models import Employment, Person
from core.requests.models import Request, RequestDecision
from tests.core.requests.conftest import ONE, Office


def race(*works: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment, each in a thread of its own; return results or errors."""
    gate = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        gate.wait(10)
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result(60) for done in [pool.submit(run, work) for work in works]]


def states(results: list[Any]) -> Counter[str]:
    return Counter(r.state if isinstance(r, Request) else type(r).__name__ for r in results)


@pytest.mark.parametrize("round_", range(4))
def test_double_submits_create_one_request(office: Office, round_: int) -> None:
    results = race(*[lambda: office.send("people.instant", key="same")] * 8)
    assert len({request.id for request in results}) == 1, results
    assert office.marks() == 1
    with office.province.unit(office.place) as uow:
        assert uow.session.scalar(select(func.count()).select_from(Request)) == 1


def test_other_content_loses_the_race_for_a_key(office: Office) -> None:
    works = [lambda note=note: office.send(key="same", note=note) for note in ("a", "b") * 3]
    results = race(*works)
    found = states(results)
    assert found == {"submitted": 3, "Invalid": 3}
    assert len({r.id for r in results if isinstance(r, Request)}) == 1


@pytest.mark.parametrize("round_", range(4))
def test_two_deciders(office: Office, round_: int) -> None:
    sent = office.send()
    results = race(
        lambda: office.approve(office.viewer(ONE), sent),
        lambda: office.act("reject", office.viewer(ONE), sent, reason="no"),
        lambda: office.approve(office.viewer(ONE), sent),
        lambda: office.act("send_back", office.viewer(ONE), sent, reason="?"),
    )
    assert states(results)["Conflict"] == 3, results
    with office.province.unit(office.place) as uow:
        one = uow.session.scalars(select(RequestDecision)).one()
    assert office.marks() == (one.outcome == "approved")


@pytest.mark.parametrize("round_", range(4))
def test_deciding_against_withdrawing(office: Office, round_: int) -> None:
    sent = office.send()
    results = race(
        lambda: office.approve(office.viewer(ONE), sent),
        lambda: office.act("withdraw", office.asker, sent),
    )
    found = states(results)
    assert found["Conflict"] == 1, results
    state = office.now(sent).state
    assert found[state] == 1
    assert office.marks() == (state == "applied")


def test_references_drawn_at_once_differ(office: Office) -> None:
    results = race(*[lambda: office.send() for _n in range(8)])
    assert len({request.reference for request in results}) == 8, results


def test_two_requests_of_one_person_are_applied_one_after_the_other(office: Office) -> None:
    """Both effects change the person; the person is locked first, so there is no deadlock."""
    sent = [office.send() for _n in range(6)]
    results = race(*[lambda r=r: office.approve(office.viewer(ONE), r) for r in sent])
    assert states(results) == {"applied": 6}, results
    assert office.marks() == 6


def test_a_service_that_closes_meanwhile_lets_nothing_slip_in(office: Office) -> None:
    office.province.activate(office.place, "lending")
    results = race(
        lambda: office.province.activate(office.place, "lending", "closing"),
        *[lambda: office.send("lending.wish") for _n in range(4)],
    )
    assert set(states(results)) <= {"NoneType", "submitted", "Conflict"}, results
    with pytest.raises(Conflict):
        office.send("lending.wish")


@pytest.mark.parametrize("round_", range(4))
def test_the_request_itself_is_locked_too(office: Office, round_: int) -> None:
    """Of somebody who has left, the officer can lock neither person nor employment."""
    sent = office.send()
    with Session(office.province.owner) as session, session.begin():
        session.execute(update(Request).where(Request.id == sent.id).values(employment_id=None))
        ended = update(Employment).where(Employment.id == office.maryam.employment_id)
        session.execute(ended.values(ends_on=date(2020, 1, 1)))
    results = race(*[lambda: office.approve(office.viewer(ONE), sent) for _n in range(4)])
    assert states(results) == {"applied": 1, "Conflict": 3}, results


def test_the_person_is_locked_before_the_request(office: Office) -> None:
    """Whoever holds the person and then needs the request meets no deadlock."""
    sent, holding = office.send(), Event()

    def change_the_person_then_the_request() -> str:
        with office.unit(office.viewer(ONE)) as uow:
            person = select(Person.id).where(Person.id == sent.person_id)
            uow.session.execute(person.with_for_update(key_share=True))
            holding.set()
            sleep(0.5)  # the other one gets as far as it can
            request = select(Request.state).where(Request.id == sent.id).with_for_update()
            return uow.session.execute(request).scalar_one()

    def approve() -> Request:
        assert holding.wait(10)
        return office.approve(office.viewer(ONE), sent)

    first, second = race(change_the_person_then_the_request, approve)
    assert (first, states([second])) == ("submitted", {"applied": 1})
