"""The pages of the help: public, in the reader's language, found from other pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.assets import Assets
from core.assets.build import ROOT, write_help
from core.assets.manifest import Manifest, write_manifest
from core.testing.app import client_of
from core.testing.factories import Province


@pytest.fixture(scope="module")
def help_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render the help of the tree."""
    target = tmp_path_factory.mktemp("build")
    write_manifest(Manifest(write_help(ROOT / "docs", target)), target)
    return target


@pytest.fixture
def client(app: Flask, help_files: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A stranger on a server with this help."""
    monkeypatch.setitem(app.extensions, "hamyar_assets", Assets("/static", help_files))
    return app.test_client()


def test_all_topics_are_listed_and_open_without_an_account(client: FlaskClient) -> None:
    page = client.get("/help/?lang=fa").text
    assert "راهنمای کارمندان" in page
    found = set(re.findall(r'href="(/help/[^"#?]+)"', page))
    assert {"/help/employees", "/help/employees/sign-in", "/help/officers/import"} <= found
    for address in found:
        answer = client.get(address)
        assert answer.status_code == 200
        for link in set(re.findall(r'href="(/help/[^"#?]*)', answer.text)):
            assert client.get(link).status_code == 200, f"{address} → {link}"


def test_a_topic_is_in_the_language_of_the_reader(client: FlaskClient) -> None:
    assert "<h1>درخواست‌های من</h1>" in client.get("/help/employees/requests?lang=fa").text
    assert "<h1>My requests</h1>" in client.get("/help/employees/requests?lang=en").text


def test_contents_and_neighbours(client: FlaskClient) -> None:
    page = client.get("/help/employees/requests?lang=en").text
    assert '<a href="#taking-it-back">Taking it back</a>' in page
    assert 'id="taking-it-back"' in page
    assert re.search(r'rel="prev" href="/help/employees/sign-in"', page)
    assert re.search(r'rel="next" href="/help/employees/training"', page)
    assert 'rel="prev"' not in client.get("/help/officers").text
    assert 'rel="next"' not in client.get("/help/officers/accounts").text


@pytest.mark.parametrize("name", ["absent", "employees/absent", "officers/README", "officers/"])
def test_an_absent_topic_is_an_absent_page(client: FlaskClient, name: str) -> None:
    assert client.get(f"/help/{name}").status_code == 404


def test_pages_lead_to_the_help_and_to_their_own_topic(
    client: FlaskClient, app: Flask, province: Province
) -> None:
    sign_in = client.get("/sign-in").text
    assert 'href="/help/"' in sign_in
    assert 'href="/help/employees/sign-in"' in sign_in
    mine = client_of(app, province.employee(province.karaj).token).get("/requests/").text
    assert mine.count('href="/help/"') == 2  # account menu and footer
    assert 'href="/help/employees/requests"' in mine
    officer = client_of(app, province.officer(province.karaj, "requests.approve").token)
    assert 'href="/help/officers/inbox"' in officer.get(f"/m/{province.karaj.code}/inbox/").text


def test_without_a_build_the_list_says_so(
    client: FlaskClient, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "hamyar_assets", Assets("/static", tmp_path))
    assert "The help is not installed" in client.get("/help/?lang=en").text
    assert client.get("/help/employees").status_code == 404
