"""The demonstration as a target: one province, and the identifiers that stand in it."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text
from werkzeug.routing import AnyConverter, Rule

from core.database.base import Base, TableClass
from core.database.extension import db
from core.database.urls import sqlalchemy_url
from core.demo.filling import fill
from core.demo.province import Size
from core.localization import clock
from core.testing.app import client_of, csrf_of, make_app
from core.testing.postgres import clone_database, drop_database

HOME, FOREIGN, ABSENT = "karaj", "fardis", "atlantis"
TABLES = {
    "job": "background_job",
    "grant": "role_grant",
    "mapping": "import_mapping",
    "unit": "org_unit",
}
"""Tables of arguments that are not named like them."""
WORDS = {
    "filename": "offline.html",
    "type_name": "people.contact_change",
    "service": "training",
    "name": "training",
    "topic": "officers/import",
}
"""Values of arguments that name no row of a municipality."""
CODES = {
    "reference": ("select reference from request where municipality_id = :m", "HM-1400-99999"),
    "code": ("select code from issued_document where municipality_id = :m", "ABCD-EFGH-JKLM-NPQR"),
}
"""Text that identifies a row: how to find one, and one that is nobody's."""


@dataclass(frozen=True)
class Target:
    """The application on a filled database, with a look at all rows."""

    app: Flask
    owner: Engine

    def place_id(self, code: str) -> UUID:
        found = self._first("select id from municipality where code = :m", m=code)
        assert isinstance(found, UUID)
        return found

    def token(self, username: str) -> str:
        """Return the cookie of a new session of a demo account."""
        token, now = secrets.token_urlsafe(16), clock.now()
        with self.owner.begin() as connection:
            connection.execute(
                text(
                    "insert into account_session (id, token_hash, account_id, data, created_at,"
                    " seen_at, expires_at) select gen_random_uuid(), :hash, a.id,"
                    " jsonb_build_object('_hamyar_account', a.id), :now, :now, :end"
                    " from account a where a.username = :name"
                ),
                {
                    "hash": hashlib.sha256(token.encode()).digest(), "name": username,
                    "now": now, "end": now + timedelta(hours=12),
                },
            )  # fmt: skip
        return token

    def visitor(self, username: str | None) -> Visitor:
        return Visitor(client_of(self.app, self.token(username) if username else None))

    def values(self, rule: Rule, place: str) -> dict[str, object] | None:
        """Return arguments of a rule that name rows of a place; None if one has no such row."""
        found: dict[str, object] = {"municipality": place}
        for name in rule.arguments - {"municipality"}:
            value = word_of(rule, name) or self._value(name, place)
            if value is None:
                return None
            found[name] = value
        return found

    def nobodys(self, rule: Rule, place: str) -> dict[str, object]:
        """Return arguments of the same form that name nothing."""
        random = {name: CODES[name][1] if name in CODES else uuid4() for name in rule.arguments}
        words = {name: word for name in rule.arguments if (word := word_of(rule, name))}
        return {**random, **words, "municipality": place}

    def _value(self, name: str, place: str) -> object | None:
        municipality = self.place_id(place)
        if name in CODES:
            return self._first(CODES[name][0], m=municipality)
        table = table_of(name)
        if table == "account":
            return self._first(
                "select a.id from account a join employment e on e.person_id = a.person_id"
                " where e.municipality_id = :m and not exists (select from role_grant g"
                " where g.account_id = a.id)",
                m=municipality,
            )
        if table == "dependant":
            return self._first(
                "select d.id from dependant d join employment e on e.person_id = d.person_id"
                " where e.municipality_id = :m",
                m=municipality,
            )
        if "municipality_id" in Base.metadata.tables[table].c:
            return self._first(f"select id from {table} where municipality_id = :m", m=municipality)
        return self._first(f"select id from {table}")

    def _first(self, query: str, **parameters: object) -> object | None:
        with self.owner.connect() as connection:
            return connection.execute(text(f"{query} limit 1"), parameters).scalar()


class Visitor:
    """A browser that sends what its session's forms would."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._csrf = csrf_of(client)

    def ask(self, method: str, url: str) -> tuple[int, str]:
        """Return status and body; without what differs from answer to answer."""
        data = {"csrf_token": self._csrf} if method != "GET" else None
        with self.client.open(url, method=method, data=data) as answer:
            return answer.status_code, plain(answer.text, url)


def plain(body: str, url: str) -> str:
    """Return a page without tokens, ids of requests, and the address asked for."""
    for part in sorted(re.split(r"[/?&=]", url), key=len, reverse=True):
        if len(part) > 3:
            body = body.replace(part, "…")
    body = re.sub(r'name="(csrf_token|idempotency_key)" value="[^"]*"', "", body)
    return re.sub(r'<bdi dir="ltr">[0-9a-f]{32}</bdi>', "", body)


def word_of(rule: Rule, name: str) -> str | None:
    """Return a value for an argument that names no row: one of a fixed few, or of `WORDS`."""
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return WORDS.get(name)


def table_of(argument: str) -> str:
    """Return the table whose rows an argument ``<x>_id`` names."""
    stem = argument.removesuffix("_id")
    names = [TABLES.get(stem, stem)]
    found = [
        table
        for table in Base.metadata.tables
        if table in names or (table.endswith(f"_{stem}") and not table.startswith("account_"))
    ]
    found = [t for t in found if t in names] or found
    if argument == "session_id":
        found = ["account_session"]
    assert len(found) == 1, f"{argument}: which table of {found}? Say so in TABLES or WORDS"
    return found[0]


def class_of(table: str) -> TableClass:
    """Return how a table is isolated."""
    for mapper in Base.registry.mappers:
        if mapper.local_table.name == table:  # type: ignore[attr-defined]
            found: TableClass = mapper.class_.table_class
            return found
    raise LookupError(table)


def rules(app: Flask) -> list[Rule]:
    """Return all rules but the one of static files, which has no view of ours."""
    return sorted((r for r in app.url_map.iter_rules() if r.endpoint != "static"), key=str)


def methods_of(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def address(app: Flask, rule: Rule, values: dict[str, object]) -> str:
    known = {name: value for name, value in values.items() if name in rule.arguments}
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(rule.endpoint, known, method=None)
    return str(built)


@pytest.fixture(scope="session")
def target() -> Iterator[Target]:
    urls = clone_database()
    assert urls.owner
    app = make_app(urls)
    owner = create_engine(sqlalchemy_url(urls.owner))
    assert fill(app, Size.SMALL, 11)
    yield Target(app, owner)
    owner.dispose()
    with app.app_context():
        db.engine.dispose()
    drop_database(urls)
