"""Accounts with passwords, and what stands in the outbox."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from core.accounts import passwords
from core.testing.app import client_of
from core.testing.factories import Officer, Province

PASSWORD = "چای سبز با نبات 7"
NEW_PASSWORD = "باران روی پشت‌بام 42"


@dataclass(frozen=True, slots=True)
class Known:
    """An employee whose contacts and password are known to the test."""

    account_id: UUID
    person_id: UUID
    national_id: str
    personnel_number: str
    email: str


class Desk:
    """Looks into the database as its owner, beside every policy."""

    def __init__(self, owner: Engine) -> None:
        self.owner = owner

    def value(self, query: str, **parameters: object) -> object:
        with self.owner.begin() as connection:
            return connection.execute(text(query), parameters).scalar()

    def rows(self, query: str, **parameters: object) -> list[object]:
        with self.owner.begin() as connection:
            return [tuple(row) for row in connection.execute(text(query), parameters)]

    def run(self, query: str, **parameters: object) -> None:
        with self.owner.begin() as connection:
            connection.execute(text(query), parameters)

    def last_code(self, recipient: str) -> str:
        """Return the code in the newest letter to somebody."""
        body = self.value(
            "select body from outgoing where recipient = :to order by id desc limit 1", to=recipient
        )
        found = re.search(r"[۰-۹0-9]{8}", str(body))
        assert found, f"no code in {body!r}"
        return found[0]


@pytest.fixture
def desk(owner_engine: Engine) -> Desk:
    return Desk(owner_engine)


@pytest.fixture
def employee(app: Flask, province: Province, desk: Desk) -> Known:
    """Somebody employed in karaj with an account, a password and a mail address."""
    return make_known(app, province, desk)


@pytest.fixture
def newcomer(app: Flask, province: Province, desk: Desk) -> Known:
    """Somebody employed in karaj without an account."""
    return make_known(app, province, desk, account=False)


def make_known(app: Flask, province: Province, desk: Desk, *, account: bool = True) -> Known:
    made = province.employee(province.karaj, account=account)
    ((national_id, number),) = desk.rows(
        "select p.national_id, e.personnel_number from person p join employment e"
        " on e.person_id = p.id where p.id = :id",
        id=made.person_id,
    )
    email = f"{national_id}@example.ir"
    desk.run("update person set email = :email where id = :id", email=email, id=made.person_id)
    if account:
        with app.app_context():
            hashed = passwords.hashed(PASSWORD)
        desk.run(
            "update account set username = :name, password = :hash where id = :id",
            name=national_id, hash=hashed, id=made.account_id,
        )  # fmt: skip
    account_id = made.account_id or UUID(int=0)
    return Known(account_id, made.person_id, str(national_id), str(number), email)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has used yet."""
    return client_of(app, None)


@pytest.fixture(autouse=True)
def no_throttle(desk: Desk) -> None:
    """Each test begins with unspent limits: all of them come from one address."""
    desk.run("truncate throttle")


@pytest.fixture
def officer(province: Province) -> Officer:
    """Somebody who manages accounts in Karaj."""
    return province.officer(province.karaj, "accounts.manage")


@pytest.fixture
def at_desk(app: Flask, officer: Officer) -> FlaskClient:
    """His browser."""
    return client_of(app, officer.token)


@pytest.fixture
def here(province: Province) -> str:
    """The address of Karaj."""
    return f"/m/{province.karaj.code}"
