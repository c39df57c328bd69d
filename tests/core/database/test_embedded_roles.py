"""Roles, their rights, and the three ways to a database."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg
import pytest
from embedded_support import ask, mode

from core.config import Settings, SettingsError
from core.database import provision, roles, urls
from core.database.embedded import EmbeddedServer, Running, choose
from core.database.provision import ensure_database
from core.database.roles import RoleError, check_app_role, roles_sql
from core.database.urls import DatabaseUrls


@pytest.fixture
def running(home: Path) -> Running:
    """Return a bare server without our roles."""
    return EmbeddedServer(home).start()


def one(url: str | None, query: str) -> object:
    assert url is not None
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


def run(url: str | None, statement: str) -> None:
    assert url is not None
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())


def assert_rights(found: DatabaseUrls) -> None:
    """Assert what the roles may and may not do, whichever way they were made."""
    run(found.owner, "create table thing (id int primary key, n int)")
    run(found.owner, "create sequence counter")
    run(found.owner, "create function answer() returns int language sql as 'select 42'")
    for statement in ("insert into thing values (1, 1)", "update thing set n = 2",
                      "select nextval('counter')", "delete from thing",
                      "create temporary table t (like thing)"):  # fmt: skip
        run(found.app, statement)
    assert one(found.app, "select answer()") == 42
    assert one(found.backup, "select count(*) from thing") == 0
    for url, statement in (
        (found.app, "create table mine (n int)"),
        (found.app, "truncate thing"),
        (found.app, "drop table thing"),
        (found.app, "alter table thing disable row level security"),
        (found.app, "create role other"),
        (found.app, "set role hamyar_owner"),
        (found.backup, "insert into thing values (2, 2)"),
        (found.backup, "select answer()"),
        (found.owner, "create role other"),
        (found.owner, "alter role hamyar_app superuser"),
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(url, statement)
    assert one(found.owner, "select count(*) from pg_extension where extname = 'btree_gist'") == 1
    assert one(found.app, "show timezone") == "UTC"
    query = "select bool_or(rolsuper or rolbypassrls or rolcreaterole) from pg_roles"
    assert one(
        found.app, f"{query} where rolname like 'hamyar_%' and rolname <> 'hamyar_admin'"
    ) in (False,)
    for url in (found.app, found.backup):
        with psycopg.connect(url or "") as connection:
            check_app_role(connection)


def test_embedded_database(home: Path) -> None:
    settings = Settings(home=home)
    found = ensure_database(settings)
    assert_rights(found)
    assert ensure_database(settings) == found
    assert mode(home / "database.json") == 0o600
    assert "password" not in repr(found)


def test_embedded_database_after_lost_file_and_half_made_setup(home: Path) -> None:
    settings = Settings(home=home)
    first = ensure_database(settings)
    (home / "database.json").unlink()
    second = ensure_database(settings)
    assert second.app != first.app
    run(second.admin, "drop extension btree_gist")
    assert one(ensure_database(settings).owner, "select count(*) from pg_extension") == 2


def test_damaged_file_is_not_overwritten(home: Path) -> None:
    settings = Settings(home=home)
    ensure_database(settings)
    (home / "database.json").write_text("{")
    with pytest.raises(RoleError, match="damaged"):
        ensure_database(settings)


@pytest.mark.parametrize("attributes", ["superuser", "createrole createdb"])
@pytest.mark.parametrize("database", ["postgres", "staff"])
def test_one_url_that_may_create_roles(
    running: Running, base: Path, attributes: str, database: str
) -> None:
    ask(running, f"create role dba login password 'x' {attributes}")
    given = urls.with_parts(running.admin_url, user="dba", password="x", dbname=database)
    settings = Settings(home=base / "other", database_url=given)
    found = ensure_database(settings)
    expected = "hamyar" if database == "postgres" else database
    assert urls.parts(found.app)["dbname"] == expected
    assert found.admin is None
    assert_rights(found)
    assert ensure_database(settings) == found
    for right in ("usage", "set") if int(running.version.split(".")[0]) >= 16 else ("usage",):
        may = ask(running, f"select pg_has_role('dba', 'hamyar_owner', '{right}')")
        assert may == (attributes == "superuser")


def test_roles_of_another_installation_keep_their_passwords(running: Running, base: Path) -> None:
    first = ensure_database(Settings(home=base / "first", database_url=running.admin_url))
    with pytest.raises(RoleError, match="another installation"):
        ensure_database(Settings(home=base / "second", database_url=running.admin_url))
    assert one(first.app, "select 1") == 1


def test_interrupted_setup_is_continued(
    running: Running, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=base / "other", database_url=running.admin_url)

    def fail(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(roles, "create_database", fail)
        with pytest.raises(KeyboardInterrupt):
            ensure_database(settings)
    assert_rights(ensure_database(settings))


def test_given_urls_are_used_as_they_are(home: Path) -> None:
    settings = Settings(
        home=home, database_url="postgresql://a@h/d", owner_url="postgresql://o@h/d"
    )
    assert ensure_database(settings) == DatabaseUrls("postgresql://a@h/d", "postgresql://o@h/d")


def test_app_url_alone(running: Running, base: Path) -> None:
    found = ensure_database(Settings(home=base / "first", database_url=running.admin_url))
    alone = ensure_database(Settings(home=base / "second", database_url=found.app))
    assert alone == DatabaseUrls(found.app)
    assert not (base / "second").exists()


def test_unreachable_server_is_one_line_without_password(home: Path) -> None:
    url = "postgresql://u:secret@127.0.0.1:1/d"
    with pytest.raises(RoleError, match="cannot be reached") as caught:
        ensure_database(Settings(home=home, database_url=url))
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_dba_text_gives_the_same_rights(running: Running, base: Path) -> None:
    script = base / "roles.sql"
    script.write_text(roles_sql("staff"))
    for _ in range(2):
        subprocess.run(
            [choose().tool("psql"), "-X", "-v", "ON_ERROR_STOP=1", "-f", script, running.admin_url],
            check=True, capture_output=True, env={"PATH": "/usr/bin:/bin"},
        )  # fmt: skip
    passwords = dict.fromkeys(roles.ROLES, "by-hand")
    for role in roles.ROLES:
        ask(running, f"alter role {role} password 'by-hand'")
    assert_rights(provision._role_urls(running.admin_url, "staff", passwords))


@pytest.mark.parametrize(
    ("attributes", "setup", "fault"),
    [
        ("superuser", "", "is a superuser"),
        ("bypassrls", "", "has BYPASSRLS"),
        ("", "grant hamyar_owner to bad", "owns tables"),
        ("", "alter table thing owner to bad", "owns tables"),
        ("", "create role strong bypassrls; grant strong to bad", "member of a role"),
    ],
)
def test_role_that_rls_does_not_hold_is_refused(
    home: Path, attributes: str, setup: str, fault: str
) -> None:
    found = ensure_database(Settings(home=home))
    run(found.owner, "create table thing (id int primary key)")
    run(found.admin, f"create role bad login password 'x' {attributes}; {setup}")
    run(found.admin, "grant connect on database hamyar to bad")
    with (
        psycopg.connect(urls.with_parts(found.app, user="bad", password="x")) as connection,
        pytest.raises(RoleError, match=fault),
    ):
        check_app_role(connection)


def test_sqlalchemy_spelling() -> None:
    single = urls.sqlalchemy_url("postgresql://u:p%40ss@h:5433/d?sslmode=require")
    assert single.render_as_string(hide_password=False) == (
        "postgresql+psycopg://u:p%40ss@/d?host=h&port=5433&sslmode=require"
    )
    several = urls.sqlalchemy_url("postgresql://u@a:1,b:2/d?target_session_attrs=read-write")
    assert several.query["host"] == ("a:1", "b:2")
    assert several.query["target_session_attrs"] == "read-write"
    assert urls.redacted("postgresql://u:secret@h/d%20d") == "postgresql://u@/d%20d?host=h"
    with pytest.raises(SettingsError, match="percent-encode") as caught:
        urls.parts("postgresql://u:se cret@h/d")
    assert "cret" not in str(caught.value)
