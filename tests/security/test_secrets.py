"""What must never stand in logs, addresses, jobs and error pages; guessing in parallel."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from core.accounts import passwords
from core.accounts.signing_in import PER_PAIR
from core.testing.app import client_of, post
from core.testing.jobs import run_jobs
from tests.security.conftest import Target

PASSWORD, NEW_PASSWORD = "canary-Password 17", "canary-Another 4711"
NATIONAL_ID = "0684159414"
EMAIL = "canary@example.ir"


@pytest.fixture
def canary(target: Target) -> None:
    """An account whose name, address and password are easy to find again."""
    with target.app.app_context():
        hashed = passwords.hashed(PASSWORD)
    with target.owner.begin() as connection:
        connection.execute(text("delete from throttle"))
        connection.execute(
            text(
                "insert into account (id, username, email, display_name, password, fs_uniquifier)"
                " values (gen_random_uuid(), :name, :email, 'Bird', :hash, 'canary')"
                " on conflict (username) do update set password = excluded.password"
            ),
            {"name": NATIONAL_ID, "email": EMAIL, "hash": hashed},
        )


def all_of(target: Target, query: str) -> str:
    with target.owner.connect() as connection:
        return "\n".join(str(tuple(row)) for row in connection.execute(text(query)))


@pytest.mark.usefixtures("canary")
def test_canaries_stay_where_they_belong(
    target: Target, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    client, places = client_of(target.app, None), []

    def send(url: str, **data: str) -> str:
        answer = post(client, url, data)
        places.append(answer.headers.get("Location", ""))
        return answer.text

    with caplog.at_level(logging.DEBUG):
        logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
        try:
            pages = send("/sign-in", name=NATIONAL_ID, password="canary-wrong 1")
            pages += send("/activate", name=NATIONAL_ID, municipality="", action="message")
            code = re.findall(r"\d{8}", all_of(target, "select body from outgoing"))[-1]
            pages += send("/activate/code", code="000000", password=PASSWORD, again=PASSWORD)
            pages += send("/activate/code", code=code, password=NEW_PASSWORD, again=NEW_PASSWORD)
            jobs = all_of(target, "select args from procrastinate_jobs")
            run_jobs(target.app)
        finally:
            logging.getLogger("sqlalchemy.engine").setLevel(logging.NOTSET)
    printed = capsys.readouterr()
    for secret in (PASSWORD, NEW_PASSWORD, "canary-wrong 1", code):
        assert secret not in caplog.text
        assert secret not in pages
        assert secret not in printed.err
    for known in (NATIONAL_ID, EMAIL):
        assert known not in jobs
        assert known not in "".join(places)
        assert known not in all_of(target, "select data from account_session")
    assert NATIONAL_ID not in all_of(target, "select detail, reason, subject_id from audit_entry")
    stored = all_of(target, "select to_jsonb(t) from one_time_code t")
    stored += all_of(target, "select to_jsonb(t) from account t")
    stored += all_of(target, "select to_jsonb(t) from outgoing t where done_at is not null")
    for secret in (PASSWORD, NEW_PASSWORD, code):
        assert secret not in stored


@pytest.mark.usefixtures("canary")
def test_guessing_in_parallel_is_counted_exactly(target: Target) -> None:
    """Eight browsers at once try 32 passwords; all but a few are not even looked at.

    (Eight, as each request of a sign-in needs a second connection for a moment.)
    """

    def guess(number: int) -> int:
        data = {"name": NATIONAL_ID, "password": f"guess number {number}"}
        return post(client_of(target.app, None), "/sign-in", data).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(guess, range(32)))
    assert statuses.count(422) == PER_PAIR.most
    assert statuses.count(429) == 32 - PER_PAIR.most


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "{{ 7 * 191 }}",
        "{% raw %}",
        "${7*191}",
        "'; drop table role;--",
    ],
)
def test_hostile_names_stay_text(target: Target, hostile: str) -> None:
    with target.owner.begin() as connection:
        connection.execute(
            text("update account set display_name = :name where username = 'sara'"),
            {"name": hostile},
        )
    visitor = target.visitor("sara")
    for path in ("/account/", "/m/karaj/desk/", "/m/karaj/accounts/", "/m/karaj/grants/"):
        page = visitor.client.get(path).text
        assert "<script>alert(1)" not in page, path
        assert "1337" not in page, path
    with target.owner.begin() as connection:
        connection.execute(
            text("update account set display_name = 'سارا احمدی' where username = 'sara'")
        )


def test_cookies_say_nothing(target: Target) -> None:
    """A random token, a language, a theme, for officers the side; no name, no id."""
    client = client_of(target.app, target.token("maryam"))
    client.get("/me/?lang=en")
    post(client, "/preferences/theme", {"theme": "dark"})
    kept = {cookie.key: cookie.value for cookie in client._cookies.values()}
    assert set(kept) == {"hamyar", "hamyar_lang", "hamyar_theme"}
    assert (kept["hamyar_lang"], kept["hamyar_theme"]) == ("en", "dark")
