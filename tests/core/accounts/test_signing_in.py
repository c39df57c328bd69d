"""Signing in and out: names, refusals, sessions, redirects, the audit."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.localization import clock
from core.localization.digits import to_persian
from core.testing.app import client_of, post
from core.testing.factories import Province
from tests.core.accounts.conftest import PASSWORD, Desk, Known

COOKIE = "hamyar"
WRONG = "این گذرواژه درست نیست"


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, **more: str):
    return post(client, "/sign-in", {"name": name, "password": password, **more})


def test_by_national_id_in_any_digits(client: FlaskClient, employee: Known) -> None:
    persian = employee.national_id.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    answer = sign_in(client, persian)
    assert answer.status_code == 303
    assert answer.location == "/start"


def test_by_personnel_number(client: FlaskClient, employee: Known) -> None:
    assert sign_in(client, employee.personnel_number).status_code == 303


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("AB-{}", "ab-{}"),
        ("ab-{}", "AB-{}"),
        ("aB-{}", "Ab-{}"),
        ("AB-{}", " ab - {} "),
        ("الف/{}", "الف/{}"),
    ],
)
def test_letter_case_and_digits_of_a_personnel_number_do_not_matter(
    client: FlaskClient, employee: Known, desk: Desk, kept: str, typed: str
) -> None:
    number = employee.personnel_number
    desk.run(
        "update employment set personnel_number = :n where person_id = :p",
        n=kept.format(number), p=employee.person_id,
    )  # fmt: skip
    assert sign_in(client, typed.format(to_persian(number))).status_code == 303


def test_not_by_an_ambiguous_personnel_number(
    client: FlaskClient, employee: Known, province: Province, desk: Desk
) -> None:
    other = province.employee(province.fardis)
    desk.run(
        "update employment set personnel_number = :n where id = :id",
        n=employee.personnel_number, id=other.employment_id,
    )  # fmt: skip
    assert sign_in(client, employee.personnel_number).status_code == 422


def test_by_email_of_the_account(client: FlaskClient, employee: Known, desk: Desk) -> None:
    address = f"{employee.national_id}@office.ir"
    desk.run("update account set email = :e where id = :id", e=address, id=employee.account_id)
    assert sign_in(client, address.upper()).status_code == 303


def test_digits_of_the_password_may_come_from_another_keyboard(
    client: FlaskClient, employee: Known
) -> None:
    assert sign_in(client, employee.national_id, PASSWORD.replace("7", "۷")).status_code == 303


@pytest.mark.parametrize("state", ["wrong", "unknown", "pending", "closed"])
def test_every_refusal_reads_the_same(
    client: FlaskClient, employee: Known, desk: Desk, state: str
) -> None:
    name, password = employee.national_id, PASSWORD
    if state == "wrong":
        password = "something else 12"
    elif state == "unknown":
        name = "0499370899"
    elif state == "pending":
        desk.run("update account set password = null where id = :id", id=employee.account_id)
    else:
        desk.run("update account set active = false where id = :id", id=employee.account_id)
    answer = sign_in(client, name, password)
    assert answer.status_code == 422
    assert "نام یا گذرواژه درست نیست" in answer.text
    assert password not in answer.text


def test_the_session_gets_another_id(app: Flask, client: FlaskClient, employee: Known) -> None:
    client.get("/sign-in")
    before = client.get_cookie(COOKIE)
    sign_in(client, employee.national_id)
    after = client.get_cookie(COOKIE)
    assert before
    assert after
    assert before.value != after.value
    assert client_of(app, before.value).get("/account/").status_code == 303


def test_a_planted_session_stays_a_stranger(
    app: Flask, client: FlaskClient, employee: Known
) -> None:
    """Who made the victim sign in under a known cookie has nothing of it."""
    attacker = client_of(app, None)
    attacker.get("/sign-in")
    planted = attacker.get_cookie(COOKIE)
    assert planted
    client.set_cookie(COOKIE, planted.value)
    sign_in(client, employee.national_id)
    assert attacker.get("/account/").status_code == 303


def test_sign_out_ends_the_session_on_the_server(
    app: Flask, client: FlaskClient, employee: Known
) -> None:
    sign_in(client, employee.national_id)
    cookie = client.get_cookie(COOKIE)
    assert cookie
    assert client.get("/account/").status_code == 200
    answer = post(client, "/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client_of(app, cookie.value).get("/account/").status_code == 303


def test_sign_out_twice_is_no_error(client: FlaskClient) -> None:
    assert post(client, "/sign-out").status_code == 303


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/requests/", "/requests/"),
        ("/m/karaj/people/?q=%D8%B9", "/m/karaj/people/?q=%D8%B9"),
        ("https://evil.example/", "/start"),
        ("//evil.example/", "/start"),
        ("/\\evil.example", "/start"),
        ("\t//evil.example", "/start"),
        ("javascript:alert(1)", "/start"),
        ("", "/start"),
    ],
)
def test_next_leads_to_this_site_only(
    client: FlaskClient, employee: Known, target: str, location: str
) -> None:
    assert sign_in(client, employee.national_id, next=target).location == location


def test_a_page_for_which_one_must_sign_in_comes_next(client: FlaskClient, employee: Known) -> None:
    asked = client.get("/account/?tab=1")
    assert asked.location == "/sign-in?next=%2Faccount%2F%3Ftab%3D1"
    form = client.get(asked.location)
    assert 'name="next" value="/account/?tab=1"' in form.text


def test_the_last_sign_in_is_shown(client: FlaskClient, employee: Known, app: Flask) -> None:
    sign_in(client, employee.national_id)
    second = client_of(app, None)
    sign_in(second, employee.national_id)
    assert "آخرین ورود شما" in second.get("/account/").text


def test_sign_ins_are_audited(client: FlaskClient, employee: Known, desk: Desk) -> None:
    begin = clock.now()
    sign_in(client, employee.national_id, "not the password")
    sign_in(client, "0499370899", "not the password")
    sign_in(client, employee.national_id)
    rows = desk.rows(
        "select action, subject_id, person_id is not null from audit_entry"
        " where kind = 'sign_in' and at between :begin and :end order by at desc, number desc",
        begin=begin,
        end=clock.now(),
    )
    account = str(employee.account_id)
    assert rows == [
        ("account.sign_in", account, True),
        ("account.sign_in_failed", "", False),
        ("account.sign_in_failed", account, True),
    ]


def test_a_deactivated_account_is_out_at_once(
    client: FlaskClient, employee: Known, desk: Desk
) -> None:
    sign_in(client, employee.national_id)
    desk.run("update account set active = false where id = :id", id=employee.account_id)
    assert client.get("/account/").status_code == 303
