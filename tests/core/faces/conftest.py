"""An application with one dummy service that appears wherever services may."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from core.database.extension import db
from core.database.urls import DatabaseUrls
from core.testing.app import make_app
from tests.testdummy.facing import plugin
from tests.testdummy.hosts import host_of


@pytest.fixture(scope="session")
def faces(session_urls: DatabaseUrls) -> Iterator[Flask]:
    """The application whose only service is the dummy ``facing``."""
    app = make_app(session_urls, host=host_of("facing"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def no_tasks() -> Iterator[None]:
    """Begin and end without tasks of the dummy."""
    plugin.tasks.clear()
    yield
    plugin.tasks.clear()


@pytest.fixture
def statements(faces: Flask) -> Iterator[list[str]]:
    """What pages read while the test runs, without the session's own short transactions."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "account_session" not in statement and "set_config" not in statement:
            sent.append(statement)

    with faces.app_context():
        engine: Engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)
