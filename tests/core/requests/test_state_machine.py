"""The services against a model of the states: any sequence of acts by anybody."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.errors import Conflict, DomainError, Forbidden, NotFound
from core.requests.models import Request
from core.requests.states import FROM, Act, Progress, RequestState, advance
from tests.core.requests.conftest import ONE, TWO, Office

KINDS = {"people.instant": 0, "people.single": 1, "people.double": 2}
DECIDING = {"approve": Act.APPROVE, "reject": Act.REJECT, "send_back": Act.RETURN}
OWNING = {"withdraw": Act.WITHDRAW, "resubmit": Act.SUBMIT}


class Requests(RuleBasedStateMachine):
    """One request; the model is `Progress`, moved by the pure rules."""

    office: Office

    def __init__(self) -> None:
        super().__init__()
        office = self.office
        self.marks = office.marks()
        office.effects.base = "1"
        self.deciders = {
            "first": office.viewer(ONE),
            "second": office.viewer(TWO),
            "both": office.viewer(ONE, TWO),
            "oneself": office.viewer(ONE, TWO, person_id=office.maryam.person_id),
            "none": office.viewer("people.view"),
        }
        self.held = {"first": {1}, "second": {2}, "both": {1, 2}, "oneself": set(), "none": set()}
        self.request: Request | None = None
        self.model = Progress(RequestState.DRAFT, 0)
        self.notes = 0
        self.approved: set[str] = set()

    @precondition(lambda self: self.request is None)
    @rule(kind=st.sampled_from(sorted(KINDS)))
    def send(self, kind: str) -> None:
        self.request = self.office.send(kind, key=secrets.token_hex(8))
        self.model = advance(Progress(RequestState.DRAFT, KINDS[kind]), Act.SUBMIT)
        self._finish()

    @precondition(lambda self: self.request is not None)
    @rule(
        act=st.sampled_from(sorted(DECIDING)),
        who=st.sampled_from(("first", "second", "both", "oneself", "none")),
    )
    def decide(self, act: str, who: str) -> None:
        more = {} if act == "approve" else {"reason": "because"}
        steps = {min(self.model.step or 0, self.model.steps)}
        if not steps & self.held[who]:
            self._refused(act, who, (Forbidden, NotFound), **more)
        elif self.model.state not in FROM[DECIDING[act]]:
            self._refused(act, who, Conflict, **more)
        elif who in self.approved:
            self._refused(act, who, Forbidden, **more)
        elif act == "approve" and self.office.effects.base != "1":
            self._do(act, who, Act.FIND_CONFLICT, **more)
        else:
            self._do(act, who, DECIDING[act], **more)
            self.approved |= {who} if act == "approve" else set()

    @precondition(lambda self: self.request is not None)
    @rule(act=st.sampled_from(sorted(OWNING)), owner=st.booleans())
    def by_the_employee(self, act: str, owner: bool) -> None:
        self.notes += 1
        more = {"data": {"note": f"Correction {self.notes}"}} if act == "resubmit" else {}
        if not owner:
            self._refused(act, "both", NotFound, **more)
        elif self.model.state not in FROM[OWNING[act]]:
            self._refused(act, "owner", Conflict, **more)
        else:
            self._do(act, "owner", OWNING[act], **more)

    @precondition(lambda self: self.request is not None)
    @rule()
    def change_the_base(self) -> None:
        if self.model.state is not RequestState.RETURNED:
            self.office.effects.base = "2"

    @invariant()
    def the_database_agrees(self) -> None:
        if self.request is None:
            return
        stored = self.office.now(self.request).progress
        assert stored == self.model
        applied = self.model.state is RequestState.APPLIED
        assert self.office.marks() == self.marks + applied

    def _viewer(self, who: str) -> Any:
        return self.office.asker if who == "owner" else self.deciders[who]

    def _do(self, act: str, who: str, move: Act, **more: Any) -> None:
        assert self.request
        note(f"{act} by {who}")
        self.office.act(act, self._viewer(who), self.request, **more)
        self.model = advance(self.model, move)
        if act == "resubmit":
            self.office.effects.base = "1"
            self.approved.clear()
        self._finish()

    def _finish(self) -> None:
        if self.model.state is RequestState.APPROVED:
            self.model = advance(self.model, Act.APPLY)

    def _refused(self, act: str, who: str, expected: Any, **more: Any) -> None:
        assert self.request
        with pytest.raises(DomainError) as caught:
            self.office.act(act, self._viewer(who), self.request, **more)
        assert isinstance(caught.value, expected), caught.value


def test_any_sequence_of_acts(office: Office) -> None:
    class Here(Requests):
        pass

    Here.office = office
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=15,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
