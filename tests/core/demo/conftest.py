"""A small invented province, filled once for all tests of the demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from core.database.extension import db
from core.demo.filling import fill
from core.demo.province import Size
from core.localization import clock
from core.testing.app import make_app
from core.testing.postgres import clone_database, drop_database

SEED = 7
DAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def filled_app() -> Iterator[Flask]:
    """Yield an application on a database of its own, filled on a fixed day."""
    urls = clone_database()
    app = make_app(urls)
    with clock.frozen(DAY):
        assert fill(app, Size.SMALL, SEED)
    yield app
    with app.app_context():
        db.engine.dispose()
    drop_database(urls)


@pytest.fixture(autouse=True)
def that_day() -> Iterator[None]:
    """Let each test stand on the day of the demonstration, and none after it."""
    with clock.frozen(DAY):
        yield


@pytest.fixture(scope="session")
def demo() -> Iterator[Flask]:
    """The application on the small demonstration."""
    yield from filled_app()


@pytest.fixture(scope="session")
def again() -> Iterator[Flask]:
    """The same a second time."""
    yield from filled_app()
