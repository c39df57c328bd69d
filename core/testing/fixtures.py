"""Fixtures of a database, a small province and an application; for core's tests and plugins'.

`core.sdk.testing` offers them to contractors, the project's own ``tests/conftest.py`` to itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine

from core.database import migrate
from core.database.urls import DatabaseUrls, sqlalchemy_url
from core.plugin_host.host import PluginHost
from core.plugin_host.plugin import Source
from core.testing.factories import Province, make_province
from core.testing.postgres import clone_database, drop_database


@pytest.fixture(scope="session")
def session_urls() -> Iterator[DatabaseUrls]:
    """One migrated database for this worker's whole session."""
    urls = clone_database()
    host = PluginHost()
    if any(plugin.source is Source.INSTALLED for plugin in host.loaded()):
        migrate.upgrade(urls, host)  # the template holds the bundled plugins only
    yield urls
    drop_database(urls)


@pytest.fixture(scope="session")
def owner_engine(session_urls: DatabaseUrls) -> Iterator[Engine]:
    """An engine of the owner role: sees every row, bypasses no constraint."""
    assert session_urls.owner
    engine = create_engine(sqlalchemy_url(session_urls.owner))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def engine(session_urls: DatabaseUrls) -> Iterator[Engine]:
    """An engine of the app role, under row-level security as in production."""
    engine = create_engine(sqlalchemy_url(session_urls.app), pool_size=20, max_overflow=40)
    yield engine
    engine.dispose()


@pytest.fixture
def province(owner_engine: Engine, engine: Engine) -> Province:
    """A fresh organisation with the municipalities karaj and fardis (codes get a suffix)."""
    return make_province(owner_engine, engine)


@pytest.fixture(scope="session")
def app(session_urls: DatabaseUrls) -> Iterator[Flask]:
    """The application on this worker's database."""
    from core.database.extension import db
    from core.testing.app import make_app

    app = make_app(session_urls)
    yield app
    with app.app_context():
        db.engine.dispose()
