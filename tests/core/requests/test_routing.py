"""Steps that a service routes to certain accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from core.database.keys import NOBODY
from core.database.unit_of_work import UnitOfWork
from core.errors import Forbidden, Unavailable
from core.plugin_host.answers import Answer, HookError
from core.requests.models import Request
from core.sdk import Route
from core.sdk.declarations import RequestFacts, Step
from tests.core.requests.conftest import ONE, TWO, Office

Routing = Callable[..., Any]


@pytest.fixture
def routing(office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[[Routing], None]:
    """Let the hook ``route_request`` answer what a test says."""

    def answer(function: Routing) -> None:
        monkeypatch.setattr(office.registry.host.hooks, "route_request", function)

    return answer


def test_a_routed_step_is_decided_by_those_named_only(
    office: Office, routing: Callable[[Routing], None]
) -> None:
    office.province.activate(office.place, "lending")
    named = office.viewer("people.view", name="Named")
    asked: list[tuple[RequestFacts, Step, Any]] = []

    def route(*, uow: UnitOfWork, request: RequestFacts, step: Step, only: Any) -> Any:
        asked.append((request, step, only))
        accounts = frozenset({named.account_id or NOBODY, office.maryam.account_id or NOBODY})
        return Answer("lending", Route(accounts, "her own manager"))

    routing(route)
    sent = office.now(office.send())
    assert sent.routed_to == [named.account_id]
    assert asked[0][0].reference == sent.reference
    assert (asked[0][1].name, asked[0][2]) == ("first", frozenset({"lending"}))
    assert office.codes(sent) == ["submitted", "routed"]
    with pytest.raises(Forbidden):
        office.approve(office.viewer(ONE), sent)
    assert office.approve(named, sent).state == "applied"


def test_a_route_to_nobody_who_can_decide_leaves_the_step_to_its_holders(
    office: Office, routing: Callable[[Routing], None]
) -> None:
    assert office.maryam.account_id
    alone = Answer("lending", Route(frozenset({office.maryam.account_id}), "herself"))
    routing(lambda **_given: alone)
    sent = office.now(office.send())
    assert sent.routed_to is None
    assert office.approve(office.viewer(ONE), sent).state == "applied"


def test_a_route_to_who_approved_before_leaves_the_step_to_its_holders(
    office: Office, routing: Callable[[Routing], None]
) -> None:
    named = office.viewer("people.view", name="Named")
    routing(lambda **_given: Answer("lending", Route(frozenset({named.account_id}), "manager")))
    sent = office.send("people.double")
    assert office.approve(named, sent).routed_to is None
    assert office.approve(office.viewer(TWO), sent).state == "applied"


def test_a_service_that_fails_while_routing_stops_the_sending(
    office: Office, routing: Callable[[Routing], None]
) -> None:
    def fail(**_given: Any) -> None:
        raise HookError("lending", "hamyar_route_request", "broken")

    routing(fail)
    with pytest.raises(Unavailable):
        office.send(key="one")
    with office.province.unit(office.place) as uow:
        assert not uow.session.scalars(select(Request)).all()
