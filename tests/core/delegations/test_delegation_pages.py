"""Story: a manager goes on leave, a delegate decides in his name, and the audit shows both."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from core.localization import clock
from core.requests.models import Request
from core.testing.app import client_of, post
from core.testing.factories import Employee, Officer, Province
from tests.core.delegations.conftest import site
from tests.core.requests.inbox import asking_on, book, decide, listed, maryam, url
from tests.core.requests.pages import words

__all__ = ["asking_on", "book", "maryam", "site"]


def address(province: Province, rest: str = "") -> str:
    return f"/m/{province.karaj.code}/delegations/{rest}"


def username(owner: Engine, account: object) -> str:
    with owner.begin() as connection:
        return connection.scalar(text("select username from account where id = :a"), {"a": account})


@pytest.fixture
def manager(province: Province) -> Officer:
    return province.officer(province.karaj, "asking.review", name="Reza Karimi")


@pytest.fixture
def delegate(province: Province) -> Employee:
    return province.employee(province.karaj, "Zahra", "Moradi")


def give(
    client: FlaskClient, province: Province, account: object, owner: Engine, **more: object
) -> TestResponse:
    today = clock.today()
    data = {
        "who": username(owner, account),
        "starts_on": str(today),
        "last_day": str(today + timedelta(days=6)),
        "reason": "Annual leave",
        **more,
    }
    return post(client, address(province, "give"), data)


def in_english(client: FlaskClient) -> FlaskClient:
    client.set_cookie("hamyar_lang", "en")
    return client


def test_on_leave_a_delegate_decides_and_the_audit_shows_both(
    site: Flask,
    province: Province,
    owner_engine: Engine,
    book: Request,
    manager: Officer,
    delegate: Employee,
    maryam: Employee,
) -> None:
    boss, deputy = client_of(site, manager.token), client_of(site, delegate.token)
    assert deputy.get(url(province)).status_code == 403
    answer = give(boss, province, delegate.account_id, owner_engine)
    assert answer.status_code == 303
    page = boss.get(address(province))
    assert "Zahra Moradi" in page.text
    assert "Annual leave" in page.text
    told = deputy.get("/messages/").text
    assert "Reza Karimi" in told
    assert listed(deputy, url(province)) == [book.reference]
    assert "Reza Karimi" in deputy.get(url(province)).text
    assert listed(deputy, url(province, "?state=others")) == [book.reference]
    shown = deputy.get(url(province, book.reference))
    assert "Reza Karimi" in shown.text
    assert decide(deputy, url(province, book.reference), "approve").status_code == 303
    timeline = words(client_of(site, maryam.token).get(f"/requests/{book.reference}").text)
    assert re.search(r"Zahra Moradi\W.{0,20}Reza Karimi", timeline), timeline
    auditor = client_of(site, province.officer(province.karaj, "audit.view").token)
    log = auditor.get(f"/m/{province.karaj.code}/audit/?action=request.approved").text
    (row,) = [one for one in log.split("<tr>") if "Zahra Moradi" in one]
    assert "request.approved" in row
    assert "Reza Karimi" in row
    seen = words(client_of(site, maryam.token).get("/me/seen").text)
    assert re.search(r"Zahra Moradi\W.{0,20}Reza Karimi", seen)


def test_the_manager_ends_it_and_the_inbox_closes(
    site: Flask,
    province: Province,
    owner_engine: Engine,
    book: Request,
    manager: Officer,
    delegate: Employee,
) -> None:
    boss, deputy = client_of(site, manager.token), client_of(site, delegate.token)
    give(boss, province, delegate.account_id, owner_engine)
    found = re.search(r"delegations/([0-9a-f-]{36})/end", boss.get(address(province)).text)
    assert found
    stranger = client_of(site, province.officer(province.karaj, "asking.review").token)
    assert found[1] not in stranger.get(address(province)).text
    assert post(stranger, address(province, f"{found[1]}/end")).status_code == 404
    assert post(boss, address(province, f"{found[1]}/end")).status_code == 303
    assert deputy.get(url(province)).status_code == 403
    assert "/end" not in boss.get(address(province)).text
    assert "Reza Karimi" in deputy.get("/messages/").text


def test_who_sees_the_rights_sees_all_delegations(
    site: Flask, province: Province, owner_engine: Engine, manager: Officer, delegate: Employee
) -> None:
    give(client_of(site, manager.token), province, delegate.account_id, owner_engine)
    viewer = client_of(site, province.officer(province.karaj, "roles.view").token)
    assert "Zahra Moradi" in viewer.get(address(province)).text
    assert "/end" not in viewer.get(address(province)).text
    chief = client_of(site, province.officer(province.karaj, "roles.manage").token)
    assert "/end" in chief.get(address(province)).text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("who", "nobody-of-this-name", "No employee or officer of this municipality"),
        ("last_day", "1390/01/01", ""),
        ("permissions", "asking.approve", "Choose one of the answers"),
    ],
)
def test_mistakes_are_named_at_the_field(
    site: Flask,
    province: Province,
    owner_engine: Engine,
    manager: Officer,
    delegate: Employee,
    field: str,
    value: str,
    said: str,
) -> None:
    boss = in_english(client_of(site, manager.token))
    more = {field: value}
    answer = give(boss, province, delegate.account_id, owner_engine, **more)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text or f'id="{field}' in answer.text
    assert said in answer.text
    assert "Annual leave" in answer.text


def test_a_longer_leave_than_a_year_is_refused(
    site: Flask, province: Province, owner_engine: Engine, manager: Officer, delegate: Employee
) -> None:
    boss = client_of(site, manager.token)
    last = str(clock.today() + timedelta(days=400))
    assert give(boss, province, delegate.account_id, owner_engine, last_day=last).status_code == 422


def test_back_and_forth_and_twice_are_refused_with_words(
    site: Flask, province: Province, owner_engine: Engine, manager: Officer
) -> None:
    other = province.officer(province.karaj, "asking.review", name="Other")
    boss, back = client_of(site, manager.token), client_of(site, other.token)
    assert give(boss, province, other.account_id, owner_engine).status_code == 303
    assert give(boss, province, other.account_id, owner_engine).status_code == 422
    assert give(back, province, manager.account_id, owner_engine).status_code == 422
    assert give(boss, province, manager.account_id, owner_engine).status_code == 422


def test_employees_and_strangers_have_no_such_page(
    site: Flask, province: Province, owner_engine: Engine, maryam: Employee, delegate: Employee
) -> None:
    client = client_of(site, maryam.token)
    assert client.get(address(province)).status_code == 403
    assert client.get(address(province, "give")).status_code == 403
    assert give(client, province, delegate.account_id, owner_engine).status_code == 403
    foreign = client_of(site, province.officer(province.fardis).token)
    assert foreign.get(address(province)).status_code == 404


def test_people_of_other_places_cannot_be_named(
    site: Flask, province: Province, owner_engine: Engine, manager: Officer
) -> None:
    stranger = province.employee(province.fardis)
    boss = client_of(site, manager.token)
    assert give(boss, province, stranger.account_id, owner_engine).status_code == 422
