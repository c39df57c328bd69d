"""One-time codes: activation, forgotten passwords, slips, races, and what a stranger learns."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from core.accounts import activation, codes, throttling
from core.accounts.models import Account
from core.accounts.throttling import Try
from core.database.scope import EMPTY
from core.database.unit_of_work import open_unit
from core.errors import Invalid
from core.localization import clock
from core.testing.app import client_of, post
from core.testing.factories import Province
from tests.core.accounts.conftest import NEW_PASSWORD, PASSWORD, Desk, Known


def ask(client: FlaskClient, name: str, way: str = "activate", **more: str) -> str:
    answer = post(client, f"/{way}", {"name": name, "municipality": "", **more})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def choose(client: FlaskClient, code: str, way: str = "activate", password: str = NEW_PASSWORD):
    data = {"code": code, "password": password, "again": password}
    return post(client, f"/{way}/code", data)


def slip_for(app: Flask, account_id: object) -> str:
    with app.app_context(), open_unit(EMPTY) as uow:
        return codes.issue(uow, uow.session.get_one(Account, account_id), codes.SLIP)


def sign_in(client: FlaskClient, name: str, password: str) -> int:
    return post(client, "/sign-in", {"name": name, "password": password}).status_code


def test_a_newcomer_activates_by_mail(
    app: Flask, client: FlaskClient, newcomer: Known, desk: Desk
) -> None:
    assert ask(client, newcomer.national_id) == "/activate/code?sent=1"
    answer = choose(client, desk.last_code(newcomer.email))
    assert (answer.status_code, answer.location) == (303, "/start")
    assert client.get("/account/").status_code == 200
    assert sign_in(client_of(app, None), newcomer.national_id, NEW_PASSWORD) == 303
    (name, keys) = desk.rows(
        "select display_name, name_key <> '' and sort_key <> '' from account where person_id = :p",
        p=newcomer.person_id,
    )[0]  # type: ignore[misc]
    assert (name, keys) == ("مریم رضایی", True)


def test_by_personnel_number_and_municipality(
    client: FlaskClient, newcomer: Known, province: Province, desk: Desk
) -> None:
    twin = province.employee(province.fardis, account=False)
    desk.run(
        "update employment set personnel_number = :n where id = :id",
        n=newcomer.personnel_number, id=twin.employment_id,
    )  # fmt: skip
    ask(client, newcomer.personnel_number)
    assert desk.value("select count(*) from outgoing where recipient = :e", e=newcomer.email) == 0
    ask(client, newcomer.personnel_number, municipality=province.karaj.code)
    assert choose(client, desk.last_code(newcomer.email)).status_code == 303


@pytest.mark.parametrize("typed", ["T00{}", "t00{}", " t 00{} "])
def test_capitals_in_a_personnel_number_do_not_matter(
    client: FlaskClient, newcomer: Known, province: Province, desk: Desk, typed: str
) -> None:
    number = newcomer.personnel_number
    desk.run(
        "update employment set personnel_number = :n where person_id = :p",
        n=f"T00{number}", p=newcomer.person_id,
    )  # fmt: skip
    ask(client, typed.format(number), municipality=province.karaj.code)
    assert choose(client, desk.last_code(newcomer.email)).status_code == 303


def test_a_mobile_gets_an_sms(client: FlaskClient, newcomer: Known, desk: Desk) -> None:
    number = f"0912{newcomer.national_id[:7]}"
    desk.run("update person set mobile = :m where id = :p", m=number, p=newcomer.person_id)
    ask(client, newcomer.national_id)
    channel = desk.value("select channel from outgoing where recipient = :m", m=number)
    assert channel == "sms"


def test_a_forgotten_password(app: Flask, client: FlaskClient, employee: Known, desk: Desk) -> None:
    before = client_of(app, None)
    assert sign_in(before, employee.national_id, PASSWORD) == 303
    ask(client, employee.national_id, "forgot")
    assert choose(client, desk.last_code(employee.email), "forgot").status_code == 303
    assert before.get("/account/").status_code == 303, "older sessions ended"
    assert sign_in(client_of(app, None), employee.national_id, PASSWORD) == 422
    subjects = desk.rows("select subject from outgoing where recipient = :e", e=employee.email)
    assert ("گذرواژهٔ شما تغییر کرد",) in subjects


def test_a_forgotten_password_without_mail_needs_a_slip(
    app: Flask, client: FlaskClient, employee: Known, desk: Desk
) -> None:
    desk.run("update person set email = '' where id = :p", p=employee.person_id)
    count = desk.value("select count(*) from outgoing")
    assert ask(client, employee.national_id, "forgot") == "/forgot/code?sent=1"
    assert desk.value("select count(*) from outgoing") == count
    slip = slip_for(app, employee.account_id)
    assert ask(client, employee.national_id, "forgot", action="slip") == "/forgot/code?sent=0"
    typed = "-".join([slip[:4], slip[4:8], slip[8:]]).lower()
    assert choose(client, typed, "forgot").status_code == 303


def test_a_slip_works_once_and_for_14_days(
    app: Flask, client: FlaskClient, employee: Known
) -> None:
    slip = slip_for(app, employee.account_id)
    with clock.frozen(clock.now() + timedelta(days=14, minutes=1)):
        late = client_of(app, None)
        ask(late, employee.national_id, action="slip")
        assert choose(late, slip).status_code == 422
    ask(client, employee.national_id, action="slip")
    assert choose(client, slip).status_code == 303
    second = client_of(app, None)
    ask(second, employee.national_id, action="slip")
    assert choose(second, slip).status_code == 422


def test_a_new_slip_makes_the_old_one_worthless(
    app: Flask, client: FlaskClient, employee: Known
) -> None:
    old, new = slip_for(app, employee.account_id), slip_for(app, employee.account_id)
    ask(client, employee.national_id, action="slip")
    assert choose(client, old).status_code == 422
    assert choose(client, new).status_code == 303


def test_a_message_code_lives_for_ten_minutes(
    app: Flask, client: FlaskClient, newcomer: Known, desk: Desk
) -> None:
    ask(client, newcomer.national_id)
    code = desk.last_code(newcomer.email)
    with clock.frozen(clock.now() + timedelta(minutes=10, seconds=1)):
        assert choose(client, code).status_code == 422


def test_a_typing_mistake_in_the_password_costs_no_attempt(
    client: FlaskClient, newcomer: Known, desk: Desk
) -> None:
    ask(client, newcomer.national_id)
    code = desk.last_code(newcomer.email)
    for _each in range(activation.MISSES.most + 1):
        assert choose(client, code, password="short").status_code == 422
    assert choose(client, code).status_code == 303


def test_the_owners_id_is_no_password(client: FlaskClient, newcomer: Known, desk: Desk) -> None:
    ask(client, newcomer.national_id)
    code = desk.last_code(newcomer.email)
    answer = choose(client, code, password=f"my id {newcomer.national_id}")
    assert answer.status_code == 422
    assert "کد ملی خود را در گذرواژه نیاورید" in answer.text


def test_two_at_once_use_a_code_once(
    app: Flask, engine: Engine, employee: Known, desk: Desk
) -> None:
    slip = slip_for(app, employee.account_id)
    barrier, outcomes = threading.Barrier(8), []

    def redeem() -> None:
        with app.app_context():
            try:
                with open_unit(EMPTY, engine=engine) as uow:
                    barrier.wait()
                    activation.choose_password(uow, employee.account_id, slip, NEW_PASSWORD)
                outcomes.append("done")
            except Invalid:
                outcomes.append("refused")

    threads = [threading.Thread(target=redeem) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", *["refused"] * 7]


@pytest.mark.parametrize("who", ["known", "unknown", "closed", "left", "without_contact"])
def test_a_stranger_learns_nothing(
    client: FlaskClient, newcomer: Known, employee: Known, desk: Desk, who: str
) -> None:
    name = newcomer.national_id if who in ("left", "without_contact") else employee.national_id
    if who == "unknown":
        name = "0499370899"
    elif who == "closed":
        desk.run("update account set active = false where id = :id", id=employee.account_id)
    elif who == "left":
        desk.run(
            "update employment set ends_on = '2020-01-01' where person_id = :p",
            p=newcomer.person_id,
        )
    elif who == "without_contact":
        desk.run("update person set email = '' where id = :p", p=newcomer.person_id)
    assert ask(client, name) == "/activate/code?sent=1"
    answer = choose(client, "000000")
    assert answer.status_code == 422
    assert "کد نادرست است" in answer.text
    shown = client.get("/activate/code?sent=1").text
    assert name not in shown
    assert employee.email not in shown


def test_who_left_gets_no_account(client: FlaskClient, newcomer: Known, desk: Desk) -> None:
    desk.run(
        "update employment set ends_on = '2020-01-01' where person_id = :p", p=newcomer.person_id
    )
    ask(client, newcomer.national_id)
    count = desk.value("select count(*) from account where person_id = :p", p=newcomer.person_id)
    assert count == 0


def test_nothing_of_the_work_on_nobody_stays(client: FlaskClient, desk: Desk) -> None:
    counts = "select (select count(*) from account), (select count(*) from one_time_code)"
    before = desk.rows(counts)
    ask(client, "0499370899")
    assert desk.rows(counts) == before


def test_the_code_is_stored_as_a_hash_only(
    client: FlaskClient, newcomer: Known, desk: Desk
) -> None:
    ask(client, newcomer.national_id)
    code = desk.last_code(newcomer.email)
    stored = desk.rows("select encode(code_hash, 'escape') from one_time_code")
    assert not [row for row in stored if code in str(row)]


def test_the_second_step_needs_the_first(client: FlaskClient) -> None:
    assert client.get("/activate/code").location == "/activate"


def test_an_account_follows_its_person(newcomer: Known, client: FlaskClient, desk: Desk) -> None:
    ask(client, newcomer.national_id)
    desk.run(
        "update person set family_name = 'کریمی', name_key = 'کریمیمریم', sort_key = 'K'"
        " where id = :p",
        p=newcomer.person_id,
    )
    rows = desk.rows(
        "select display_name, name_key, sort_key from account where person_id = :p",
        p=newcomer.person_id,
    )
    assert rows == [("مریم کریمی", "کریمیمریم", "K")]


def asked_from(client: FlaskClient, name: str, address: str, action: str = "message") -> int:
    data = {"name": name, "municipality": "", "action": action}
    return post(
        client, "/forgot", data, environ_base={"REMOTE_ADDR": address}
    ).status_code  # fmt: skip


def test_a_stranger_cannot_keep_the_owner_from_a_code_or_a_slip(
    client: FlaskClient, employee: Known
) -> None:
    stranger, owner = "192.0.2.66", "192.0.2.77"
    for _each in range(activation.CODES_PER_PAIR.most):
        assert asked_from(client, employee.national_id, stranger) == 303
    assert asked_from(client, employee.national_id, stranger) == 429
    assert asked_from(client, employee.national_id, owner) == 303
    assert asked_from(client, employee.national_id, stranger, "slip") == 303


def test_slips_do_not_spend_what_messages_need(client: FlaskClient, employee: Known) -> None:
    for _each in range(activation.CODES_PER_PAIR_DAY.most + 1):
        assert asked_from(client, employee.national_id, "192.0.2.77", "slip") == 303
    assert asked_from(client, employee.national_id, "192.0.2.77") == 303


def test_many_addresses_together_reach_the_limit_of_the_name(
    app: Flask, client: FlaskClient, employee: Known
) -> None:
    who = employee.national_id
    with app.app_context():
        for _each in range(activation.CODES_PER_NAME.most):
            throttling.spend([Try(activation.CODES_PER_NAME, who)])
    assert asked_from(client, who, "192.0.2.88") == 429
