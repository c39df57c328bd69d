"""``/health``: open to everyone, without session and personal data, honest about faults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from core.database.extension import db
from core.database.urls import DatabaseUrls, sqlalchemy_url
from core.operations import findings, health
from core.plugin_host.answers import Answer
from core.plugin_host.host import PluginHost
from core.sdk import HealthReport, HealthStatus
from core.testing.app import make_app
from core.testing.factories import Province, make_province
from core.testing.postgres import clone_database, drop_database


@pytest.fixture(scope="module")
def urls() -> Iterator[DatabaseUrls]:
    """A database that knows none of the plugins other tests switched on: all can be well."""
    urls = clone_database()
    yield urls
    drop_database(urls)


@pytest.fixture(scope="module")
def owner_engine(urls: DatabaseUrls) -> Iterator[Engine]:
    assert urls.owner
    engine = create_engine(sqlalchemy_url(urls.owner))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def app(urls: DatabaseUrls) -> Iterator[Flask]:
    app = make_app(urls)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def province(app: Flask, owner_engine: Engine) -> Province:
    with app.app_context():
        return make_province(owner_engine, db.engine)


@pytest.fixture
def worker(owner_engine: Engine) -> None:
    with owner_engine.begin() as connection:
        connection.execute(text("delete from procrastinate_workers"))
        connection.execute(text("insert into procrastinate_workers default values"))


def ask(app: Flask) -> tuple[int, dict[str, Any]]:
    answer = app.test_client().get("/health")
    assert "Set-Cookie" not in answer.headers
    return answer.status_code, answer.get_json()


def status_of(found: dict[str, Any], name: str) -> str:
    return str(next(one["status"] for one in found["checks"] if one["name"] == name))


def test_all_is_well(app: Flask, worker: None) -> None:
    status, found = ask(app)
    assert (status, found["status"]) == (200, "ok"), found
    assert {one["name"] for one in found["checks"]} == {"database", "tables", "queue"}
    assert {one["name"] for one in found["plugins"]} >= {"training", "loans"}


def test_only_the_machine_itself_is_told_details(app: Flask, worker: None) -> None:
    answer = app.test_client().get("/health", environ_base={"REMOTE_ADDR": "203.0.113.5"})
    assert set(answer.get_json()) == {"status"}


def test_no_person_and_no_municipality_is_named(app: Flask, province: Province) -> None:
    employee = province.employee(province.karaj, "قناری", "نمونه")
    body = app.test_client().get("/health").get_data(as_text=True)
    for value in ("قناری", str(employee.person_id), province.karaj.code, province.karaj.name_fa):
        assert value not in body


def test_without_a_worker_it_is_degraded(app: Flask, owner_engine: Engine) -> None:
    with owner_engine.begin() as connection:
        connection.execute(
            text("update procrastinate_workers set last_heartbeat = now() - interval '2 minutes'")
        )
    status, found = ask(app)
    assert (status, found["status"]) == (200, "degraded")
    assert status_of(found, "queue") == "degraded"


def test_tables_of_another_version_are_down(
    app: Flask, worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "_heads", lambda: frozenset({"9999"}))
    status, found = ask(app)
    assert (status, found["status"]) == (503, "down")
    assert status_of(found, "tables") == "down"


def test_a_database_that_is_gone_is_down(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_arguments: object, **_more: object) -> None:
        raise OperationalError("select 1", {}, Exception("secret"))

    monkeypatch.setattr(health, "open_unit", gone)
    status, found = ask(app)
    assert (status, found["status"], found["plugins"]) == (503, "down", [])
    assert "secret" not in str(found)


def test_a_plugin_that_reports_trouble_only_degrades(
    app: Flask, worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    host: PluginHost = app.extensions["hamyar_plugins"]
    said = HealthReport("printer", HealthStatus.DOWN, "no paper")
    monkeypatch.setattr(host.hooks, "health", lambda *, uow: (Answer("training", said),))
    status, found = ask(app)
    assert (status, found["status"]) == (200, "degraded")
    [training] = [one for one in found["plugins"] if one["name"] == "training"]
    assert training["reports"] == [{"name": "printer", "status": "down", "detail": "no paper"}]


def test_a_quarantined_plugin_is_shown_with_its_reason(app: Flask, worker: None) -> None:
    host = PluginHost(bundled=["tests.testdummy.misversioned.plugin"], entry_points=[])
    with app.app_context():
        found = health.report(host)
    [plugin] = found["plugins"]
    assert (plugin["state"], plugin["status"]) == ("quarantined", "degraded")
    assert "another major version" in plugin["reason"]
    assert found["status"] == "degraded"
