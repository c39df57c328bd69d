"""Transfers between municipalities: both sides, what each sees, and what becomes of the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from core.audit.models import AuditEntry
from core.database.unit_of_work import UnitOfWork
from core.errors import Conflict, Invalid, NotFound
from core.localization import clock
from core.notifications.models import Message
from core.people import services as people
from core.people.models import Assignment, Employment, Person
from core.plugin_host.host import PluginHost
from core.testing.factories import Employee, Province, reserve_numbers
from core.transfers import queries, services
from core.transfers.models import Transfer, TransferState

TODAY = clock.today()
SOON = TODAY + timedelta(days=10)


def released(province: Province, one: Employee, **changes: Any) -> UUID:
    """Release an employee of Karaj to Fardis; return the transfer."""
    facts = {
        "version": 1,
        "to_municipality_id": province.fardis.id,
        "starts_on": TODAY,
        "note": "حکم ۱۲",
        **changes,
    }
    with province.unit(province.karaj) as uow:
        return services.release(uow, province.karaj, one.employment_id, **facts).id


def accepting(
    uow: UnitOfWork, host: PluginHost, province: Province, transfer_id: UUID, **changes: Any
) -> Employment:
    data = {
        "personnel_number": str(reserve_numbers()),
        "kind": "contract",
        "unit_id": None,
        "post_id": None,
        **changes,
    }
    return services.accept(uow, host, province.fardis, transfer_id, data)


def state_of(province: Province, transfer_id: UUID) -> str:
    with province.unit(province.karaj) as uow:
        return uow.session.scalars(select(Transfer.state).filter_by(id=transfer_id)).one()


def test_accepting_closes_the_one_and_opens_the_other(
    province: Province, host: PluginHost, told: list[Any]
) -> None:
    one = province.employee(province.karaj, "مریم", "رضایی")
    province.assign(one, province.org_unit(province.karaj, "مالی"))
    unit = province.org_unit(province.fardis, "فنی")
    transfer_id = released(province, one)
    with province.unit(province.karaj, province.fardis) as uow:
        new = accepting(uow, host, province, transfer_id, unit_id=unit.id)
    with province.unit(province.karaj) as uow:
        old = uow.session.get_one(Employment, (province.karaj.id, one.employment_id))
        assert (old.ends_on, old.end_reason) == (TODAY, "transferred")
        assert old.snapshot["family_name"] == "رضایی"
        assert uow.session.scalars(select(Assignment.ends_on)).all() == [TODAY]
        assert uow.session.get(Person, one.person_id) is None, "no employee of Karaj any more"
    with province.unit(province.fardis) as uow:
        got = uow.session.get_one(Employment, (province.fardis.id, new.id))
        assert (got.person_id, got.starts_on, got.ends_on) == (one.person_id, TODAY, None)
        assert got.kind == "contract"
        assert got.sort_key == old.sort_key
        assert uow.session.get_one(Person, one.person_id).given_name == "مریم"
        assert uow.session.scalars(select(Assignment.unit_id)).all() == [unit.id]
        transfer = uow.session.scalars(select(Transfer)).one()
        assert (transfer.state, transfer.new_employment_id) == (TransferState.ACCEPTED, new.id)
    assert told == [("left", (one.employment_id,))], "its obligations stay with Karaj"


def test_a_transfer_to_come_leaves_both_rows_dated(province: Province, host: PluginHost) -> None:
    one = province.employee(province.karaj)
    transfer_id = released(province, one, starts_on=SOON)
    with province.unit(province.karaj, province.fardis) as uow:
        new = accepting(uow, host, province, transfer_id)
        old = uow.session.get_one(Employment, (province.karaj.id, one.employment_id))
        assert (old.ends_on, old.tell_on) == (SOON, SOON)
        assert (new.starts_on, new.tell_on) == (SOON, SOON)
    with province.unit(province.fardis) as uow:
        assert uow.session.get(Person, one.person_id) is None, "not before the first day"


def test_the_other_side_sees_only_what_it_needs(province: Province) -> None:
    one = province.employee(province.karaj, "مریم", "رضایی")
    unit = province.org_unit(province.karaj, "مالی")
    for title, day in (("کارشناس مالی", TODAY), ("مدیر مالی", SOON)):
        with province.unit(province.karaj) as uow:
            post = people.add_post(uow, province.karaj, title=title, is_manager=False)
            version = uow.session.scalars(select(Employment.version)).one()
            people.assign(
                uow,
                province.karaj,
                one.employment_id,
                version=version,
                unit_id=unit.id,
                post_id=post.id,
                starts_on=day,
            )
    released(province, one, version=3)
    with province.unit(province.fardis) as uow:
        shown = uow.session.scalars(select(Transfer.shown)).one()
        assert set(shown) == {"name", "national_id", "kind", "post"}
        assert shown["name"] == "مریم رضایی"
        assert shown["national_id"].endswith("••••")
        assert shown["post"] == "کارشناس مالی", "today's, not the one that is planned"
        assert uow.session.get(Person, one.person_id) is None
        assert uow.session.scalars(select(Employment)).all() == []
    with province.unit(province.alborz) as uow:
        assert uow.session.scalars(select(Transfer)).all() == [], "nobody else's business"
    with province.unit(person=one.person_id) as uow:
        assert [move.state for move in queries.of_person(uow, one.person_id)] == ["pending"]


def test_only_a_release_lets_the_other_side_employ(province: Province, host: PluginHost) -> None:
    one = province.employee(province.karaj)
    transfer_id = released(province, one)
    with province.unit(province.fardis) as uow:
        services.close(uow, province.fardis, transfer_id, reason="پست خالی نداریم")
    assert state_of(province, transfer_id) == TransferState.REFUSED
    with pytest.raises(Conflict) as late, province.unit(province.karaj, province.fardis) as uow:
        accepting(uow, host, province, transfer_id)
    assert late.value.code == TransferState.REFUSED
    with province.unit(province.fardis) as uow:
        parameters = {"municipality": province.fardis.id, "transfer": transfer_id}
        refused(uow, lambda: uow.session.execute(services.LINK, parameters), "no transfer")


def refused(uow: UnitOfWork, action: Callable[[], object], why: str) -> None:
    """Expect PostgreSQL to refuse what is done or flushed."""
    with pytest.raises(DBAPIError, match=why), uow.session.begin_nested():
        action()


def forged(uow: UnitOfWork, province: Province, one: Employee, person_id: UUID) -> Transfer:
    row = Transfer(
        municipality_id=province.karaj.id,
        to_municipality_id=province.fardis.id,
        employment_id=one.employment_id,
        person_id=person_id,
        starts_on=TODAY,
        shown={},
        released_at=uow.now,
        released_by="x",
    )
    uow.session.add(row)
    return row


def test_the_release_cannot_be_forged_or_redirected(province: Province) -> None:
    """Fardis adds no release of Karaj's, and nobody changes what was released."""
    one, other = province.employee(province.karaj), province.employee(province.karaj)
    transfer_id = released(province, one)
    redirect = update(Transfer).where(Transfer.id == transfer_id)
    for place in (province.fardis, province.karaj):
        with province.unit(place) as uow:
            changed = redirect.values(employment_id=other.employment_id)
            refused(uow, lambda u=uow, c=changed: u.session.execute(c), "permission denied")
    with province.unit(province.fardis) as uow:
        refused(uow, lambda: forged(uow, province, other, other.person_id), "row-level security")


def test_the_person_comes_from_the_employment(province: Province) -> None:
    """Karaj releases its own employee under a stranger's name: the trigger knows better."""
    one, stranger = province.employee(province.karaj), province.employee(province.alborz)
    with province.unit(province.karaj) as uow:
        row = forged(uow, province, one, stranger.person_id)
        uow.session.flush()
        uow.session.refresh(row)
        assert row.person_id == one.person_id


@pytest.mark.parametrize(
    "day", [date(2015, 3, 21), date(2010, 1, 1), TODAY + timedelta(days=500)], ids=str
)
def test_days_that_cannot_be(province: Province, day: date) -> None:
    one = province.employee(province.karaj)
    with pytest.raises(Invalid) as refused:
        released(province, one, starts_on=day)
    assert list(refused.value.fields) == ["starts_on"]


def test_a_municipality_outside_the_organisation_is_none(province: Province) -> None:
    one = province.employee(province.karaj)
    for place in (province.karaj.id, one.person_id):
        with pytest.raises(Invalid) as refused:
            released(province, one, to_municipality_id=place)
        assert list(refused.value.fields) == ["to_municipality_id"]


def test_one_transfer_waits_at_a_time(province: Province) -> None:
    one = province.employee(province.karaj)
    first = released(province, one)
    with pytest.raises(Conflict) as second:
        released(province, one)
    assert second.value.code == "pending"
    with province.unit(province.karaj) as uow:
        services.close(uow, province.karaj, first, reason="منصرف شد")
    assert state_of(province, first) == TransferState.WITHDRAWN
    released(province, one)


def test_strangers_find_nothing(province: Province) -> None:
    transfer_id = released(province, province.employee(province.karaj))
    with pytest.raises(NotFound), province.unit(province.alborz) as uow:
        services.close(uow, province.alborz, transfer_id, reason="x")


def test_an_earlier_end_lets_the_transfer_lapse(province: Province, host: PluginHost) -> None:
    one = province.employee(province.karaj)
    transfer_id = released(province, one, starts_on=SOON)
    with province.unit(province.karaj) as uow:
        people.end_employment(
            uow,
            host,
            province.karaj,
            one.employment_id,
            version=1,
            last_day=TODAY,
            end_reason="died",
        )
    assert state_of(province, transfer_id) == TransferState.LAPSED
    with pytest.raises(Conflict) as late, province.unit(province.karaj, province.fardis) as uow:
        accepting(uow, host, province, transfer_id)
    assert late.value.code == TransferState.LAPSED


def test_both_sides_have_it_on_record_and_the_employee_is_told(
    province: Province, host: PluginHost
) -> None:
    one = province.employee(province.karaj)
    transfer_id = released(province, one)
    with province.unit(province.karaj, province.fardis) as uow:
        accepting(uow, host, province, transfer_id)
    for place in (province.karaj, province.fardis):
        with province.unit(place) as uow:
            acts = uow.session.scalars(
                select(AuditEntry.action).filter_by(subject_id=str(transfer_id))
            ).all()
            assert sorted(acts) == ["transfer.accept", "transfer.release"]
    with province.unit(person=one.person_id) as uow:
        seen = uow.session.scalars(select(AuditEntry.action).filter_by(person_id=one.person_id))
        assert {"transfer.release", "transfer.accept", "employment.end"} <= set(seen)
        messages = uow.session.scalars(select(Message).filter_by(person_id=one.person_id)).all()
        assert [message.topic for message in messages] == ["people.employment"] * 2
        assert "فردیس" in messages[-1].title["fa"]
