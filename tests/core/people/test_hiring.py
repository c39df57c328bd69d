"""Entering employees: all four outcomes, dates, numbers, what services and the audit are told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.errors import Invalid, TooMany
from core.localization import clock
from core.municipalities.place import Place
from core.notifications.models import Message
from core.people import jobs
from core.people.directory import employee_value, name_of, names_of
from core.people.models import Assignment, Employment, Person, SalaryFact
from core.people.names import NameKeys
from core.people.services import Outcome, hire, tell_due
from core.plugin_host.host import PluginHost
from core.testing.factories import Province
from tests.core.people.conftest import new_employee

TODAY = clock.today()


def test_a_new_person_is_created_with_everything(
    province: Province, host: PluginHost, told: list
) -> None:
    unit = province.org_unit(province.karaj, "امور مالی")
    data = new_employee(unit_id=unit.id, monthly_base=200_000_000)
    with province.unit(province.karaj) as uow:
        employment, outcome = hire(uow, host, province.karaj, data)
    assert outcome is Outcome.CREATED
    with province.unit(province.karaj) as uow:
        stored = uow.session.get_one(Employment, (province.karaj.id, employment.id))
        person = uow.session.get_one(Person, stored.person_id)
        assert person.national_id == data["national_id"]
        assert person.mobile == "09121234567"
        assert stored.snapshot is None
        keys = NameKeys.of("نرگس", "کریمی")
        assert (stored.name_key, stored.given_key) == (keys.name_key, keys.given_key)
        assignment = uow.session.scalars(
            select(Assignment).filter_by(employment_id=stored.id)
        ).one()
        assert (assignment.unit_id, assignment.starts_on) == (unit.id, date(2020, 3, 20))
        salary = uow.session.scalars(select(SalaryFact).filter_by(employment_id=stored.id)).one()
        assert salary.countable == salary.monthly_base == 200_000_000
        entry = uow.session.scalars(select(AuditEntry).filter_by(person_id=person.id)).one()
        assert entry.action == "employment.hire"
        assert entry.detail["personnel_number"] == [None, data["personnel_number"]]
        assert data["national_id"] not in str(entry.detail)
    assert told == [("hired", (employment.id,))]


def test_somebody_from_elsewhere_is_linked_and_keeps_the_stored_name(
    province: Province, host: PluginHost
) -> None:
    data = new_employee(given_name="نرگس‌سادات")
    with province.unit(province.karaj) as uow:
        first, _outcome = hire(uow, host, province.karaj, data)
    again = new_employee(**{**data, "personnel_number": "F-1", "given_name": "نرگس"})
    fardis = province.fardis
    place = Place(fardis.id, fardis.code, fardis.kind, None, fardis.name_fa, fardis.name_en)
    with province.unit(fardis) as uow:
        second, outcome = hire(uow, host, place, again)
        assert outcome is Outcome.LINKED
        assert second.person_id == first.person_id
        assert names_of(uow, second) == ("نرگس‌سادات", "کریمی")
        assert second.given_key == NameKeys.of("نرگس‌سادات", "کریمی").given_key
    with Session(province.owner) as session:
        told = session.scalars(select(Message).filter_by(person_id=first.person_id)).all()
        assert [(one.topic, one.municipality_id) for one in told] == [
            ("accounts.security", province.fardis.id)
        ]
        assert province.fardis.name_fa in told[0].title["fa"]


@pytest.mark.parametrize(
    "wrong", [{"family_name": "احمدی"}, {"birth_date": date(1990, 5, 2)}], ids=["name", "birth"]
)
def test_a_mismatch_is_explained_at_the_field_and_counted_although_rolled_back(
    province: Province, host: PluginHost, wrong: dict
) -> None:
    data = new_employee()
    with province.unit(province.karaj) as uow:
        hire(uow, host, province.karaj, data)
    guess = new_employee(**{**data, **wrong, "personnel_number": "F-2"})
    with pytest.raises(Invalid) as caught, province.unit(province.fardis) as uow:
        hire(uow, host, province.fardis, guess)
    assert list(caught.value.fields) == ["national_id"]
    assert caught.value.code == "mismatch"
    with Session(province.owner) as session:
        misses = select(func.count()).select_from(text("person_link_miss"))
        here = misses.where(text("municipality_id = :m")).params(m=province.fardis.id)
        assert session.scalar(here) == 1
    with province.unit(province.fardis) as uow:
        actions = uow.session.scalars(
            select(AuditEntry.action).filter_by(municipality_id=province.fardis.id)
        )
        assert list(actions) == ["person.link_refused"]
        assert not uow.session.scalars(
            select(Employment).filter_by(municipality_id=province.fardis.id)
        ).all()


def test_a_guesser_is_stopped(province: Province, host: PluginHost) -> None:
    with Session(province.owner) as session, session.begin():
        session.execute(
            text(
                "insert into person_link_miss (municipality_id)"
                " select :m from generate_series(1, 200)"
            ),
            {"m": province.fardis.id},
        )
    with pytest.raises(TooMany) as caught, province.unit(province.fardis) as uow:
        hire(uow, host, province.fardis, new_employee())
    assert caught.value.retry_after == 3600


def test_a_second_employment_must_be_meant(province: Province, host: PluginHost) -> None:
    data = new_employee()
    with province.unit(province.karaj) as uow:
        first, _outcome = hire(uow, host, province.karaj, data)
    again = new_employee(**{**data, "personnel_number": "T-second"})
    with pytest.raises(Invalid) as caught, province.unit(province.karaj) as uow:
        hire(uow, host, province.karaj, again)
    assert caught.value.code == "known"
    assert data["personnel_number"] in str(caught.value.fields["national_id"])
    again["second_employment"] = True
    with province.unit(province.karaj) as uow:
        second, outcome = hire(uow, host, province.karaj, again)
    assert outcome is Outcome.KNOWN
    assert second.person_id == first.person_id
    assert second.id != first.id


@pytest.mark.parametrize("number", ["AB-12", "ab-12"])
def test_a_personnel_number_is_given_once_per_municipality(
    province: Province, host: PluginHost, number: str
) -> None:
    data = new_employee(personnel_number="AB-12")
    with province.unit(province.karaj) as uow:
        hire(uow, host, province.karaj, data)
    twin = new_employee(personnel_number=number)
    with pytest.raises(Invalid) as caught, province.unit(province.karaj) as uow:
        hire(uow, host, province.karaj, twin)
    assert list(caught.value.fields) == ["personnel_number"]
    with province.unit(province.fardis) as uow:
        hire(uow, host, province.fardis, twin)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("birth_date", {"birth_date": date(2010, 1, 1)}),
        ("starts_on", {"starts_on": TODAY + timedelta(days=400)}),
        ("last_day", {"last_day": TODAY - timedelta(days=1)}),
        ("last_day", {"starts_on": TODAY + timedelta(days=9), "last_day": TODAY}),
    ],
)
def test_dates_that_cannot_be_are_refused_at_the_field(
    province: Province, host: PluginHost, field: str, changes: dict
) -> None:
    with pytest.raises(Invalid) as caught, province.unit(province.karaj) as uow:
        hire(uow, host, province.karaj, new_employee(**changes))
    assert list(caught.value.fields) == [field]


def test_a_unit_must_exist_on_the_first_day(province: Province, host: PluginHost) -> None:
    unit = province.org_unit(province.karaj, "کتابخانه")
    foreign = province.org_unit(province.fardis, "فضای سبز")
    early = new_employee(unit_id=unit.id, starts_on=date(2010, 1, 1))
    for data in (early, new_employee(unit_id=foreign.id)):
        with pytest.raises(Invalid) as caught, province.unit(province.karaj) as uow:
            hire(uow, host, province.karaj, data)
        assert list(caught.value.fields) == ["unit_id"]


def test_a_future_employee_is_known_by_the_snapshot_and_told_on_the_day(
    province: Province, host: PluginHost, told: list
) -> None:
    begins = TODAY + timedelta(days=10)
    with province.unit(province.karaj) as uow:
        employment, _outcome = hire(
            uow, host, province.karaj, new_employee(starts_on=begins, given_name="پوران")
        )
    assert told == []
    with province.unit(province.karaj) as uow:
        assert uow.session.get(Person, employment.person_id) is None
        assert names_of(uow, employment) == ("پوران", "کریمی")
        assert name_of(uow, employment.person_id) == "پوران کریمی"
        value = employee_value(uow, province.karaj, employment.id)
        assert value is not None
        assert value.name == "پوران کریمی"
        assert tell_due(uow, host, province.karaj) == 0
    with clock.frozen(clock.now() + timedelta(days=11)):
        for due in (1, 0):
            with province.unit(province.karaj) as uow:
                assert tell_due(uow, host, province.karaj) == due
    assert told == [("hired", (employment.id,))]


def test_a_missed_day_tells_beginning_and_end(
    province: Province, host: PluginHost, told: list
) -> None:
    data = new_employee(
        starts_on=TODAY + timedelta(days=10), last_day=TODAY + timedelta(days=12), kind="hourly"
    )
    with province.unit(province.karaj) as uow:
        employment, _outcome = hire(uow, host, province.karaj, data)
    with clock.frozen(clock.now() + timedelta(days=30)), province.unit(province.karaj) as uow:
        assert tell_due(uow, host, province.karaj) == 1
    assert told == [("hired", (employment.id,)), ("left", (employment.id,))]


def test_the_daily_job_goes_through_all_municipalities(app, province: Province) -> None:
    host = app.extensions["hamyar_plugins"]
    with province.unit(province.karaj) as uow:
        employment, _outcome = hire(
            uow, host, province.karaj, new_employee(starts_on=TODAY + timedelta(days=1))
        )
    with app.app_context(), clock.frozen(clock.now() + timedelta(days=2)):
        jobs.tell_changes()
    with province.unit(province.karaj) as uow:
        stored = uow.session.get_one(Employment, (province.karaj.id, employment.id))
        assert stored.tell_on is None
