"""The matrix, the switch in two clicks, settings and history, the gate: over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from core.database.extension import db
from core.database.urls import DatabaseUrls
from core.plugin_host.host import PluginHost
from core.sdk import Blocker, Figure
from core.testing.app import client_of, hidden_of, make_app, post
from core.testing.factories import Province
from tests.testdummy.hosts import host_of
from tests.testdummy.lending import plugin

DUMMIES = ("lending", "raising", "misversioned")


@pytest.fixture(scope="module")
def site(session_urls: DatabaseUrls) -> Iterator[Flask]:
    """The application with dummies and one announced service."""
    bundled = [f"tests.testdummy.{name}.plugin" for name in DUMMIES]
    app = make_app(session_urls, host=PluginHost([*bundled, "plugins.loans.plugin"], ()))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def admin(site: Flask, province: Province) -> FlaskClient:
    return client_of(site, province.officer(province.alborz).token)


@pytest.fixture
def employee(site: Flask, province: Province) -> FlaskClient:
    return client_of(site, province.employee(province.karaj).token)


def url(province: Province, rest: str = "", place: Any = None) -> str:
    return f"/m/{(place or province.karaj).code}/services/{rest}"


def switch(client: FlaskClient, province: Province, state: str, **data: Any) -> Any:
    """Take the two clicks: open the page behind the cell, press the button."""
    address = url(province, "lending/switch")
    page = client.get(address)
    assert page.status_code == 200, page.text
    form = {"version": hidden_of(page.text, "version"), "new_state": state, **data}
    return post(client, address, form)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# The gate


ADDRESSES = [
    ("get", "lending/", 200),
    ("get", "lending", 308),
    ("post", "lending/", 405),
    ("get", "lending/orders/", 405),
    ("delete", "lending/desk/", 405),
    ("get", "/lending//", 308),
    ("get", "LENDING/", 404),
    ("get", "%6Cending/", 200),
    ("get", "lending/no-such-page", 404),
]


@pytest.mark.parametrize("state", [None, "off"])
@pytest.mark.parametrize(("method", "rest", "_open"), ADDRESSES)
def test_a_service_that_is_off_looks_like_one_that_never_was(
    province: Province, admin: FlaskClient, state: str | None, method: str, rest: str, _open: int
) -> None:
    if state:
        province.activate(province.karaj, "lending", state)
    answers = [
        getattr(admin, method)(f"/m/{province.karaj.code}/{address}")
        for address in (rest, rest.replace("ending", "iquids"), "never/heard/of/it")
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({same(answer) for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.keys())) for answer in answers}) == 1


@pytest.mark.parametrize("state", ["on", "closing"])
@pytest.mark.parametrize(("method", "rest", "status"), ADDRESSES)
def test_a_service_that_is_on_or_closing_answers(
    province: Province, admin: FlaskClient, state: str, method: str, rest: str, status: int
) -> None:
    province.activate(province.karaj, "lending", state)
    answer = getattr(admin, method)(f"/m/{province.karaj.code}/{rest}")
    assert answer.status_code in (status, 400 if method != "get" else status)


def same(answer: Any) -> str:
    """What is left of an answer without the numbers of this request and its own address."""
    body = re.sub(r"[0-9a-f]{32}", "", answer.text)
    return re.sub(r'(name="(?:csrf_token|next)" value|href)="[^"]*"', "", body)


def test_the_neighbours_keep_their_service(
    province: Province, admin: FlaskClient, employee: FlaskClient
) -> None:
    for place in (province.karaj, province.fardis):
        province.activate(place, "lending")
    switch(admin, province, "off")
    assert employee.get(f"/m/{province.karaj.code}/lending/").status_code == 404
    assert admin.get(f"/m/{province.fardis.code}/lending/").text == "shelves"


# The matrix


def test_two_clicks_and_it_acts_on_the_next_request(
    province: Province, admin: FlaskClient, employee: FlaskClient
) -> None:
    service = f"/m/{province.karaj.code}/lending/"
    assert employee.get(service).status_code == 404
    matrix = admin.get(url(province, place=province.alborz))
    assert url(province, "lending/switch") in matrix.text
    done = switch(admin, province, "on")
    assert (done.status_code, done.location) == (303, url(province, place=province.alborz))
    assert employee.get(service).text == "shelves"
    assert "Lending desk" in admin.get(f"/m/{province.karaj.code}/desk/").text
    switch(admin, province, "off")
    assert employee.get(service).status_code == 404
    assert "Lending desk" not in admin.get(f"/m/{province.karaj.code}/desk/").text


def test_the_organisation_sees_all_municipalities(province: Province, admin: FlaskClient) -> None:
    page = words(admin.get(url(province, place=province.alborz)).text)
    for place in (province.alborz, province.karaj, province.fardis):
        assert place.name_fa in page


def test_a_municipality_sees_its_own_row(site: Flask, province: Province) -> None:
    officer = client_of(site, province.officer(province.karaj, "services.manage").token)
    page = officer.get(url(province))
    assert page.status_code == 200
    assert province.fardis.name_fa not in page.text
    assert officer.get(url(province, place=province.alborz)).status_code == 404
    assert officer.get(url(province, place=province.fardis)).status_code == 404
    assert switch(officer, province, "on").location == url(province)


def test_seeing_is_not_switching(site: Flask, province: Province) -> None:
    officer = client_of(site, province.officer(province.karaj, "services.view").token)
    page = officer.get(url(province))
    assert "/lending/switch" not in page.text
    assert officer.get(url(province, "lending/")).status_code == 200
    assert officer.get(url(province, "lending/switch")).status_code == 403
    assert post(officer, url(province, "lending/switch"), {"new_state": "on"}).status_code == 403
    assert post(officer, url(province, "lending/settings"), {"places": "1"}).status_code == 403


def test_employees_see_neither(province: Province, employee: FlaskClient) -> None:
    for rest in ("", "lending/", "lending/switch"):
        assert employee.get(url(province, rest)).status_code == 403


def test_what_cannot_be_switched_says_why(province: Province, admin: FlaskClient) -> None:
    page = admin.get(url(province, "?lang=en"))
    assert "Not yet available" in page.text
    assert page.text.count("Out of order") == 2
    for service in ("loans", "misversioned", "raising"):
        assert f"/services/{service}/switch" not in page.text
        assert admin.get(url(province, f"{service}/")).status_code == 200
        answer = post(
            admin, url(province, f"{service}/switch"), {"new_state": "on", "version": "0"}
        )
        assert answer.status_code == 409
    assert admin.get(url(province, "nowhere/")).status_code == 404


def test_restricted_services_are_the_organisations(
    session_urls: DatabaseUrls, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin, "MANIFEST", plugin.RESTRICTED)
    site = make_app(session_urls, host=host_of("lending"))
    own = client_of(site, province.officer(province.karaj, "services.manage").token)
    assert "/lending/switch" not in own.get(url(province)).text
    assert own.get(url(province, "lending/switch")).status_code == 403
    both = client_of(site, province.officer(province.alborz, "services.manage").token)
    assert switch(both, province, "on").status_code == 303
    with site.app_context():
        db.engine.dispose()


# Blockers and reasons


def test_blockers_stand_on_the_page_and_hold_the_switch(
    province: Province, admin: FlaskClient
) -> None:
    switch(admin, province, "on")
    plugin.standing.append(Blocker("lent", "37 things are lent", 37, href="/m/karaj/lending/desk/"))
    assert "37 things are lent" in admin.get(url(province, "lending/switch")).text
    refused = switch(admin, province, "off", reason="a reason that is kept")
    assert refused.status_code == 422
    assert "a reason that is kept" in refused.text
    assert admin.get(f"/m/{province.karaj.code}/lending/").status_code == 200
    forced = switch(admin, province, "off", override="1")
    assert forced.status_code == 422
    assert "f-reason-error" in forced.text
    assert switch(admin, province, "off", override="1", reason="closing down").status_code == 303
    page = words(admin.get(url(province, "lending/")).text)
    assert "closing down" in page
    assert "37 things are lent" in page


def test_the_page_says_what_is_under_way_before_the_choice(
    province: Province, admin: FlaskClient
) -> None:
    address = url(province, "lending/switch?lang=en")
    assert "Under way there now" not in admin.get(address).text
    switch(admin, province, "on")
    assert "reports nothing that is under way" in admin.get(address).text
    plugin.standing.append(Blocker("lent", "37 things are lent", 37, href="/m/karaj/lending/desk/"))
    plugin.figures.append(Figure("Lent this year", 512, unit="things"))
    page = admin.get(address).text
    told, choice = page.split('<form method="post" class="card stack">')
    assert '<a href="/m/karaj/lending/desk/">37 things are lent</a>' in told
    assert "512 things" in words(told)
    assert "Nothing new can be started from now on" in choice
    assert "All its pages vanish there at once" in choice


def test_closing_has_one_name_everywhere(province: Province, admin: FlaskClient) -> None:
    name = "توقف پذیرش (بستن تدریجی)"
    switch(admin, province, "on")
    assert name in admin.get(url(province, "lending/switch")).text
    switch(admin, province, "closing")
    for rest in ("", "lending/", "lending/switch"):
        page = admin.get(url(province, rest)).text
        assert name in page
        assert "در حال بستن" not in page
    assert name in admin.get(f"/m/{province.karaj.code}/desk/").text


def test_a_service_that_cannot_answer_is_shown_and_stays(
    province: Province, admin: FlaskClient
) -> None:
    switch(admin, province, "on")
    plugin.broken.add("blockers")
    page = admin.get(url(province, "lending/switch"))
    assert page.status_code == 200
    assert "nobody can count" in page.text
    assert switch(admin, province, "off", override="1", reason="now").status_code == 503
    assert admin.get(f"/m/{province.karaj.code}/lending/").status_code == 200


def test_a_page_that_is_out_of_date_changes_nothing(province: Province, admin: FlaskClient) -> None:
    switch(admin, province, "on")
    old = {"new_state": "off", "version": "1"}
    switch(admin, province, "closing")
    assert post(admin, url(province, "lending/switch"), old).status_code == 409
    again = post(admin, url(province, "lending/switch"), {"new_state": "closing", "version": "1"})
    assert again.status_code == 303


@pytest.mark.parametrize("state", ["", "open", "ON"])
def test_a_state_that_does_not_exist_is_refused(
    province: Province, admin: FlaskClient, state: str
) -> None:
    assert switch(admin, province, state).status_code == 422


# Settings


def test_settings_are_a_form_made_of_the_schema(province: Province, admin: FlaskClient) -> None:
    page = admin.get(url(province, "lending/"))
    assert 'name="places"' in page.text
    assert 'type="password"' in page.text
    answer = post(
        admin,
        url(province, "lending/settings?version=0"),
        {"places": "۱۲", "opens_on": "۱۴۰۵/۰۹/۰۲", "api_key": "canary-key", "note": ""},
    )
    assert answer.status_code == 303
    page = admin.get(url(province, "lending/"))
    assert "canary-key" not in page.text
    assert re.search(r'name="places"[^>]* value="۱۲"', page.text)
    assert "۱۴۰۵/۰۹/۰۲" in page.text
    assert "Places" in words(page.text)


def test_wrong_settings_stay_typed_with_the_reason_at_the_field(
    province: Province, admin: FlaskClient
) -> None:
    answer = post(admin, url(province, "lending/settings?version=0"), {"places": "۹۰۰"})
    assert answer.status_code == 422
    assert "f-places-error" in answer.text
    assert "۹۰۰" in answer.text


def test_old_settings_do_not_overwrite_new_ones(province: Province, admin: FlaskClient) -> None:
    for version, status in ((0, 303), (0, 409), (1, 303)):
        address = url(province, f"lending/settings?version={version}")
        assert post(admin, address, {"places": str(version + 3)}).status_code == status


def test_a_service_without_settings_takes_none(province: Province, admin: FlaskClient) -> None:
    assert post(admin, url(province, "loans/settings"), {"places": "1"}).status_code == 404


# Speed


def test_the_matrix_costs_the_same_for_any_number_of_municipalities(
    site: Flask, province: Province, admin: FlaskClient, owner_engine: Any
) -> None:
    with owner_engine.begin() as connection:
        connection.execute(
            text(
                "insert into municipality (id, code, kind, organisation_id, name_fa, name_en)"
                " select gen_random_uuid(), 'm' || n || '-' || left(:o, 8), 'municipality',"
                " cast(:o as uuid), 'شهرداری ' || n, 'Place ' || n from generate_series(1, 40) n"
            ),
            {"o": str(province.alborz.id)},
        )
    seen: list[str] = []
    with site.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    page = admin.get(url(province, place=province.alborz))
    assert page.text.count("/lending/switch") == 43
    assert len(seen) <= 8
