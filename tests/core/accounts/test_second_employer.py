"""An account of somebody with two employers: only the first of them manages it."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.database.keys import new_id
from core.testing.app import client_of, post
from core.testing.factories import Province
from tests.core.accounts.conftest import Desk


def employment_of(desk: Desk, person_id: UUID) -> UUID:
    found = desk.value("select id from employment where person_id = :p", p=person_id)
    assert isinstance(found, UUID)
    return found


def hire_too(desk: Desk, person_id: UUID, place_id: UUID, starts_on: str = "2001-01-01") -> None:
    """Add a later employment, said to have begun earlier."""
    desk.run(
        "insert into employment (municipality_id, id, person_id, personnel_number, kind, starts_on,"
        " name_key, given_key, sort_key) select :m, :id, :p, 'second', kind, :day,"
        " name_key, given_key, sort_key from employment where person_id = :p limit 1",
        m=place_id, id=new_id(), p=person_id, day=starts_on,
    )  # fmt: skip


@pytest.mark.parametrize("act", ["access", "close", "reopen", "sign-out", "access/confirm"])
def test_a_second_employer_cannot_take_an_account_over(
    app: Flask, at_desk: FlaskClient, here: str, province: Province, desk: Desk, act: str
) -> None:
    someone = province.employee(province.fardis)
    hire_too(desk, someone.person_id, province.karaj.id)
    page = f"{here}/accounts/{someone.account_id}"
    assert post(at_desk, f"{page}/{act}", {"reason": "Because"}).status_code == 403
    assert client_of(app, someone.token).get("/account/").status_code == 200
    assert desk.value("select count(*) from one_time_code where account_id = :a",
                      a=someone.account_id) == 0  # fmt: skip


def test_a_second_employer_sees_no_sessions_and_whom_to_ask(
    app: Flask, at_desk: FlaskClient, here: str, province: Province, desk: Desk
) -> None:
    someone = province.employee(province.fardis)
    hire_too(desk, someone.person_id, province.karaj.id)
    page = at_desk.get(f"{here}/accounts/{someone.account_id}").text
    assert "شهرداری دیگری استخدام شده" in page
    assert "دستگاه‌های وارد شده" not in page
    assert "دستگاه ناشناخته" not in page
    first = client_of(app, province.officer(province.fardis, "accounts.view").token)
    url = f"/m/{province.fardis.code}/accounts/{someone.account_id}"
    assert "دستگاه ناشناخته" in first.get(url).text


@pytest.mark.parametrize("act", ["access", "close", "sign-out"])
def test_the_first_employer_and_the_organisation_keep_managing(
    app: Flask, here: str, province: Province, desk: Desk, act: str
) -> None:
    someone = province.employee(province.fardis)
    hire_too(desk, someone.person_id, province.karaj.id)
    for place, base in ((province.fardis, f"/m/{province.fardis.code}"), (province.alborz, here)):
        client = client_of(app, province.officer(place, "accounts.manage").token)
        answer = post(client, f"{base}/accounts/{someone.account_id}/{act}", {"reason": "Because"})
        assert answer.status_code in (200, 303), place.code
        desk.run("update account set active = true where id = :a", a=someone.account_id)


def test_the_second_employer_manages_when_the_first_employment_is_over(
    at_desk: FlaskClient, here: str, province: Province, desk: Desk
) -> None:
    someone = province.employee(province.fardis)
    hire_too(desk, someone.person_id, province.karaj.id)
    desk.run("update employment set ends_on = '2020-01-01' where id = :e", e=someone.employment_id)
    page = f"{here}/accounts/{someone.account_id}"
    assert post(at_desk, f"{page}/sign-out").status_code == 303


def test_a_second_employer_prints_no_slip_for_who_has_not_signed_in_yet(
    at_desk: FlaskClient, here: str, province: Province, desk: Desk
) -> None:
    someone = province.employee(province.fardis, account=False)
    hire_too(desk, someone.person_id, province.karaj.id)
    ids = desk.rows("select id from employment where municipality_id = :m and person_id = :p",
                    m=province.karaj.id, p=someone.person_id)  # fmt: skip
    answer = post(at_desk, f"{here}/accounts/slips/print", {"ids": [str(ids[0][0])]})  # type: ignore[index]
    assert answer.status_code == 422
