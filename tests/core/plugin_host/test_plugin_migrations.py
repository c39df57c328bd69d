"""Migrations of plugins: their own version tables, and nothing beyond their own tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text

from core.database import migrate
from core.database.urls import DatabaseUrls, sqlalchemy_url
from core.plugin_host.database import mark
from core.plugin_host.plugin import PluginState
from core.testing.factories import make_province
from core.testing.postgres import clone_database, drop_database
from tests.testdummy.hosts import host_of

MEDDLE = "TEST_MEDDLING_STATEMENT"
HARMLESS = "create index ix_meddling_case_id on meddling_case (id)"


@pytest.fixture
def urls() -> Iterator[DatabaseUrls]:
    found = clone_database()
    yield found
    drop_database(found)


@pytest.fixture
def owner(urls: DatabaseUrls) -> Iterator[Engine]:
    engine = create_engine(sqlalchemy_url(str(urls.owner)))
    yield engine
    engine.dispose()


@pytest.fixture
def app_role(urls: DatabaseUrls) -> Iterator[Engine]:
    engine = create_engine(sqlalchemy_url(urls.app))
    yield engine
    engine.dispose()


def names(owner: Engine, beginning: str) -> list[str]:
    with owner.connect() as connection:
        found = text("select tablename from pg_tables where starts_with(tablename, :b) order by 1")
        return list(connection.scalars(found, {"b": beginning}))


def test_a_plugin_has_its_own_version_table(
    urls: DatabaseUrls, owner: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MEDDLE, HARMLESS)
    migrate.upgrade(urls, host_of("meddling"))
    assert names(owner, "meddling_") == ["meddling_case"]
    assert "alembic_version_meddling" in names(owner, "alembic_version")
    migrate.upgrade(urls, host_of("meddling"))


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("alter table municipality add column mine text", "column municipality.mine"),
        ("alter table person alter column family_name drop not null", "column person.family_name"),
        ("alter table employment disable row level security", "table employment"),
        ("drop policy scope on employment", "policy employment.scope"),
        ("create policy mine on person to hamyar_app using (true)", "policy person.mine"),
        ("drop index ix_audit_entry_at", "index ix_audit_entry_at"),
        ("alter table role drop constraint uq_role_name", "constraint role.uq_role_name"),
        ("drop trigger append_only on audit_entry", "trigger audit_entry.append_only"),
        ("create table other_case (id integer)", "table other_case"),
        ("create view everything as select * from person", "table everything"),
        ("grant update on audit_entry to hamyar_app", "table audit_entry"),
        (
            "create or replace function hamyar_refuse_change() returns trigger"
            " language plpgsql as $$ begin return new; end $$",
            "function hamyar_refuse_change()",
        ),
    ],
)
def test_whatever_is_not_its_own_is_out_of_reach(
    urls: DatabaseUrls,
    owner: Engine,
    monkeypatch: pytest.MonkeyPatch,
    statement: str,
    named: str,
) -> None:
    monkeypatch.setenv(MEDDLE, statement)
    with pytest.raises(migrate.MigrationError, match="touch what is not its own") as caught:
        migrate.upgrade(urls, host_of("meddling"))
    assert named in str(caught.value)
    assert names(owner, "meddling_") == []


def test_a_table_without_row_level_security_is_refused(urls: DatabaseUrls, owner: Engine) -> None:
    with pytest.raises(migrate.MigrationError, match=r"unguarded.*not forced on unguarded_case"):
        migrate.upgrade(urls, host_of("unguarded"))
    assert names(owner, "unguarded_") == []


def test_one_that_fails_leaves_the_others_upgraded(
    urls: DatabaseUrls, owner: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MEDDLE, HARMLESS)
    with pytest.raises(migrate.MigrationError) as caught:
        migrate.upgrade(urls, host_of("future", "meddling", "unguarded"))
    assert "future: it needs revision 9999 of core's tables" in str(caught.value)
    assert "meddling" not in str(caught.value).replace("unguarded", "")
    assert names(owner, "meddling_") == ["meddling_case"]


def test_tables_that_break_the_rules_are_not_created(urls: DatabaseUrls, owner: Engine) -> None:
    host = host_of("greedy")
    migrate.upgrade(urls, host)
    assert [plugin.state for plugin in host.plugins] == [PluginState.QUARANTINED]


def test_what_the_database_knows_marks_plugins(
    urls: DatabaseUrls,
    owner: Engine,
    app_role: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(MEDDLE, HARMLESS)
    province = make_province(owner, app_role)
    province.activate(province.karaj, "gone")
    before = host_of("meddling", "future", "lending")
    mark(before, app_role)
    assert {plugin.name: plugin.state for plugin in before.plugins} == {
        "meddling": PluginState.NEEDS_MIGRATION,
        "future": PluginState.NEEDS_MIGRATION,
        "lending": PluginState.LOADED,
        "gone": PluginState.ORPHANED,
        "training": PluginState.ORPHANED,
    }
    migrate.upgrade(urls, host_of("meddling"))
    after = host_of("meddling")
    mark(after, app_role)
    found = after.get("meddling")
    assert found
    assert found.state is PluginState.LOADED


def test_an_empty_database_marks_nothing(urls: DatabaseUrls, owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    host = host_of("meddling")
    mark(host, owner)
    assert [plugin.state for plugin in host.plugins] == [PluginState.LOADED]
