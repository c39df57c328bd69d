"""How a request's transaction begins."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.accounts.request_state import RequestState, open_state
from core.database.extension import db
from core.database.urls import DatabaseUrls, parts
from core.plugin_host.gate import Location
from core.testing.app import make_app
from core.testing.factories import Employee, Province
from core.testing.postgres import clone_database, drop_database, server


@pytest.fixture
def own_urls() -> Iterator[DatabaseUrls]:
    """A database whose connections no other test holds."""
    urls = clone_database()
    yield urls
    drop_database(urls)


def test_connections_that_died_are_replaced(own_urls: DatabaseUrls) -> None:
    """After a restart or a failover the first request already works."""
    app = make_app(own_urls)
    client = app.test_client()
    assert client.get("/nothing").status_code == 404
    with psycopg.connect(server().admin or "", autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s",
            [parts(own_urls.app)["dbname"]],
        )
    assert client.get("/nothing").status_code == 404
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("read_only", [True, False])
def test_reading_requests_cannot_write(app: Flask, province: Province, read_only: bool) -> None:
    officer = province.officer(province.karaj)
    with app.app_context():
        state = open_state(
            db.engine,
            officer.token,
            Location(province.karaj.code),
            read_only=read_only,
            origin="test",
        )
        insert = text(
            "insert into post (municipality_id, id, title, title_key)"
            " values (:place, gen_random_uuid(), 't', 't')"
        )
        try:
            if read_only:
                with pytest.raises(DBAPIError, match="read-only"):
                    state.unit.session.execute(insert, {"place": province.karaj.id})
            else:
                state.unit.session.execute(insert, {"place": province.karaj.id})
        finally:
            state.unit.session.close()


def test_who_where_and_what(app: Flask, province: Province) -> None:
    employee = province.employee(province.karaj)
    province.activate(province.karaj, "training")
    with app.app_context():
        here = opened(employee, province.karaj.code)
        assert here.viewer.person_id == employee.person_id
        assert here.place.code == province.karaj.code
        assert here.is_member()
        assert here.services_in(here.place) == {"training": "on"}
        assert not opened(employee, province.fardis.code).is_member()


def opened(employee: Employee, code: str) -> RequestState:
    state = open_state(db.engine, employee.token, Location(code), read_only=True, origin="test")
    state.unit.session.close()
    return state
