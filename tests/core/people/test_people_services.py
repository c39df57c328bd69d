"""Changing people: names, contacts, employments, endings, dependants, salaries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts.models import Account
from core.errors import Conflict, Invalid, NotFound
from core.localization import clock
from core.people import services
from core.people.models import Assignment, Employment, Person, SalaryFact
from core.people.names import NameKeys
from core.plugin_host.host import PluginHost
from core.testing.factories import Employee, Province
from tests.core.people.conftest import new_employee
from tests.core.people.support import last_entry

TODAY = clock.today()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
FACTS: dict[str, Any] = {
    "given_name": "مریم",
    "family_name": "رضایی",
    "father_name": "علی",
    "birth_date": date(1985, 6, 1),
    "sex": "female",
    "marital_status": "married",
}


def employment_of(province: Province, one: Employee) -> Employment:
    place = next(p for p in (province.karaj, province.fardis) if p.id == one.municipality_id)
    with province.unit(place) as uow:
        return uow.session.get_one(Employment, (one.municipality_id, one.employment_id))


def test_a_new_name_reaches_every_employer_and_the_account(province: Province) -> None:
    one = province.employee(province.karaj)
    province.link(one.person_id, province.fardis)
    with province.unit(province.fardis) as uow:
        uow.session.add(
            Employment(
                municipality_id=province.fardis.id,
                person_id=one.person_id,
                personnel_number="F-77",
                kind="hourly",
                starts_on=date(2021, 1, 1),
                **NameKeys.of("مریم", "رضایی").for_employment(),
            )
        )
    with province.unit(province.karaj) as uow:
        services.change_person(
            uow,
            province.karaj,
            one.employment_id,
            {**FACTS, "given_name": "آذر", "family_name": "تهرانی"},
            version=1,
        )
    keys = NameKeys.of("آذر", "تهرانی")
    with province.unit(province.karaj, province.fardis) as uow:
        rows = uow.session.scalars(select(Employment).filter_by(person_id=one.person_id)).all()
        assert len(rows) == 2
        for row in rows:
            assert (row.name_key, row.given_key, row.sort_key) == (
                keys.name_key,
                keys.given_key,
                keys.sort_key,
            )
        person = uow.session.get_one(Person, one.person_id)
        assert (person.family_key, person.version) == (keys.family_key, 2)
    entry = last_entry(province, one.person_id)
    assert entry.action == "person.change"
    assert entry.detail["family_name"] == ["رضایی", "تهرانی"]
    assert "birth_date" not in entry.detail
    with Session(province.owner) as session:
        assert session.get_one(Account, one.account_id).display_name == "آذر تهرانی"


def test_a_person_changed_meanwhile_is_a_conflict(province: Province) -> None:
    one = province.employee(province.karaj)
    for version, error in ((1, None), (1, Conflict), (2, None)):
        facts = {**FACTS, "father_name": f"نام {version} {error}"}
        if error is None:
            with province.unit(province.karaj) as uow:
                services.change_person(
                    uow, province.karaj, one.employment_id, facts, version=version
                )
            continue
        with pytest.raises(error), province.unit(province.karaj) as uow:
            services.change_person(uow, province.karaj, one.employment_id, facts, version=version)


def test_nothing_changed_is_no_change(province: Province) -> None:
    one = province.employee(province.karaj)
    stored = {**FACTS, "father_name": "", "sex": "", "marital_status": ""}
    with province.unit(province.karaj) as uow:
        services.change_person(uow, province.karaj, one.employment_id, stored, version=1)
        assert uow.session.get_one(Person, one.person_id).version == 1
    assert last_entry(province, one.person_id) is None


def test_a_birth_date_must_fit_the_oldest_employment(province: Province) -> None:
    one = province.employee(province.karaj)
    with pytest.raises(Invalid) as caught, province.unit(province.karaj) as uow:
        services.change_person(
            uow,
            province.karaj,
            one.employment_id,
            {**FACTS, "birth_date": date(2008, 1, 1)},
            version=1,
        )
    assert list(caught.value.fields) == ["birth_date"]


@pytest.mark.parametrize("why", ["activated", "granted", "another employer"])
def test_contacts_are_the_employees_own_or_the_first_employers(
    province: Province, why: str
) -> None:
    place = province.fardis if why == "another employer" else province.karaj
    one = province.employee(place)
    assert one.account_id is not None
    employment_id = one.employment_id
    if why == "activated":
        with Session(province.owner) as session, session.begin():
            session.get_one(Account, one.account_id).password = "x"
    elif why == "granted":
        province.grant(one.account_id, province.fardis)
    else:
        province.link(one.person_id, province.karaj)
        with province.unit(province.karaj) as uow:
            second = Employment(
                municipality_id=province.karaj.id, person_id=one.person_id, personnel_number="2nd",
                kind="contract", starts_on=date(2000, 1, 1), name_key="", given_key="", sort_key="",
            )  # fmt: skip
            uow.session.add(second)
            uow.session.flush()
            employment_id = second.id
    with pytest.raises(Conflict) as caught, province.unit(province.karaj) as uow:
        services.fill_contacts(uow, province.karaj, employment_id, version=1, mobile="09121111111")
    assert caught.value.code == ("anothers" if why == "another employer" else "own_contacts")


def test_contacts_are_filled_once_and_never_replaced(province: Province) -> None:
    one = province.employee(province.karaj)
    with province.unit(province.karaj) as uow:
        services.fill_contacts(
            uow, province.karaj, one.employment_id, version=1, mobile="09121111111"
        )
    with province.unit(province.karaj) as uow:
        services.fill_contacts(
            uow,
            province.karaj,
            one.employment_id,
            version=2,
            mobile="09122222222",
            email="a@example.ir",
        )
        person = uow.session.get_one(Person, one.person_id)
        assert (person.mobile, person.email) == ("09121111111", "a@example.ir")
    assert last_entry(province, one.person_id).detail == {"email": ["", "a@example.ir"]}


def test_a_foreign_employment_does_not_exist(province: Province, host: PluginHost) -> None:
    one = province.employee(province.fardis)
    karaj = province.karaj
    calls = (
        lambda uow: services.change_person(uow, karaj, one.employment_id, FACTS, version=1),
        lambda uow: services.cancel_end(uow, karaj, one.employment_id, version=1),
        lambda uow: services.set_salary(
            uow, karaj, one.employment_id, version=1, starts_on=TODAY, monthly_base=1
        ),
        lambda uow: services.end_employment(
            uow, host, karaj, one.employment_id, version=1, last_day=TODAY, end_reason="other"
        ),
    )
    for call in calls:
        with pytest.raises(NotFound), province.unit(karaj) as uow:
            call(uow)


def test_kind_and_number_change_with_a_version(province: Province, host: PluginHost) -> None:
    one, other = province.employee(province.karaj), province.employee(province.karaj)
    number = employment_of(province, one).personnel_number
    taken = employment_of(province, other).personnel_number
    start = employment_of(province, one).starts_on
    facts = {"kind": "contract", "personnel_number": number, "starts_on": start}
    with province.unit(province.karaj) as uow:
        services.change_employment(uow, host, province.karaj, one.employment_id, facts, version=1)
    stored = employment_of(province, one)
    assert (stored.kind, stored.version) == ("contract", 2)
    assert last_entry(province, one.person_id).detail == {"kind": ["official", "contract"]}
    with pytest.raises(Conflict), province.unit(province.karaj) as uow:
        services.change_employment(
            uow, host, province.karaj, one.employment_id, {**facts, "kind": "labour"}, version=1
        )
    with pytest.raises(Invalid) as caught, province.unit(province.karaj) as uow:
        services.change_employment(
            uow,
            host,
            province.karaj,
            one.employment_id,
            {**facts, "personnel_number": taken},
            version=2,
        )
    assert list(caught.value.fields) == ["personnel_number"]


def test_a_new_first_day_takes_unit_and_pay_along(province: Province, host: PluginHost) -> None:
    unit = province.org_unit(province.karaj, "عمران")
    data = new_employee(unit_id=unit.id, monthly_base=100, starts_on=date(2020, 3, 20))
    with province.unit(province.karaj) as uow:
        employment, _outcome = services.hire(uow, host, province.karaj, data)
    facts = {
        "kind": "official",
        "personnel_number": data["personnel_number"],
        "starts_on": date(2021, 3, 21),
    }
    with province.unit(province.karaj) as uow:
        services.change_employment(uow, host, province.karaj, employment.id, facts, version=1)
        rows = uow.session.scalars(select(Assignment).filter_by(employment_id=employment.id))
        assert [row.starts_on for row in rows] == [date(2021, 3, 21)]
        paid = uow.session.scalars(select(SalaryFact).filter_by(employment_id=employment.id))
        assert [row.starts_on for row in paid] == [date(2021, 3, 21)]
    with province.unit(province.karaj) as uow:
        services.set_salary(
            uow,
            province.karaj,
            employment.id,
            version=2,
            starts_on=date(2022, 3, 21),
            monthly_base=200,
        )
    late = {**facts, "starts_on": date(2023, 3, 21)}
    with pytest.raises(Invalid) as caught, province.unit(province.karaj) as uow:
        services.change_employment(uow, host, province.karaj, employment.id, late, version=3)
    assert list(caught.value.fields) == ["starts_on"]


def ended(
    province: Province, host: PluginHost, one: Employee, last_day: date, version: int = 1
) -> None:
    with province.unit(province.karaj) as uow:
        services.end_employment(
            uow,
            host,
            province.karaj,
            one.employment_id,
            version=version,
            last_day=last_day,
            end_reason="retired",
            note="حکم ۱۲",
            override="تسویه شد",  # `good` always names a debt
            may_override=True,
        )


def test_an_end_leaves_a_snapshot_and_closes_what_hangs_on_it(
    province: Province, host: PluginHost, told: list
) -> None:
    one = province.employee(province.karaj)
    province.assign(one, province.org_unit(province.karaj, "خدمات شهری"))
    with province.unit(province.karaj) as uow:
        services.set_salary(
            uow,
            province.karaj,
            one.employment_id,
            version=1,
            starts_on=TODAY + timedelta(days=30),
            monthly_base=5,
        )
    ended(province, host, one, YESTERDAY, version=2)
    assert told == [("left", (one.employment_id,))]
    stored = employment_of(province, one)
    assert (stored.ends_on, stored.end_reason, stored.tell_on) == (TODAY, "retired", None)
    assert stored.snapshot["family_name"] == "رضایی"
    assert "mobile" not in stored.snapshot
    with province.unit(province.karaj) as uow:
        rows = uow.session.scalars(select(Assignment).filter_by(employment_id=stored.id))
        assert [row.ends_on for row in rows] == [TODAY]
        assert not uow.session.scalars(select(SalaryFact).filter_by(employment_id=stored.id)).all()
        assert uow.session.get(Person, one.person_id) is None
    entry = last_entry(province, one.person_id)
    assert (entry.action, entry.reason) == ("employment.end", "حکم ۱۲")
    assert entry.detail["dropped_salaries"] == 1


def test_what_is_over_stays_over(province: Province, host: PluginHost) -> None:
    one = province.employee(province.karaj)
    ended(province, host, one, YESTERDAY)
    for last_day, error in ((TODAY, Invalid), (TOMORROW, Invalid)):
        with pytest.raises(error):
            ended(province, host, one, last_day, version=2)
    with pytest.raises(Conflict), province.unit(province.karaj) as uow:
        services.cancel_end(uow, province.karaj, one.employment_id, version=2)
    with pytest.raises(Conflict), province.unit(province.karaj) as uow:
        services.change_person(uow, province.karaj, one.employment_id, FACTS, version=1)
    with pytest.raises(Conflict), province.unit(province.karaj) as uow:
        services.set_salary(
            uow, province.karaj, one.employment_id, version=2, starts_on=YESTERDAY, monthly_base=1
        )
    ended(province, host, one, TODAY - timedelta(days=9), version=2)
    assert employment_of(province, one).ends_on == TODAY - timedelta(days=8)


def test_a_former_employer_never_learns_what_came_later(
    province: Province, host: PluginHost
) -> None:
    one = province.employee(province.karaj)
    province.link(one.person_id, province.fardis)
    with province.unit(province.fardis) as uow:
        second = Employment(
            municipality_id=province.fardis.id,
            person_id=one.person_id,
            personnel_number="F-78",
            kind="contract",
            starts_on=date(2021, 1, 1),
            **NameKeys.of("مریم", "رضایی").for_employment(),
        )
        uow.session.add(second)
    ended(province, host, one, YESTERDAY)
    with province.unit(province.fardis) as uow:
        services.change_person(
            uow, province.fardis, second.id, {**FACTS, "family_name": "نوایی"}, version=1
        )
    ended(province, host, one, TODAY - timedelta(days=5), version=2)
    stored = employment_of(province, one)
    assert stored.snapshot["family_name"] == "رضایی"
    assert stored.name_key == NameKeys.of("مریم", "رضایی").name_key


def test_a_planned_end_keeps_the_snapshot_fresh_and_can_be_taken_back(
    province: Province, host: PluginHost, told: list
) -> None:
    one = province.employee(province.karaj)
    province.assign(one, province.org_unit(province.karaj, "بازرسی"))
    end = TODAY + timedelta(days=20)
    ended(province, host, one, end)
    assert told == []
    assert employment_of(province, one).tell_on == end + timedelta(days=1)
    with province.unit(province.karaj) as uow:
        services.change_person(
            uow, province.karaj, one.employment_id, {**FACTS, "given_name": "مینا"}, version=1
        )
    assert employment_of(province, one).snapshot["given_name"] == "مینا"
    with province.unit(province.karaj) as uow:
        services.cancel_end(uow, province.karaj, one.employment_id, version=2)
        rows = uow.session.scalars(select(Assignment).filter_by(employment_id=one.employment_id))
        assert [row.ends_on for row in rows] == [None]
    stored = employment_of(province, one)
    assert (stored.ends_on, stored.snapshot, stored.tell_on) == (None, None, None)
    with pytest.raises(Conflict), province.unit(province.karaj) as uow:
        services.cancel_end(uow, province.karaj, one.employment_id, version=3)
