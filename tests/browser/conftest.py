"""A live server and Chromium, for story tests of every slice.

`visitor.open(path, token)` gives a Playwright page on the worker's own database (fixture
`province` makes people and their session tokens). At the end of a test nothing may have been
logged, refused or fetched from elsewhere. `demo` is the same on a database with the invented
province of `hamyar demo`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from core.database.extension import db
from core.demo.accounts import PASSWORD
from core.testing.app import make_app, post
from core.testing.postgres import clone_database, drop_database
from tests.browser.chromium import ARGUMENTS, Visitor, executable
from tests.browser.world import build


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the worker's whole session."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(ARGUMENTS))
        yield browser
        browser.close()


class _Quiet(WSGIRequestHandler):
    """Keeps connections open between requests and logs none of them."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve ``app`` from threads on a free port of the loopback; yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def site(app: Flask) -> Iterator[str]:
    """The address of a server on the worker's database."""
    with serving(app) as url:
        yield url


@pytest.fixture
def visitor(browser: Browser, site: str, app: Flask) -> Iterator[Visitor]:
    """Opens pages; fails the test if one of them did what no page may do."""
    found = Visitor(browser, site, app)
    yield found
    found.close()
    assert found.faults == []


@pytest.fixture(scope="session")
def gallery_site() -> Iterator[tuple[str, Flask]]:
    """A server that shows every component with sample data."""
    from tests.core.assets.gallery import create_app

    app = create_app()
    with serving(app) as url:
        yield url, app


@pytest.fixture
def gallery(browser: Browser, gallery_site: tuple[str, Flask]) -> Iterator[Visitor]:
    """Opens pages of the gallery of components."""
    found = Visitor(browser, *gallery_site)
    yield found
    found.close()
    assert found.faults == []


@pytest.fixture(scope="session")
def demo_app() -> Iterator[Flask]:
    """The application on a database of its own with the small demonstration."""
    urls = clone_database()
    app = make_app(urls)
    build(app)
    yield app
    with app.app_context():
        db.engine.dispose()
    drop_database(urls)


@pytest.fixture(scope="session")
def demo_site(demo_app: Flask) -> Iterator[str]:
    """The address of a server on the demonstration."""
    with serving(demo_app) as url:
        yield url


@pytest.fixture(scope="session")
def demo_token(demo_app: Flask) -> Callable[[str], str]:
    """Sign a demonstration account in; return its session's token, the same each time."""

    @cache
    def token(username: str) -> str:
        client = demo_app.test_client()
        answer = post(client, "/sign-in", {"name": username, "password": PASSWORD})
        assert answer.status_code == 303
        cookie = client.get_cookie(demo_app.config["SESSION_COOKIE_NAME"])
        assert cookie
        return cookie.value

    return token


@pytest.fixture
def demo(browser: Browser, demo_site: str, demo_app: Flask) -> Iterator[Visitor]:
    """Opens pages of the demonstration."""
    found = Visitor(browser, demo_site, demo_app)
    yield found
    found.close()
    assert found.faults == []
