"""Deciding, correcting, withdrawing: rules R1 to R5, who may, and every wrong state."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.audit.models import AuditEntry
from core.database.keys import new_id
from core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from core.notifications.models import Message
from core.policy.viewer import Viewer
from core.requests.decisions import approve
from core.requests.models import Request, RequestDecision
from tests.core.requests.conftest import ONE, TWO, Office


def decisions_of(office: Office, request: Request) -> list[RequestDecision]:
    with office.province.unit(office.place) as uow:
        return list(
            uow.session.scalars(
                select(RequestDecision)
                .where(RequestDecision.request_id == request.id)
                .order_by(RequestDecision.decided_at)
            )
        )


def messages_of(office: Office) -> list[Message]:
    with office.province.unit(office.place, person=office.maryam.person_id) as uow:
        statement = select(Message).where(Message.person_id == office.maryam.person_id)
        return list(uow.session.scalars(statement.order_by(Message.created_at, Message.id)))


def test_two_steps_then_the_effect_once(office: Office, saturday: datetime) -> None:
    sent = office.send("people.double")
    first, second = office.viewer(ONE, name="First"), office.viewer(TWO, name="Second")
    between = office.approve(first, sent, seen=(1, 1))
    assert (between.state, between.step, between.permission) == ("in_review", 2, TWO)
    assert between.due_on == date(2026, 11, 23)
    assert office.marks() == 0
    done = office.approve(second, sent, seen=(1, 2))
    assert done.state == "applied"
    assert done.applied_at == done.decided_at is not None
    assert office.marks() == 1
    assert office.codes(sent) == ["submitted", "approved", "approved", "applied"]
    assert [(d.step_name, d.outcome, d.decided_by_name) for d in decisions_of(office, sent)] == [
        ("first", "approved", "First"),
        ("second", "approved", "Second"),
    ]


def test_the_employee_is_told_at_each_step_and_not_at_the_sending(office: Office) -> None:
    sent = office.send("people.double")
    assert messages_of(office) == []
    office.approve(office.viewer(ONE), sent)
    office.act("reject", office.viewer(TWO), sent, reason="مدارک ناقص است")
    told = messages_of(office)
    assert [sent.reference in message.title["en"] for message in told] == [True, True]
    assert told[0].title["en"] != told[1].title["en"]
    assert told[0].title["fa"] != told[0].title["en"]
    assert told[1].body["fa"] == "مدارک ناقص است"
    assert told[1].href == f"/requests/{sent.reference}"


def test_each_act_is_audited_with_its_reason(office: Office) -> None:
    sent = office.send()
    office.act("reject", office.viewer(ONE), sent, reason="too early")
    with office.province.unit(office.place) as uow:
        rows = uow.session.execute(
            select(AuditEntry.action, AuditEntry.reason, AuditEntry.person_id)
            .where(AuditEntry.subject_id == str(sent.id))
            .order_by(AuditEntry.number)
        ).all()
    assert rows == [
        ("request.submitted", "", office.maryam.person_id),
        ("request.rejected", "too early", office.maryam.person_id),
    ]


def test_nobody_approves_two_steps_of_a_round(office: Office) -> None:
    sent, both = office.send("people.double"), office.viewer(ONE, TWO, name="Both")
    office.approve(both, sent)
    for act, more in (("approve", {}), ("reject", {"reason": "?"}), ("send_back", {"reason": "?"})):
        with pytest.raises(Forbidden) as caught:
            office.act(act, both, sent, **more)
        assert caught.value.code == "approved_before"
    assert (office.now(sent).state, office.marks()) == ("in_review", 0)
    assert office.approve(office.viewer(ONE, TWO), sent).state == "applied"


def test_a_new_round_is_open_to_who_approved_in_the_old_one(office: Office) -> None:
    sent, both, other = office.send("people.double"), office.viewer(ONE, TWO), office.viewer(TWO)
    office.approve(both, sent)
    office.act("send_back", other, sent, reason="Which one?")
    office.act("resubmit", office.asker, sent, data={"note": "This one"})
    assert office.approve(both, sent).step == 2
    assert office.approve(other, sent).state == "applied"


def test_the_database_refuses_a_second_approval_by_the_same_account(office: Office) -> None:
    sent, first = office.send("people.double"), office.viewer(ONE)
    office.approve(first, sent)
    [known] = decisions_of(office, sent)
    facts = {column.key: getattr(known, column.key) for column in known.__table__.columns}
    with office.province.unit(office.place) as uow:
        uow.session.add(RequestDecision(**facts | {"id": new_id(), "step": 2}))
        with pytest.raises(IntegrityError, match="uq_request_decision_approver"):
            uow.session.flush()
        uow.session.rollback()


def test_nobody_decides_his_own_request(office: Office) -> None:
    sent = office.send()
    oneself = office.viewer(ONE, person_id=office.maryam.person_id)
    with pytest.raises(Forbidden) as caught:
        office.approve(oneself, sent)
    assert caught.value.code == "own_request"
    assert office.now(sent).state == "submitted"


def test_the_database_itself_refuses_a_decision_on_ones_own_request(office: Office) -> None:
    sent = office.send()
    own = RequestDecision(
        municipality_id=office.place.id,
        request_id=sent.id,
        person_id=sent.person_id,
        decider_person_id=sent.person_id,
        step=1,
        round=1,
        step_name="first",
        outcome="approved",
        decided_at=sent.submitted_at,
        decided_by=office.asker.account_id,
        decided_by_name="x",
    )
    with pytest.raises(IntegrityError, match="own_request"), office.unit(office.asker) as uow:
        uow.session.add(own)


def test_others_are_refused_by_what_they_may_see(office: Office) -> None:
    sent = office.send("people.double")
    with pytest.raises(Forbidden) as caught:
        office.approve(office.viewer(TWO), sent)  # a later step is his: he may look
    assert caught.value.code == "not_yours"
    with pytest.raises(NotFound):
        office.approve(office.viewer("people.view"), sent)


def test_a_foreign_municipality_is_not_found(office: Office) -> None:
    sent = office.send()
    stranger = office.viewer(ONE, TWO, place=office.province.fardis)
    with office.unit(stranger, office.province.fardis) as uow, pytest.raises(NotFound):
        approve(uow, office.registry, stranger, office.place.id, sent.id)
    with pytest.raises(NotFound):
        office.approve(stranger, sent)


def test_a_grant_may_be_limited_to_a_subtree_of_units(office: Office) -> None:
    top = office.province.org_unit(office.place, "فنی")
    below = office.province.org_unit(office.place, "عمران", top)
    beside = office.province.org_unit(office.place, "مالی")
    office.province.assign(office.maryam, below)
    sent = office.send()
    with pytest.raises(NotFound):
        office.approve(office.viewer(ONE, unit_id=beside.id), sent)
    assert office.approve(office.viewer(ONE, unit_id=top.id), sent).state == "applied"


@pytest.mark.parametrize("act", ["reject", "send_back"])
@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 2001])
def test_a_reason_is_demanded(office: Office, act: str, reason: str) -> None:
    sent = office.send()
    with pytest.raises(Invalid) as caught:
        office.act(act, office.viewer(ONE), sent, reason=reason)
    assert "reason" in caught.value.fields
    assert office.now(sent).state == "submitted"


def test_rejecting_ends_it_without_effect(office: Office) -> None:
    sent = office.send()
    done = office.act("reject", office.viewer(ONE), sent, reason="No money")
    assert (done.state, done.reason) == ("rejected", "No money")
    assert office.marks() == 0
    assert office.effects.closed == [sent.id]


def test_a_returned_request_starts_a_new_round(office: Office) -> None:
    sent = office.send("people.double")
    office.approve(office.viewer(ONE), sent)
    back = office.act("send_back", office.viewer(TWO), sent, reason="Which account?")
    assert (back.state, back.reason) == ("returned", "Which account?")
    assert office.effects.closed == []
    again = office.act("resubmit", office.asker, sent, data={"note": "This one"})
    assert (again.state, again.step, again.round, again.reason) == ("submitted", 1, 2, "")
    assert again.data["note"] == "This one"
    assert again.summary["en"] == "This one"
    office.approve(office.viewer(ONE), sent)
    assert office.approve(office.viewer(TWO), sent).state == "applied"
    rounds = [(d.step, d.round, d.outcome) for d in decisions_of(office, sent)]
    assert rounds == [
        (1, 1, "approved"),
        (2, 1, "returned"),
        (1, 2, "approved"),
        (2, 2, "approved"),
    ]
    assert office.marks() == 1


def test_a_correction_passes_the_steps_of_its_new_amount(office: Office) -> None:
    sent = office.send("people.dear", amount=2_000_000)
    office.approve(office.viewer(ONE), sent)
    office.act("send_back", office.viewer(TWO), sent, reason="less")
    again = office.act("resubmit", office.asker, sent, data={"note": "Less", "amount": "1"})
    assert (len(again.steps), again.step, again.amount) == (1, 1, 1)
    again = office.act("send_back", office.viewer(ONE), sent, reason="more")
    office.registry.types = office.effects.types()
    dearer = office.act("resubmit", office.asker, sent, data={"note": "M", "amount": 3_000_000})
    assert len(dearer.steps) == 2


def test_a_correction_is_checked_like_the_first_sending(office: Office) -> None:
    sent = office.send()
    office.act("send_back", office.viewer(ONE), sent, reason="?")
    with pytest.raises(Invalid):
        office.act("resubmit", office.asker, sent, data={"note": ""})
    assert office.now(sent).state == "returned"


def test_sending_the_same_correction_twice_is_harmless(office: Office) -> None:
    sent = office.send()
    office.act("send_back", office.viewer(ONE), sent, reason="?")
    office.act("resubmit", office.asker, sent, data={"note": "B"})
    again = office.act("resubmit", office.asker, sent, data={"note": "B"})
    assert (again.state, again.round) == ("submitted", 2)
    with pytest.raises(Conflict):
        office.act("resubmit", office.asker, sent, data={"note": "C"})


def test_only_the_owner_withdraws_and_corrects(office: Office) -> None:
    sent = office.send()
    other = office.province.employee(office.place, "Ali")
    ali = Viewer(account_id=other.account_id, person_id=other.person_id, name="Ali")
    for act, more in (("withdraw", {}), ("resubmit", {"data": {"note": "x"}})):
        for who in (office.viewer(ONE), ali):
            with pytest.raises(NotFound):
                office.act(act, who, sent, **more)
    assert office.act("withdraw", office.asker, sent).state == "withdrawn"
    assert office.effects.closed == [sent.id]
    assert office.marks() == 0


def test_a_changed_base_ends_in_conflict_without_a_decision(office: Office) -> None:
    sent = office.send()
    office.effects.base = "2"
    done = office.approve(office.viewer(ONE), sent)
    assert done.state == "conflict"
    assert office.now(sent).state == "conflict"
    assert decisions_of(office, sent) == []
    assert office.marks() == 0
    assert office.effects.closed == [sent.id]
    assert office.codes(sent) == ["submitted", "conflict"]
    assert len(messages_of(office)) == 1


def test_a_correction_takes_the_new_base(office: Office) -> None:
    sent = office.send()
    office.act("send_back", office.viewer(ONE), sent, reason="?")
    office.effects.base = "2"
    office.act("resubmit", office.asker, sent, data={"note": "B"})
    assert office.approve(office.viewer(ONE), sent).state == "applied"


@pytest.mark.parametrize("error", [RuntimeError("broken"), SystemExit(1)])
def test_an_effect_that_fails_undoes_the_decision(office: Office, error: Any) -> None:
    sent = office.send()
    office.effects.fail = error
    with pytest.raises(Unavailable):
        office.approve(office.viewer(ONE), sent)
    assert office.now(sent).state == "submitted"
    assert office.marks() == 0
    assert decisions_of(office, sent) == []
    assert messages_of(office) == []
    office.effects.fail = None
    assert office.approve(office.viewer(ONE), sent).state == "applied"
    assert office.marks() == 1


def test_what_the_effect_itself_refuses_is_said(office: Office) -> None:
    sent = office.send()
    office.effects.fail = Conflict("no seat is left")
    with pytest.raises(Conflict, match="no seat is left"):
        office.approve(office.viewer(ONE), sent)
    assert office.now(sent).state == "submitted"


def test_a_step_that_moved_on_is_not_decided_unseen(office: Office) -> None:
    sent = office.send("people.double")
    both = office.viewer(ONE, TWO)
    office.approve(both, sent, seen=(1, 1))
    with pytest.raises(Conflict) as caught:
        office.approve(both, sent, seen=(1, 1))
    assert caught.value.code == "moved_on"
    assert office.now(sent).state == "in_review"


def end(office: Office, how: str) -> Request:
    sent = office.send("people.double")
    if how == "applied":
        office.approve(office.viewer(ONE), sent)
        office.approve(office.viewer(TWO), sent)
    elif how == "conflict":
        office.effects.base = "2"
        office.approve(office.viewer(ONE), sent)
    elif how == "withdrawn":
        office.act("withdraw", office.asker, sent)
    elif how in ("rejected", "returned"):
        act = {"rejected": "reject", "returned": "send_back"}[how]
        office.act(act, office.viewer(ONE), sent, reason="why")
    return sent


WRONG = {
    "submitted": ("resubmit",),
    "returned": ("approve", "reject", "send_back"),
    **dict.fromkeys(
        ("applied", "rejected", "withdrawn", "conflict"),
        ("approve", "reject", "send_back", "withdraw", "resubmit"),
    ),
}


@pytest.mark.parametrize(
    ("state", "act"), [(state, act) for state, acts in WRONG.items() for act in acts]
)
def test_each_act_from_each_wrong_state(office: Office, state: str, act: str) -> None:
    request = end(office, state)
    if state == "submitted":
        assert office.now(request).state == state
    more: dict[str, Any] = {
        "reject": {"reason": "why"},
        "send_back": {"reason": "why"},
        "resubmit": {"data": {"note": "Other"}},
    }.get(act, {})
    who = office.asker if act in ("withdraw", "resubmit") else office.viewer(ONE, TWO)
    before = office.codes(request)
    with pytest.raises(Conflict) as caught:
        office.act(act, who, request, **more)
    assert caught.value.status == 409
    assert request.reference in str(caught.value)
    assert office.codes(request) == before
