"""Objecting to a refusal: linked, in time, heard by others, and what becomes of the request."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from core.database.keys import new_id
from core.database.violations import constraint_of
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.localization import clock
from core.policy.viewer import Viewer
from core.requests import inbox, objections
from core.requests.inbox import Filters
from core.requests.models import Request, RequestDecision
from core.requests.objections import OBJECTION, links_of, object_to
from core.requests.policies import OBJECTION_DAYS, objection_deadline
from core.requests.registry import KnownType
from tests.core.delegations.conftest import delegate, standing
from tests.core.requests.conftest import ONE, TWO, Office
from tests.core.requests.test_at_once import race


@pytest.fixture
def court(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The office, whose employees may object."""
    office.registry.types += (KnownType(None, OBJECTION),)
    monkeypatch.setattr(objections, "request_types", lambda: office.registry)
    return office


def refused(office: Office, by: Viewer, kind: str = "people.single") -> Request:
    sent = office.send(kind)
    return office.act("reject", by, sent, reason="Too early")


def objects(
    office: Office, request: Request, *, who: Viewer | None = None, key: str = "", why: str = "No."
) -> Request:
    who, key = who or office.asker, key or secrets.token_hex(8)
    with office.unit(who) as uow:
        return object_to(uow, office.registry, who, office.place.id, request.id, why=why, key=key)


def waiting(office: Office, viewer: Viewer) -> list[str]:
    with office.unit(viewer) as uow:
        page = inbox.page(uow, viewer, office.place.id, Filters(), None)
        return [row.reference for row in page.items]


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.sets(st.integers(0, 6), max_size=2))
def test_there_are_ten_business_days_to_object(day: date, weekend: set[int]) -> None:
    last = objection_deadline(day, weekend)
    days = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert len([d for d in days if (d.weekday() + 2) % 7 not in weekend]) == OBJECTION_DAYS
    assert (last.weekday() + 2) % 7 not in weekend


def test_somebody_else_hears_it_and_somebody_else_decides_again(court: Office) -> None:
    judge, second, third = (court.viewer(ONE, name=name) for name in ("A", "B", "C"))
    request = refused(court, judge)
    objection = objects(court, request, why="The date is right.")
    assert (objection.objects_to_id, objection.permission) == (request.id, ONE)
    assert waiting(court, judge) == []
    with pytest.raises(Forbidden) as error:
        court.approve(judge, objection)
    assert error.value.code == "barred"
    assert waiting(court, second) == [objection.reference]
    assert court.approve(second, objection).state == "applied"
    again = court.now(request)
    assert (again.state, again.step, again.round, again.reason) == ("submitted", 1, 2, "")
    assert court.effects.submitted == [request.id, request.id]
    assert waiting(court, judge) == []
    with pytest.raises(Forbidden):
        court.act("reject", judge, request, reason="Still too early")
    court.approve(third, request)
    assert court.now(request).state == "applied"
    assert court.marks() == 1
    assert court.codes(request) == [
        "submitted", "rejected", "objected", "reopened", "approved", "applied",
    ]  # fmt: skip
    assert court.codes(objection) == ["submitted", "approved", "applied"]


def test_a_later_step_is_taken_up_where_it_was_refused(court: Office) -> None:
    first, judge = court.viewer(ONE), court.viewer(TWO)
    request = court.send("people.double")
    court.approve(first, request)
    court.act("reject", judge, request, reason="No")
    court.approve(court.viewer(TWO), objects(court, request))
    again = court.now(request)
    assert (again.state, again.step, again.permission) == ("in_review", 2, TWO)
    assert set(again.barred) == {first.account_id, judge.account_id}
    court.approve(court.viewer(TWO), request)
    assert court.marks() == 1


def test_when_it_is_rejected_the_refusal_stands(court: Office) -> None:
    request = refused(court, court.viewer(ONE))
    objection = objects(court, request)
    court.act("reject", court.viewer(ONE), objection, reason="It does hold")
    assert court.now(request).state == "rejected"
    assert court.codes(request)[-1] == "objection_rejected"
    for one in (request, objection):
        with pytest.raises(Conflict):
            objects(court, one)
    with court.province.unit(court.place) as uow:
        assert links_of(uow, court.now(request), []).until is None


def test_who_withdraws_may_object_again_in_time(court: Office) -> None:
    request = refused(court, court.viewer(ONE))
    first = objects(court, request)
    court.act("withdraw", court.asker, first)
    second = objects(court, request)
    assert second.id != first.id
    assert court.codes(request)[2:] == ["objected", "objection_withdrawn", "objected"]


def test_the_time_to_object_ends(court: Office) -> None:
    start = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    with clock.frozen(start):
        request = refused(court, court.viewer(ONE))
    with clock.frozen(start + timedelta(days=11)), court.unit(court.asker) as uow:
        assert links_of(uow, court.now(request), [6]).until == date(2026, 12, 2)
    with clock.frozen(start + timedelta(days=20)):
        with pytest.raises(Conflict) as error:
            objects(court, request)
        assert error.value.code == "too_late"


def test_only_ones_own_refused_request_and_only_with_words(court: Office) -> None:
    request = refused(court, court.viewer(ONE))
    with pytest.raises(NotFound):
        objects(court, request, who=court.viewer(ONE))
    with pytest.raises(Invalid):
        objects(court, request, why=" ")
    with pytest.raises(Conflict) as error:
        objects(court, court.send())
    assert error.value.code == "not_refused"


def test_neither_deputy_nor_principal_hears_what_they_refused(court: Office) -> None:
    chief, deputy = court.viewer(ONE, name="Chief"), court.viewer(ONE, name="Deputy")
    stand_in = court.viewer(name="Stand-in")
    delegate(court, chief, stand_in)
    request = refused(court, standing(court, stand_in))
    objection = objects(court, request)
    assert set(objection.barred) == {chief.account_id, stand_in.account_id}
    for who in (chief, standing(court, stand_in)):
        assert waiting(court, who) == []
        with pytest.raises(Forbidden):
            court.approve(who, objection)
    assert waiting(court, deputy) == [objection.reference]


def test_the_database_refuses_a_barred_decision(court: Office) -> None:
    judge = court.viewer(ONE)
    objection = objects(court, refused(court, judge))
    row = RequestDecision(
        municipality_id=court.place.id,
        id=new_id(),
        request_id=objection.id,
        person_id=objection.person_id,
        step=1,
        round=1,
        step_name="hearing",
        outcome="approved",
        decided_at=objection.submitted_at,
        decided_by=judge.account_id,
        decided_by_name="x",
    )
    with pytest.raises(IntegrityError) as error, court.unit(judge) as uow:
        uow.session.add(row)
    assert constraint_of(error.value) == "ck_request_decision_barred"


def states(results: list[Any]) -> list[str]:
    return sorted(r.state if isinstance(r, Request) else type(r).__name__ for r in results)


@pytest.mark.parametrize("round_", range(3))
def test_objecting_twice_at_once_makes_one(court: Office, round_: int) -> None:
    request = refused(court, court.viewer(ONE))
    results = race(*[lambda: objects(court, request)] * 3)
    assert states(results) == ["Conflict", "Conflict", "submitted"], results
    other = refused(court, court.viewer(ONE))
    same = race(*[lambda: objects(court, other, key="same")] * 3)
    assert len({one.id for one in same}) == 1, same


@pytest.mark.parametrize("round_", range(3))
def test_hearing_at_once_takes_it_up_once(court: Office, round_: int) -> None:
    request = refused(court, court.viewer(ONE))
    objection = objects(court, request)
    judges = [court.viewer(ONE), court.viewer(ONE)]
    results = race(*[lambda who=who: court.approve(who, objection) for who in judges])
    assert states(results) == ["Conflict", "applied"], results
    assert court.now(request).round == 2
