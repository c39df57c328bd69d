"""Sessions: how they end, what they keep, their cookie, and what people do with them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.accounts.sessions import IDLE, LIFETIME, TOUCH_AFTER
from core.localization import clock
from core.testing.app import client_of, post
from tests.core.accounts.conftest import NEW_PASSWORD, PASSWORD, Desk, Known

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def signed_in(client: FlaskClient, employee: Known) -> FlaskClient:
    return enter(client, employee)


def enter(client: FlaskClient, employee: Known) -> FlaskClient:
    data = {"name": employee.national_id, "password": PASSWORD}
    answer = post(client, "/sign-in", data, headers={"User-Agent": FIREFOX})
    assert answer.status_code == 303
    return client


def is_in(client: FlaskClient) -> bool:
    return client.get("/account/").status_code == 200


def test_an_idle_session_ends(signed_in: FlaskClient) -> None:
    with clock.frozen(clock.now() + IDLE + timedelta(seconds=1)):
        assert not is_in(signed_in)


def test_use_keeps_it_alive_but_not_for_ever(signed_in: FlaskClient) -> None:
    begin = clock.now()
    step = IDLE - timedelta(minutes=1)
    for number in range(1, int(LIFETIME / step) + 1):
        with clock.frozen(begin + number * step):
            assert is_in(signed_in), number
    with clock.frozen(begin + LIFETIME + timedelta(seconds=1)):
        assert not is_in(signed_in)


def test_a_look_writes_only_now_and_then(
    signed_in: FlaskClient, employee: Known, desk: Desk
) -> None:
    seen = f"select max(seen_at) from account_session where account_id = '{employee.account_id}'"
    is_in(signed_in)  # shows the greeting and takes it out of the session
    before = desk.value(seen)
    with clock.frozen(clock.now() + TOUCH_AFTER / 2):
        is_in(signed_in)
    assert desk.value(seen) == before
    with clock.frozen(clock.now() + TOUCH_AFTER * 2):
        is_in(signed_in)
    assert desk.value(seen) != before


def test_address_and_browser_are_kept(signed_in: FlaskClient, employee: Known, desk: Desk) -> None:
    rows = desk.rows(
        "select address, agent from account_session where account_id = :id",
        id=employee.account_id,
    )
    assert ("127.0.0.1", FIREFOX) in rows
    page = signed_in.get("/account/").text
    assert "Firefox, Windows" in page
    assert "127.0.0.1" in page


def test_the_token_is_stored_as_a_hash(signed_in: FlaskClient, desk: Desk) -> None:
    cookie = signed_in.get_cookie("hamyar")
    assert cookie
    everything = str(desk.rows("select s::text from account_session s"))
    assert cookie.value not in everything


def test_another_password_ends_the_other_sessions(
    app: Flask, signed_in: FlaskClient, employee: Known
) -> None:
    other = enter(client_of(app, None), employee)
    before = signed_in.get_cookie("hamyar")
    data = {"current": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    answer = post(signed_in, "/account/password", data)
    assert answer.status_code == 303
    assert is_in(signed_in)
    assert not is_in(other)
    assert before
    assert not is_in(client_of(app, before.value)), "the own session has another id"


def test_the_present_password_must_be_known(signed_in: FlaskClient) -> None:
    data = {"current": "not this one", "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    answer = post(signed_in, "/account/password", data)
    assert answer.status_code == 422
    assert "این گذرواژهٔ کنونی شما نیست" in answer.text
    assert NEW_PASSWORD not in answer.text


def test_new_passwords_must_agree(signed_in: FlaskClient) -> None:
    data = {"current": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD + "x"}
    assert "دو گذرواژه یکسان نیستند" in post(signed_in, "/account/password", data).text


def test_signing_one_device_out(
    app: Flask, signed_in: FlaskClient, employee: Known, desk: Desk
) -> None:
    other = enter(client_of(app, None), employee)
    session_id = desk.value(
        "select id from account_session where account_id = :id order by created_at desc limit 1",
        id=employee.account_id,
    )
    assert post(signed_in, f"/account/sessions/{session_id}/end").status_code == 303
    assert not is_in(other)
    assert is_in(signed_in)


def test_nobody_ends_the_session_of_another(
    app: Flask, client: FlaskClient, employee: Known, signed_in: FlaskClient, desk: Desk
) -> None:
    stranger_id = desk.value(
        "insert into account_session (id, token_hash, created_at, seen_at, expires_at)"
        " values (gen_random_uuid(), 'x', now(), now(), now() + interval '1 hour') returning id"
    )
    assert post(signed_in, f"/account/sessions/{stranger_id}/end").status_code == 404
    assert desk.value("select 1 from account_session where id = :id", id=stranger_id) == 1


def test_signing_all_others_out(app: Flask, signed_in: FlaskClient, employee: Known) -> None:
    others = [enter(client_of(app, None), employee) for _each in range(2)]
    assert post(signed_in, "/account/sessions/end-others").status_code == 303
    assert not any(is_in(other) for other in others)
    assert is_in(signed_in)


def test_a_rolled_back_sign_in_begins_no_session(
    app: Flask, client: FlaskClient, employee: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.audit import services

    def fail(_uow: object) -> None:
        raise OSError

    client.get("/sign-in")
    monkeypatch.setattr(services, "_write", fail)
    with pytest.raises(OSError):
        post(client, "/sign-in", {"name": employee.national_id, "password": PASSWORD})
    monkeypatch.undo()
    assert not is_in(client)


def test_the_cookie_on_plain_http(client: FlaskClient) -> None:
    flags = client.get("/sign-in").headers["Set-Cookie"]
    assert flags.startswith("hamyar=")
    assert "HttpOnly" in flags
    assert "SameSite=Lax" in flags
    assert "Path=/" in flags
    assert "Domain" not in flags


def test_the_cookie_with_tls(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SESSION_COOKIE_NAME", "__Host-hamyar")
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    client = app.test_client()
    client.get("/sign-in", base_url="https://localhost")
    token = client.get_cookie("__Host-hamyar")
    assert token
    assert token.secure
    answer = client.get("/sign-in", base_url="https://localhost")
    assert "Set-Cookie" not in answer.headers, "a known session needs no new cookie"


@pytest.mark.parametrize("value", ["dark", "light", "auto"])
def test_the_theme_is_remembered(
    signed_in: FlaskClient, employee: Known, desk: Desk, value: str
) -> None:
    answer = post(signed_in, "/preferences/theme", {"theme": value, "next": "/account/"})
    assert answer.location == "/account/"
    theme = desk.value("select theme from account where id = :id", id=employee.account_id)
    assert theme == value
    assert f'data-theme="{value}"' in signed_in.get("/account/").text


def test_the_theme_before_signing_in(client: FlaskClient) -> None:
    post(client, "/preferences/theme", {"theme": "dark", "next": "//evil.example"})
    assert 'data-theme="dark"' in client.get("/sign-in").text


def test_a_strange_theme_changes_nothing(signed_in: FlaskClient) -> None:
    answer = post(signed_in, "/preferences/theme", {"theme": "<script>", "next": "https://evil/"})
    assert answer.location == "/"
    assert "hamyar_theme" not in str(answer.headers)


def test_the_language_of_the_account(app: Flask, signed_in: FlaskClient, employee: Known) -> None:
    post(signed_in, "/preferences/language", {"language": "en"})
    assert 'lang="en"' in signed_in.get("/account/").text
    elsewhere = enter(client_of(app, None), employee)
    assert 'lang="en"' in elsewhere.get("/account/").text, "kept with the account"


def test_ended_sessions_are_deleted(app: Flask, signed_in: FlaskClient, desk: Desk) -> None:
    from core.accounts.jobs import tidy

    with app.app_context():
        tidy()
        assert is_in(signed_in)
        with clock.frozen(clock.now() + LIFETIME):
            tidy()
    assert desk.value("select count(*) from account_session where account_id is not null"
                      " and created_at > now() - interval '1 minute'") == 0  # fmt: skip


def test_common_passwords_are_in_the_wheel() -> None:
    from core.accounts import passwords

    assert len(passwords.common()) > 1000
    assert all(len(word) >= 10 for word in passwords.common())
    assert Path(passwords.__file__).with_name("common_passwords.txt").is_file()
