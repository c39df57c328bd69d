"""An application on a test database, and clients that are signed in."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.config import Settings
from core.database.urls import DatabaseUrls
from core.plugin_host.host import PluginHost

SECRET = "only for tests, and long enough for a key"


def make_app(
    urls: DatabaseUrls, home: Path | None = None, *, host: PluginHost | None = None
) -> Flask:
    """Return the application as in production, but on ``urls`` and with plain cookies.

    ``host`` replaces the installed plugins by others.
    """
    from core.app import create_app

    settings = Settings(
        home=home or Path(tempfile.mkdtemp(prefix="hamyar-app-")),
        env="test",
        database_url=urls.app,
        owner_url=urls.owner,
        given_secret_key=SECRET,
        strict_plugins=True,
    )
    return create_app(settings, host=host, TESTING=True)


def client_of(app: Flask, token: str | None) -> FlaskClient:
    """Return a client whose cookie is the session ``token`` (None: nobody)."""
    client = app.test_client()
    if token:
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], token)
    return client


def csrf_of(client: FlaskClient) -> str:
    """Return the CSRF token of the client's session, read from a page that everybody can open."""
    found = re.search('name="csrf_token" value="([^"]+)"', client.get("/verify/").text)
    assert found, "the page has no form"
    return found[1]


def hidden_of(page: str, name: str) -> str:
    """Return the value of a hidden field of a page, as the browser would send it."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found, f"the page has no field {name}"
    return found[1]


def post(
    client: FlaskClient, url: str, data: Mapping[str, Any] | None = None, **options: Any
) -> TestResponse:
    """Send a form as the page with this session would."""
    return client.post(url, data={"csrf_token": csrf_of(client), **(data or {})}, **options)
