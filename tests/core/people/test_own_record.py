"""The portal's pages about oneself: record, family, who saw my data, whom to ask."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from core.audit.services import record
from core.database.extension import db
from core.localization import clock
from core.municipalities.models import Municipality
from core.people import services
from core.people.models import Dependant, Employment, Person
from core.people.names import NameKeys
from core.people.services import record_reveal
from core.plugin_host.host import PluginHost
from core.testing.app import client_of
from core.testing.factories import Employee, Province
from core.testing.queries import count_queries

PAGES = ("/me/", "/me/family", "/me/seen", "/me/contact")
SHEBA = "IR820540102680020817909002"


def read(app: Flask, one: Employee, page: str) -> str:
    answer = client_of(app, one.token).get(page)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.fixture
def maryam(province: Province) -> Employee:
    """An employee of Karaj with a unit, pay, contacts and a child."""
    one = province.employee(province.karaj)
    province.assign(one, province.org_unit(province.karaj, "ادارهٔ درآمد"))
    with province.unit(province.karaj) as uow:
        person = uow.session.get_one(Person, one.person_id)
        person.mobile, person.sheba = "09127654321", SHEBA
        services.set_salary(
            uow,
            province.karaj,
            one.employment_id,
            version=1,
            starts_on=date(2026, 1, 1),
            monthly_base=123_454_321,
        )
        uow.session.add(
            Dependant(
                person_id=one.person_id,
                relation="daughter",
                given_name="باران",
                family_name="محمدی",
                national_id="0084575948",
                birth_date=date(2016, 1, 1),
                starts_on=date(2016, 1, 1),
            )
        )
    return one


def test_my_record_shows_what_hr_has_and_hides_what_is_sensitive(
    app: Flask, maryam: Employee
) -> None:
    body = read(app, maryam, "/me/")
    for text in ("مریم رضایی", "شهرداری کرج", "ادارهٔ درآمد", "رسمی", "از سوابق کارگزینی"):
        assert text in body
    hidden = (SHEBA, "09127654321", "۱۲۳٬۴۵۴٬۳۲۱")
    assert not [value for value in hidden if value in body]
    in_full = read(app, maryam, "/me/?show=all")
    assert [value for value in hidden if value in in_full] == list(hidden)


def test_my_past_employments_stay_on_my_record(
    app: Flask, province: Province, maryam: Employee, host: PluginHost
) -> None:
    province.link(maryam.person_id, province.fardis)
    with province.unit(province.fardis) as uow:
        employment = Employment(
            municipality_id=province.fardis.id,
            person_id=maryam.person_id,
            personnel_number="F-OLD",
            kind="hourly",
            starts_on=date(2010, 1, 1),
            **NameKeys.of("مریم", "رضایی").for_employment(),
        )
        uow.session.add(employment)
        uow.session.flush()
        services.end_employment(
            uow,
            host,
            province.fardis,
            employment.id,
            version=1,
            last_day=date(2014, 1, 1),
            end_reason="resigned",
        )
    body = read(app, maryam, "/me/")
    assert body.index("شهرداری کرج") < body.index("شهرداری فردیس")
    assert "F-OLD" in body


def test_my_family(app: Flask, maryam: Employee) -> None:
    body = read(app, maryam, "/me/family")
    assert "باران محمدی" in body
    assert "0084575948" not in body
    assert "0084575948" in read(app, maryam, "/me/family?show=all")


def test_nobody_else_is_on_my_pages(app: Flask, province: Province, maryam: Employee) -> None:
    other = province.employee(province.karaj, "پروانه", "دیگری")
    for page in PAGES:
        body = read(app, other, page)
        assert "باران" not in body
        assert "مریم" not in body


def test_who_saw_my_data_in_plain_words(app: Flask, province: Province, maryam: Employee) -> None:
    with province.unit(province.karaj) as uow:
        record_reveal(
            uow,
            province.karaj,
            employment_id=maryam.employment_id,
            person_id=maryam.person_id,
            fields={"mobile", "national_id"},
        )
    body = read(app, maryam, "/me/seen")
    assert "اطلاعات پوشیدهٔ شما دیده شد" in body
    assert "تلفن همراه، کد ملی" in body
    assert "سامانه" in body
    assert "حقوق شما ثبت شد" in body
    assert "123454321" not in body
    other = province.employee(province.karaj, "پروانه", "دیگری")
    assert "اطلاعات پوشیدهٔ شما دیده شد" not in read(app, other, "/me/seen")


def test_what_i_do_myself_is_called_so(app: Flask, province: Province, maryam: Employee) -> None:
    from core.database.scope import Scope
    from core.database.unit_of_work import Actor, open_unit

    me = Actor("مریم رضایی", account_id=maryam.account_id, person_id=maryam.person_id)
    with open_unit(Scope.of(province.karaj.id), me, engine=province.engine) as uow:
        record_reveal(
            uow,
            province.karaj,
            employment_id=maryam.employment_id,
            person_id=maryam.person_id,
            fields={"mobile"},
        )
    assert "خود شما" in read(app, maryam, "/me/seen")


def test_the_history_has_pages(app: Flask, province: Province, maryam: Employee) -> None:
    for _i in range(25):
        with province.unit(province.karaj) as uow:
            record_reveal(
                uow,
                province.karaj,
                employment_id=maryam.employment_id,
                person_id=maryam.person_id,
                fields={"sheba"},
            )
    first = read(app, maryam, "/me/seen")
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link
    second = read(app, maryam, link[1].replace("&amp;", "&"))
    assert first.count("<time") == 20
    assert second.count("<time") == 6


def test_a_former_employee_still_sees_who_did_what(
    app: Flask, province: Province, maryam: Employee, host: PluginHost
) -> None:
    with province.unit(province.karaj) as uow:
        services.end_employment(
            uow,
            host,
            province.karaj,
            maryam.employment_id,
            version=2,
            last_day=clock.today() - timedelta(days=1),
            end_reason="retired",
        )
    assert "پایان استخدام شما ثبت شد" in read(app, maryam, "/me/seen")
    assert "کارمند پیشین" in read(app, maryam, "/me/")
    assert "شما اکنون در شهرداری‌ای شاغل نیستید" in read(app, maryam, "/me/contact")


def test_whom_to_ask(app: Flask, province: Province, maryam: Employee) -> None:
    with Session(province.owner) as session, session.begin():
        town = session.get_one(Municipality, province.karaj.id)
        town.hr_name, town.hr_phone, town.hr_email = "آقای نوری", "02634567890", "hr@karaj.example"
    body = read(app, maryam, "/me/contact")
    for text in ("آقای نوری", "tel:02634567890", "mailto:hr@karaj.example", "سازمان همیاری"):
        assert text in body


def test_an_account_without_a_person_is_told_so(app: Flask, province: Province) -> None:
    client = client_of(app, province.officer(province.karaj).token)
    for page in PAGES[:3]:
        answer = client.get(page)
        assert answer.status_code == 200
        assert "حساب شما به کارمندی تعلق ندارد" in answer.get_data(as_text=True)


def test_strangers_are_sent_to_sign_in(app: Flask) -> None:
    for page in PAGES:
        answer = client_of(app, None).get(page)
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in")


def test_my_pages_need_few_statements(app: Flask, maryam: Employee) -> None:
    with app.app_context():
        engine = db.engine
    for page in PAGES:
        with count_queries(engine) as statements:
            read(app, maryam, page)
        assert len(statements) <= 7, statements


def test_my_pages_are_read_in_english(app: Flask, maryam: Employee) -> None:
    for page in PAGES:
        assert '<html lang="en"' in read(app, maryam, f"{page}?lang=en")


def test_contacts_and_bank_account_change_by_request(app: Flask, maryam: Employee) -> None:
    body = read(app, maryam, "/me/")
    client = client_of(app, maryam.token)
    for kind in ("people.contact_change", "people.sheba_change"):
        address = f"/requests/new/{kind}"
        assert address in body
        assert client.get(address).status_code == 200


def test_acts_of_a_plugin_and_on_requests_are_called_what_they_are(
    app: Flask, province: Province, maryam: Employee
) -> None:
    acts = {
        "training.enrolment.confirm": {"kind": "x", "name": "y"},
        "request.returned": {"reference": "KRJ-1405-7", "type": "contact", "kind": "z"},
        "document.issue": {"kind": "certificate"},
    }
    with province.unit(province.karaj) as uow:
        for action, detail in acts.items():
            record(
                uow,
                action,
                municipality_id=province.karaj.id,
                subject_type="x",
                subject_id="1",
                person_id=maryam.person_id,
                detail=detail,
            )
    body = read(app, maryam, "/me/seen")
    assert "آموزش: ثبت یا تغییر اطلاعات شما" in body
    assert "درخواست KRJ-1405-7 شما برای اصلاح برگردانده شد" in body
    assert "سندی به نام شما صادر شد" in body
    assert "نوع استخدام" not in body
