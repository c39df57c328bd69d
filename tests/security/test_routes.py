"""A sweep over all routes: declared access, foreign municipalities, CSRF, reading, headers.

It goes by ``app.url_map``, so a new route is covered the day it is added.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.routing import Rule

from core.accounts.request_state import current
from core.database.base import TableClass
from core.policy.access import Audience, access_of
from tests.security.conftest import (
    ABSENT,
    FOREIGN,
    HOME,
    Target,
    address,
    class_of,
    methods_of,
    rules,
    table_of,
    word_of,
)

OFFICER, EMPLOYEE, ADMINISTRATOR = "sara", "maryam", "admin"
OWN = (TableClass.TENANT, TableClass.PERSON)
"""Classes of tables whose rows belong to one municipality alone."""


def of_a_municipality(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in rules(app):
        if "municipality" in rule.arguments:
            for method in methods_of(rule):
                yield rule, method


def test_every_route_declares_its_access(target: Target) -> None:
    undeclared, unreasoned = [], []
    for rule in rules(target.app):
        access = access_of(target.app.view_functions[rule.endpoint])
        if access is None:
            undeclared.append(str(rule))
        elif access.audience is Audience.PUBLIC and len(access.reason) < 10:
            unreasoned.append(str(rule))
    assert undeclared == []
    assert unreasoned == []


def test_a_route_of_a_municipality_is_open_to_its_people_only(target: Target) -> None:
    for rule, _method in of_a_municipality(target.app):
        access = access_of(target.app.view_functions[rule.endpoint])
        assert access
        assert access.audience in (Audience.EMPLOYEE, Audience.MEMBER, Audience.PERMISSION), rule


def test_permissions_that_routes_ask_for_exist(target: Target) -> None:
    from core.policy.catalogue import titles

    known = titles(target.app.extensions["hamyar_plugins"])
    for rule in rules(target.app):
        access = access_of(target.app.view_functions[rule.endpoint])
        assert access
        assert set(access.permissions) <= known.keys(), rule


@pytest.mark.parametrize("who", [OFFICER, EMPLOYEE])
def test_a_foreign_municipality_is_as_absent_as_none(target: Target, who: str) -> None:
    """The body is the same, to the letter, whether the municipality exists or not."""
    visitor = target.visitor(who)
    for rule, method in of_a_municipality(target.app):
        values = target.values(rule, FOREIGN) or target.nobodys(rule, FOREIGN)
        foreign = visitor.ask(method, address(target.app, rule, values))
        absent = visitor.ask(method, address(target.app, rule, target.nobodys(rule, ABSENT)))
        assert foreign[0] == 404, f"{method} {rule}"
        assert foreign == absent, f"{method} {rule}"


def test_who_is_not_signed_in_learns_nothing(target: Target) -> None:
    visitor = target.visitor(None)
    for rule, method in of_a_municipality(target.app):
        statuses = {
            visitor.ask(method, address(target.app, rule, target.nobodys(rule, place)))[0]
            for place in (FOREIGN, ABSENT)
        }
        assert len(statuses) == 1, f"{method} {rule}"
        assert statuses <= {303, 404}, f"{method} {rule}"


def test_rows_of_others_are_as_absent_as_none(target: Target) -> None:
    """At home, with the ids of another municipality's rows."""
    visitor, swept = target.visitor(OFFICER), set()
    for rule, method in of_a_municipality(target.app):
        names = {n for n in rule.arguments - {"municipality"} if not word_of(rule, n)}
        tables = [table_of(n) for n in names if n.endswith("_id")]
        if not names or any(class_of(t) not in OWN and t != "account" for t in tables):
            continue
        if rule.endpoint.startswith("organisation."):
            continue  # `code` is a municipality's there
        values = target.values(rule, FOREIGN)
        if values is None:
            continue
        foreign = visitor.ask(method, address(target.app, rule, values | {"municipality": HOME}))
        absent = visitor.ask(method, address(target.app, rule, target.nobodys(rule, HOME)))
        if method == "GET" and foreign[0] == absent[0] == 303:
            continue  # it leads back to a page, whatever the id; that page is swept itself
        assert foreign[0] in (403, 404), f"{method} {rule}: {foreign[0]}"
        assert foreign == absent, f"{method} {rule}"
        swept.add(rule.endpoint)
    assert len(swept) >= 20, "the sweep found no ids"


def test_an_employee_opens_no_desk(target: Target) -> None:
    visitor = target.visitor(EMPLOYEE)
    for rule, method in of_a_municipality(target.app):
        access = access_of(target.app.view_functions[rule.endpoint])
        assert access
        if access.audience is not Audience.PERMISSION:
            continue
        values = target.values(rule, HOME) or target.nobodys(rule, HOME)
        status, _body = visitor.ask(method, address(target.app, rule, values))
        assert status in (403, 404), f"{method} {rule}"


def test_unsafe_methods_need_the_token(target: Target) -> None:
    visitor = target.visitor(ADMINISTRATOR)
    for rule in rules(target.app):
        for method in methods_of(rule):
            if method == "GET":
                continue
            values = target.values(rule, HOME) or target.nobodys(rule, HOME)
            url = address(target.app, rule, values)
            for data in ({}, {"csrf_token": "invented"}):
                answer = visitor.client.open(url, method=method, data=data)
                assert answer.status_code in (403, 404), f"{method} {rule}"
            stranger = target.app.test_client().open(url, method=method)
            assert stranger.status_code in (303, 403, 404), f"{method} {rule}"


@pytest.mark.parametrize("who", [ADMINISTRATOR, OFFICER, EMPLOYEE])
def test_reading_never_writes_nor_fails(target: Target, who: str) -> None:
    """PostgreSQL refuses any write in a reading request; a page that tries is an error here."""
    visitor, opened = target.visitor(who), 0
    for rule in rules(target.app):
        if "GET" not in methods_of(rule):
            continue
        for place in (HOME, "alborz"):
            values = target.values(rule, place) or target.nobodys(rule, place)
            with visitor.client.get(address(target.app, rule, values)) as answer:
                pass
            assert answer.status_code < 500, f"{rule} {place}"
            opened += answer.status_code == 200
            location = answer.headers.get("Location", "/")
            assert location.startswith("/"), f"{rule} leads to {location}"
            assert not location.startswith("//")
    assert opened >= 15


@pytest.mark.parametrize(("method", "expected"), [("GET", "on"), ("HEAD", "on"), ("POST", "off")])
def test_reading_requests_are_read_only(target: Target, method: str, expected: str) -> None:
    with target.app.test_request_context("/sign-in", method=method):
        shown = current().uow.session.execute(text("show transaction_read_only")).scalar()
        current().uow.session.close()
    assert shown == expected


def test_headers_of_every_answer(target: Target) -> None:
    visitor = target.visitor(ADMINISTRATOR)
    for rule in rules(target.app):
        if "GET" not in methods_of(rule):
            continue
        values = target.values(rule, HOME) or target.nobodys(rule, HOME)
        with visitor.client.get(address(target.app, rule, values)) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, rule
        assert "unsafe" not in policy, rule
        assert "frame-ancestors 'none'" in policy, rule
        assert headers["X-Content-Type-Options"] == "nosniff", rule
        assert headers["Referrer-Policy"] == "same-origin", rule
        assert "no-store" in headers["Cache-Control"], rule


def test_tls_is_demanded_where_there_is_tls(target: Target) -> None:
    answer = target.app.test_client().get("/sign-in", base_url="https://localhost")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_a_foreign_host_is_refused(target: Target) -> None:
    """No link and no redirect is ever built with a name that somebody sends along."""
    client = target.app.test_client()
    for path in ("/sign-in", "/", "/m/karaj/desk", "/verify/", "/nowhere"):
        answer = client.get(path, headers={"Host": "evil.example"})
        assert answer.status_code == 400, path
        assert "evil.example" not in answer.text
        assert "evil.example" not in str(answer.headers)


def test_forwarded_headers_are_not_believed(target: Target) -> None:
    """Without trusted proxies nobody chooses his own address, host or scheme."""
    headers = {
        "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
    }  # fmt: skip
    with target.app.test_request_context("/sign-in", headers=headers):
        from flask import request

        assert request.remote_addr != "203.0.113.9"
        assert request.host == "localhost"
        assert not request.is_secure
        current().uow.session.close()


def test_methods_and_slashes_tell_nothing(target: Target) -> None:
    """A wrong method or a missing slash of a foreign page is answered as an absent one."""
    visitor = target.visitor(OFFICER)
    for path in ("training", "training/", "training/manage/", "people", "people/"):
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            asked = visitor.ask(method, f"/m/{FOREIGN}/{path}")
            absent = visitor.ask(method, f"/m/{ABSENT}/{path}")
            assert asked == absent, f"{method} {path}"
