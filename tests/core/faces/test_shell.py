"""Menus: only what the viewer can open, the open page marked, no query for them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.shell import Link, with_current
from core.testing.app import client_of
from core.testing.factories import Province


def _marked(links: list[str], path: str) -> list[str]:
    marked = with_current([Link(url, url) for url in links], path)
    return [link.url for link in marked if link.current]


def test_the_longest_beginning_is_the_current_one() -> None:
    links = ["/", "/m/karaj/people/", "/m/karaj/people/new", "/m/karaj/desk/"]
    assert _marked(links, "/m/karaj/people/42") == ["/m/karaj/people/"]
    assert _marked(links, "/m/karaj/people/new") == ["/m/karaj/people/new"]
    assert _marked(links, "/") == ["/"]
    assert _marked(links, "/services") == []
    assert _marked(links, "/m/karaj/peoples/") == []


def _navigation(page: str, css: str) -> list[tuple[str, bool]]:
    """Return (address, is current) of each link in the navigation with that class."""
    nav = re.search(rf'<nav class="{css}".*?</nav>', page, re.DOTALL)
    links = re.findall(r'<a href="([^"]+)"( aria-current="page")?', nav[0]) if nav else []
    return [(url, bool(current)) for url, current in links]


def test_employees_see_the_portal_with_their_services(faces: Flask, province: Province) -> None:
    province.activate(province.karaj, "facing")
    client = client_of(faces, province.employee(province.karaj).token)
    service = f"/m/{province.karaj.code}/facing/"
    main = _navigation(client.get("/").text, "mainnav")
    assert main[0] == ("/", True)
    assert (service, False) in main
    assert (service, True) in _navigation(client.get(service).text, "mainnav")
    tabs = _navigation(client.get("/services").text, "tabbar")
    assert ("/services", True) in tabs
    assert len(tabs) <= 5


def test_a_service_that_is_off_is_in_no_menu(faces: Flask, province: Province) -> None:
    province.activate(province.fardis, "facing")
    client = client_of(faces, province.employee(province.karaj).token)
    assert "/facing/" not in client.get("/").text
    assert "/facing/" not in client.get("/services").text


def test_services_enter_the_desk_of_those_who_may_use_them(
    faces: Flask, province: Province
) -> None:
    province.activate(province.karaj, "facing")
    home, entry = f"/m/{province.karaj.code}/desk/", f"/m/{province.karaj.code}/facing/desk"
    may = client_of(faces, province.officer(province.karaj, "facing.view").token)
    may_not = client_of(faces, province.officer(province.karaj, "people.view").token)
    side = _navigation(may.get(home).text, "sidenav")
    assert (home, True) in side
    assert (entry, False) in side
    assert entry not in may_not.get(home).text


def test_officers_of_the_organisation_switch_between_municipalities(
    faces: Flask, province: Province
) -> None:
    client = client_of(faces, province.officer(province.alborz).token)
    page = client.get(f"/m/{province.karaj.code}/desk/").text
    for place in (province.alborz, province.karaj, province.fardis):
        assert f'href="/m/{place.code}/desk/"' in page
    local = client_of(faces, province.officer(province.karaj).token)
    assert province.fardis.code not in local.get(f"/m/{province.karaj.code}/desk/").text


def _both(faces: Flask, province: Province) -> FlaskClient:
    """The browser of an officer of Karaj who is employed there, too."""
    employee = province.employee(province.karaj)
    assert employee.account_id
    province.grant(employee.account_id, province.karaj)
    return client_of(faces, employee.token)


def _face(page: str) -> set[str]:
    return set(re.findall(r'<a class="face" href="([^"]+)"', page))


def test_officers_who_are_employees_find_both_faces(faces: Flask, province: Province) -> None:
    client, desk = _both(faces, province), f"/m/{province.karaj.code}/desk/"
    assert _face(client.get("/").text) == {desk}
    assert _face(client.get(desk).text) == {"/"}
    assert _face(client.get(f"/m/{province.karaj.code}/people/").text) == {"/"}


def test_whoever_has_one_face_is_shown_no_other(faces: Flask, province: Province) -> None:
    employee = client_of(faces, province.employee(province.karaj).token)
    officer = client_of(faces, province.officer(province.karaj).token)
    assert _face(employee.get("/").text) == set()
    assert _face(officer.get(f"/m/{province.karaj.code}/desk/").text) == set()
    assert not employee.get_cookie("hamyar_face")


def test_who_has_both_begins_where_he_was(faces: Flask, province: Province) -> None:
    client, desk = _both(faces, province), f"/m/{province.karaj.code}/desk/"
    assert client.get("/start").location == desk, "the desk the first time"
    client.get("/requests/")
    assert client.get("/start").location == "/"
    client.get(f"/m/{province.karaj.code}/people/")
    assert client.get("/start").location == desk
    client.get("/help/")
    assert client.get("/start").location == desk, "the help belongs to no side"
    client.set_cookie("hamyar_face", "elsewhere")
    assert client.get("/start").location == desk


@pytest.mark.parametrize("kept", [None, "portal", "desk"])
def test_who_has_one_face_begins_there(faces: Flask, province: Province, kept: str | None) -> None:
    employee = client_of(faces, province.employee(province.karaj).token)
    officer = client_of(faces, province.officer(province.karaj).token)
    for client, home in ((employee, "/"), (officer, f"/m/{province.karaj.code}/desk/")):
        if kept:
            client.set_cookie("hamyar_face", kept)
        assert client.get("/start").location == home


def test_menus_send_no_query(faces: Flask, province: Province, statements: list[str]) -> None:
    province.activate(province.karaj, "facing")
    client = client_of(faces, province.employee(province.karaj).token)
    client.get("/services")
    assert statements == []  # opening the request goes straight through psycopg


def test_absent_and_foreign_municipalities_look_the_same(faces: Flask, province: Province) -> None:
    client = client_of(faces, province.officer(province.karaj).token)

    def body(code: str) -> str:
        page = client.get(f"/m/{code}/desk/", headers={"X-Request-ID": "00000000"})
        assert page.status_code == 404
        text = re.sub(r'name="csrf_token" value="[^"]+"', "", page.text)
        return text.replace(code, "CODE")

    assert body(province.fardis.code) == body("nowhere")


def test_the_theme_is_the_accounts_or_the_cookies(faces: Flask, province: Province) -> None:
    nobody = client_of(faces, None)
    nobody.set_cookie("hamyar_theme", "dark")
    assert 'data-theme="dark"' in nobody.get("/nowhere").text
    nobody.set_cookie("hamyar_theme", '"><script>')
    assert 'data-theme="auto"' in nobody.get("/nowhere").text
    signed_in = client_of(faces, province.employee(province.karaj).token)
    signed_in.set_cookie("hamyar_theme", "dark")
    assert 'data-theme="auto"' in signed_in.get("/").text


def test_error_pages_work_without_the_database(faces: Flask) -> None:
    with faces.test_request_context("/nowhere"):
        from flask import render_template

        page = render_template("errors/error.html", status=503)
    assert "<h1>" in page
    assert "theme" in page
