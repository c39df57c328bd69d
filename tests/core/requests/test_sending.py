"""Sending: validation, references, idempotency, closing services, types without steps."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest

from core.database.keys import new_id
from core.errors import Conflict, DomainError, Invalid, NotFound, Unavailable
from core.requests import services
from core.requests.registry import KnownType
from tests.core.requests.conftest import ONE, Office, step


def test_a_request_is_frozen_and_waits_for_its_first_step(
    office: Office, saturday: datetime
) -> None:
    unit = office.province.org_unit(office.place, "مالی")
    office.province.assign(office.maryam, unit)
    sent = office.now(office.send("people.dear", amount="۲٬۰۰۰٬۰۰۰", day="۱۴۰۵/۰۹/۱۰"))
    assert sent.state == "submitted"
    assert (sent.step, sent.round, sent.permission) == (1, 1, ONE)
    assert [step["name"] for step in sent.steps] == ["first", "dear"]
    assert sent.data == {"note": "A wish", "amount": 2_000_000, "day": "2026-12-01"}
    assert sent.amount == 2_000_000
    assert sent.person_name == "مریم رضایی"
    assert sent.unit_id == unit.id
    assert sent.due_on == date(2026, 11, 23)
    assert re.fullmatch(r"HM-1405-\d{5,}", sent.reference)
    assert sent.title["en"] == "Title of people.dear"
    assert sent.summary["fa"] == "A wish"
    assert office.effects.submitted == [sent.id]
    assert office.codes(sent) == ["submitted"]


def test_a_small_amount_skips_the_dear_step(office: Office) -> None:
    assert len(office.send("people.dear", amount=1_000_000).steps) == 1


def test_references_grow_and_are_never_equal(office: Office) -> None:
    numbers = [office.send().reference for _n in range(3)]
    assert len(set(numbers)) == 3
    assert numbers == sorted(numbers)


def test_without_steps_it_takes_effect_at_once(office: Office) -> None:
    sent = office.now(office.send("people.instant"))
    assert sent.state == "applied"
    assert sent.applied_at is not None
    assert office.marks() == 1
    assert office.codes(sent) == ["submitted", "applied"]


def test_the_same_key_with_the_same_content_is_the_same_request(office: Office) -> None:
    first = office.send(key="one")
    assert office.send(key="one").id == first.id
    assert office.effects.submitted == [first.id]


def test_the_same_key_with_other_content_is_refused(office: Office) -> None:
    first = office.send(key="one")
    with pytest.raises(Invalid, match=first.reference):
        office.send(key="one", note="Another wish")
    with pytest.raises(Invalid):
        office.send("people.double", key="one")


def test_the_key_still_counts_after_a_correction(office: Office) -> None:
    first = office.send(key="one")
    office.act("send_back", office.viewer(ONE), first, reason="why?")
    office.act("resubmit", office.asker, first, data={"note": "Better"})
    assert office.send(key="one").id == first.id
    with pytest.raises(Invalid):
        office.send(key="one", note="Better")


def test_a_corrected_retry_after_a_mistake_works(office: Office) -> None:
    with pytest.raises(Invalid):
        office.send(key="one", note="")
    assert office.send(key="one").state == "submitted"


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_keys_without_sense_are_refused(office: Office, key: str) -> None:
    with pytest.raises(DomainError) as caught:
        office.send(key=key) if key else office._submit(None, "people.single", {"note": "x"}, "")  # type: ignore[arg-type]
    assert caught.value.status == 400


def test_wrong_answers_are_named_by_field(office: Office) -> None:
    with pytest.raises(Invalid) as caught:
        office.send(note="", amount="many", stranger="1")
    assert set(caught.value.fields) == {"note", "amount", "stranger"}


def test_characters_that_cannot_be_stored_are_refused(office: Office) -> None:
    from marshmallow import fields

    from core.forms import FormSchema

    class Raw(FormSchema):
        note = fields.String()

    raw = office.effects.type("people.raw")
    raw = type(raw)(name="people.raw", title="Raw", schema=Raw, apply=office.effects.apply)
    office.registry.types = (KnownType(None, raw),)
    with pytest.raises(Invalid):
        office.send("people.raw", note="a\0b")


def test_the_type_may_refuse_what_is_sent(office: Office) -> None:
    with pytest.raises(Invalid) as caught:
        office.send(note="refuse", key="one")
    assert "note" in caught.value.fields
    assert office.send(key="one").state == "submitted"


def test_unknown_types_people_and_employments(office: Office) -> None:
    with pytest.raises(NotFound):
        office.send("people.unknown")
    with office.unit(office.asker) as uow, pytest.raises(NotFound):
        services.submit(
            uow,
            office.registry,
            "people.single",
            municipality_id=office.place.id,
            person_id=office.maryam.person_id,
            employment_id=new_id(),
            data={"note": "x"},
            key="k",
        )


def test_nobody_is_sent_for_in_a_foreign_municipality(office: Office) -> None:
    stranger = office.province.employee(office.province.fardis)
    with office.unit(office.viewer(ONE)) as uow, pytest.raises(NotFound):
        services.submit(
            uow,
            office.registry,
            "people.single",
            municipality_id=office.place.id,
            person_id=stranger.person_id,
            employment_id=None,
            data={"note": "x"},
            key="k",
        )


@pytest.mark.parametrize("state", ["off", "closing"])
def test_a_closing_service_takes_nothing_new_but_goes_on(office: Office, state: str) -> None:
    office.province.activate(office.place, "lending")
    running = office.send("lending.wish", key="one")
    office.province.activate(office.place, "lending", state)
    with pytest.raises(Conflict):
        office.send("lending.wish")
    assert office.send("lending.wish", key="one").id == running.id
    assert office.approve(office.viewer(ONE), running).state == "applied"


def test_a_service_that_was_never_on_takes_nothing(office: Office) -> None:
    with pytest.raises(Conflict):
        office.send("lending.wish")


def test_a_service_out_of_order_says_so_and_nothing_is_half_done(office: Office) -> None:
    office.province.activate(office.place, "lending")
    running = office.send("lending.wish")
    office.registry.types = office.registry.types[:-1]
    before = office.codes(running)
    with pytest.raises(Unavailable):
        office.send("lending.wish")
    for act, who, more in (
        ("approve", office.viewer(ONE), {}),
        ("reject", office.viewer(ONE), {"reason": "no"}),
        ("send_back", office.viewer(ONE), {"reason": "no"}),
        ("withdraw", office.asker, {}),
    ):
        with pytest.raises(Unavailable):
            office.act(act, who, running, **more)
    assert office.now(running).state == "submitted"
    assert office.codes(running) == before


def test_running_requests_keep_their_steps(office: Office) -> None:
    sent = office.send("people.double")
    changed = office.effects.type("people.double", step("only", ONE), version=2)
    office.registry.types = (KnownType(None, changed),)
    again = office.approve(office.viewer(ONE), sent)
    assert (again.state, again.type_version) == ("in_review", 1)
