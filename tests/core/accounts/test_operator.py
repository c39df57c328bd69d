"""``hamyar init`` and ``hamyar accounts`` on databases of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from flask import Flask

import core.app
from core.cli import hamyar
from core.config import OperatorError
from core.database.extension import db
from core.database.urls import DatabaseUrls
from core.testing.app import SECRET, client_of, make_app, post
from core.testing.postgres import clone_database, drop_database

PASSWORD = "یک گذرواژهٔ آرام 7"
INIT = [
    "init", "--code", "alborz", "--name-fa", "سازمان همیاری البرز", "--name-en", "Alborz",
    "--province", "البرز", "--municipalities", "alborz", "--admin", "Narges",
    "--admin-name", "نرگس حسینی", "--admin-email", "narges@office.ir", "--password-stdin",
]  # fmt: skip


@pytest.fixture
def urls(monkeypatch: pytest.MonkeyPatch) -> Iterator[DatabaseUrls]:
    """A database of its own; the applications on it give their connections back."""
    apps: list[Flask] = []
    create = core.app.create_app

    def noted(*args: Any, **options: Any) -> Flask:
        apps.append(create(*args, **options))
        return apps[-1]

    monkeypatch.setattr(core.app, "create_app", noted)
    found = clone_database()
    yield found
    for app in apps:
        with app.app_context():
            db.engine.dispose()
    drop_database(found)


class Terminal:
    """Runs commands as an operator's shell would, on one database."""

    def __init__(self, urls: DatabaseUrls, home: Path) -> None:
        self.urls = urls
        self.environment = {
            "HAMYAR_HOME": str(home),
            "HAMYAR_ENV": "test",
            "HAMYAR_DATABASE_URL": urls.app,
            "HAMYAR_OWNER_URL": urls.owner,
            "HAMYAR_SECRET_KEY": SECRET,
        }

    def run(self, *arguments: str, stdin: str = "") -> Result:
        return CliRunner().invoke(hamyar, arguments, input=stdin, env=self.environment)

    def refused(self, *arguments: str, stdin: str = "") -> str:
        result = self.run(*arguments, stdin=stdin)
        assert isinstance(result.exception, OperatorError), result.output
        return str(result.exception)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.urls.owner or "") as connection:
            return connection.execute(query).fetchall()

    def signs_in(self, name: str, password: str) -> bool:
        client = client_of(make_app(self.urls), None)
        return post(client, "/sign-in", {"name": name, "password": password}).status_code == 303


@pytest.fixture
def terminal(urls: DatabaseUrls, tmp_path: Path) -> Terminal:
    return Terminal(urls, tmp_path)


@pytest.fixture
def ready(terminal: Terminal) -> Terminal:
    result = terminal.run(*INIT, stdin=f"{PASSWORD}\n")
    assert result.exit_code == 0, (result.output, result.exception)
    return terminal


def test_the_first_run(ready: Terminal) -> None:
    assert ready.rows("select count(*) from municipality") == [(18,)]
    assert ready.rows("select name_fa from municipality where code = 'alborz'") == [
        ("سازمان همیاری البرز",)
    ]
    assert ("core.hr_officer",) in ready.rows("select name from role")
    grants = ready.rows(
        "select a.username, r.name, m.code from role_grant g join account a on a.id ="
        " g.account_id join role r on r.id = g.role_id join municipality m on m.id ="
        " g.municipality_id"
    )
    assert grants == [("narges", "core.administrator", "alborz")]
    assert ready.signs_in("narges@office.ir", PASSWORD)
    client = client_of(make_app(ready.urls), None)
    post(client, "/sign-in", {"name": "narges", "password": PASSWORD})
    assert client.get("/m/karaj/accounts/").status_code == 200
    assert ready.rows("select count(*) > 0 from audit_entry where origin = 'cli'") == [(True,)]


def test_not_twice(ready: Terminal) -> None:
    said = ready.refused(*INIT, stdin=f"{PASSWORD}\n")
    assert "in use already" in said
    assert ready.rows("select count(*) from account") == [(1,)]


def test_a_weak_password_leaves_the_database_empty(terminal: Terminal) -> None:
    assert "characters" in terminal.refused(*INIT, stdin="short\n")
    assert terminal.rows("select count(*) from municipality") == [(0,)]
    assert terminal.run(*INIT, stdin=f"{PASSWORD}\n").exit_code == 0, "and it can be repeated"


def test_without_municipalities(terminal: Terminal) -> None:
    arguments = ["none" if word == "alborz" and before == "--municipalities" else word
                 for before, word in zip(["", *INIT], INIT, strict=False)]  # fmt: skip
    assert terminal.run(*arguments, stdin=f"{PASSWORD}\n").exit_code == 0
    assert terminal.rows("select kind from municipality") == [("organisation",)]


def test_a_script_is_never_asked(terminal: Terminal) -> None:
    assert terminal.refused("init", "--password-stdin", stdin=f"{PASSWORD}\n") == (
        "--code is missing"
    )
    assert terminal.refused(*INIT[:-1]) == "--password-stdin is missing"


def test_creating_granting_and_resetting(ready: Terminal) -> None:
    created = ready.run(
        "accounts", "create", "s.ahmadi", "--name", "سارا احمدی", "--municipality", "karaj"
    )
    assert created.exit_code == 0, created.exception
    code = re.search(r"[A-Z0-9-]{14}", created.output)
    assert code
    assert ready.run("accounts", "grant", "s.ahmadi", "core.hr_officer", "--municipality",
                     "karaj", "--until", "1420/01/01").exit_code == 0  # fmt: skip
    assert ready.rows("select ends_on::text from role_grant where ends_on is not null") == [
        ("2041-03-21",)
    ]
    again = ready.run("accounts", "reset", "s.ahmadi", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert again.output.strip() == "the password is set"
    assert ready.signs_in("s.ahmadi", PASSWORD)
    assert "one-time code" in ready.run("accounts", "reset", "s.ahmadi").output


def test_mistakes_are_one_line(ready: Terminal) -> None:
    mistakes = [
        (["create", "1", "--name", "x"], "user name"),
        (["create", "narges", "--name", "x"], "Somebody else"),
        (["create", "good", "--name", "x", "--municipality", "no"], "'no'"),
        (["reset", "nobody"], "no open account"),
        (["grant", "narges", "nothing"], "core.hr_officer"),
        (["grant", "narges", "core.auditor", "--until", "soon"], "not a date"),
    ]
    for arguments, said in mistakes:
        assert said in ready.refused("accounts", *arguments), arguments
