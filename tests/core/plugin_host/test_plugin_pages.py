"""The page of plugins: for the organisation's eyes, with reasons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.database.extension import db
from core.database.urls import DatabaseUrls
from core.plugin_host.host import PluginHost
from core.testing.app import client_of, make_app
from core.testing.factories import Province

NAMES = ("lending", "raising", "misversioned", "malformed", "registering", "committing")


@pytest.fixture(scope="module")
def site(session_urls: DatabaseUrls) -> Iterator[Flask]:
    bundled = [f"tests.testdummy.{name}.plugin" for name in NAMES]
    app = make_app(session_urls, host=PluginHost([*bundled, "plugins.loans.plugin"], ()))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def admin(site: Flask, province: Province) -> FlaskClient:
    return client_of(site, province.officer(province.alborz).token)


def url(province: Province, rest: str = "?lang=en") -> str:
    return f"/m/{province.alborz.code}/plugins/{rest}"


def test_every_state_is_shown_with_its_reason(province: Province, admin: FlaskClient) -> None:
    page = admin.get(url(province)).text
    for name in (*NAMES, "loans"):
        assert f"/plugins/{name}" in page
    assert "another major version" in page
    assert "this plugin always fails" in page
    assert "Not yet available" in page
    # Uninstalled here, but its tables stand in the database.
    assert "Not installed any more" in page


def test_one_plugin_with_its_permissions_hooks_and_traceback(
    province: Province, admin: FlaskClient
) -> None:
    page = admin.get(url(province, "lending?lang=en")).text
    for words in ("lending.manage", "hamyar_service_blockers", "security@example.org", "1.0"):
        assert words in page
    broken = admin.get(url(province, "raising?lang=en")).text
    assert "Traceback (most recent call last)" in broken
    assert admin.get(url(province, "nobody")).status_code == 404


def test_failed_hooks_are_listed_without_what_they_quote(
    province: Province, admin: FlaskClient
) -> None:
    province.activate(province.karaj, "malformed")
    assert admin.get(f"/m/{province.karaj.code}/desk/").status_code == 200
    page = admin.get(url(province)).text
    assert "hamyar_navigation" in page
    assert "A dictionary" not in page


def test_a_blueprint_that_cannot_be_registered_leaves_the_site_alive(
    province: Province, admin: FlaskClient
) -> None:
    province.activate(province.karaj, "registering")
    assert "mounting its pages" in admin.get(url(province)).text
    assert admin.get(f"/m/{province.karaj.code}/registering/").status_code == 404


def test_it_is_the_organisations_page(site: Flask, province: Province, admin: FlaskClient) -> None:
    assert admin.get(f"/m/{province.karaj.code}/plugins/").status_code == 404
    officer = client_of(site, province.officer(province.alborz, "services.manage").token)
    assert officer.get(url(province)).status_code == 403
    own = client_of(site, province.officer(province.karaj).token)
    for place in (province.karaj, province.alborz):
        assert own.get(f"/m/{place.code}/plugins/").status_code == 404
