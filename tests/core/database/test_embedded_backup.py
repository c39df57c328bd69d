"""Backups hold every row, and a restore brings back rows, rights and policies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from embedded_support import mode

from core.config import Settings
from core.database.backup import BackupError, backup, hidden_tables, manifest_path, restore
from core.database.embedded import EmbeddedServer
from core.database.provision import ensure_database
from core.database.urls import DatabaseUrls

SCHEMA = """
create function hamyar_scope() returns uuid[] language plpgsql stable as $$
begin raise exception 'no scope'; end $$;
create table municipality (id uuid primary key);
create table "Odd name" (id int generated always as identity primary key, note text);
create table staff (municipality_id uuid references municipality, id int, name text,
  primary key (municipality_id, id));
alter table staff enable row level security;
alter table staff force row level security;
create policy scope on staff to hamyar_app
  using (municipality_id = any((select hamyar_scope())::uuid[]));
create policy owner on staff to hamyar_owner using (true) with check (true);
create policy backup on staff for select to hamyar_backup using (true);
create table ledger (id int primary key);
revoke update, delete on ledger from hamyar_app;
insert into municipality select gen_random_uuid() from generate_series(1, 3);
insert into staff select id, n, 'همیار' || n from municipality, generate_series(1, 100) n;
insert into ledger select generate_series(1, 50);
insert into "Odd name" (note) values ('one'), (null);
"""
ROWS = {'"Odd name"': 2, "ledger": 50, "municipality": 3, "staff": 300}


@pytest.fixture
def found(home: Path) -> DatabaseUrls:
    """Return a database with one table under forced row-level security."""
    urls = ensure_database(Settings(home=home))
    run(urls.owner, SCHEMA)
    return urls


@pytest.fixture
def other(base: Path) -> Iterator[DatabaseUrls]:
    """Return an empty database on another server."""
    home = base / "other"
    home.mkdir()
    yield ensure_database(Settings(home=home))
    EmbeddedServer(home).stop()


def run(url: str | None, statement: str) -> None:
    with psycopg.connect(url or "") as connection:
        connection.execute(statement.encode())


def rows(found: DatabaseUrls, table: str) -> list[object]:
    with psycopg.connect(found.admin or "") as connection:
        return connection.execute(f"select t::text from {table} t order by 1".encode()).fetchall()


@pytest.mark.parametrize("role", ["backup", "owner"])
def test_everything_comes_back(
    found: DatabaseUrls, other: DatabaseUrls, base: Path, role: str
) -> None:
    source = found if role == "backup" else DatabaseUrls(found.app, found.owner)
    path, manifest = backup(source, base / "backups")
    assert manifest.rows == ROWS
    assert mode(path) == mode(manifest_path(path)) == 0o600
    assert [each for each in path.parent.iterdir() if each.name.startswith(".")] == []
    restore(other, path)
    for table in ROWS:
        assert rows(other, table) == rows(found, table)
    for statement in ("update ledger set id = id", "delete from ledger"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(other.app, statement)
    with pytest.raises(psycopg.errors.RaiseException, match="no scope"):
        run(other.app, "select * from staff")
    run(other.app, "insert into municipality values (gen_random_uuid())")
    run(other.owner, "create table later (n int)")  # default privileges came back too
    run(other.app, "insert into later values (1)")


@pytest.mark.parametrize(
    "change",
    [
        "drop policy backup on staff",
        "drop policy backup on staff; create policy backup on staff for select"
        " to hamyar_backup using (id < 5)",
        "create policy narrow on staff as restrictive for select using (id < 5)",
    ],
)
def test_rows_that_would_be_missing_refuse_the_backup(
    found: DatabaseUrls, base: Path, change: str
) -> None:
    run(found.owner, change)
    with pytest.raises(BackupError, match="would miss rows"):
        backup(found, base / "backups")
    assert list((base / "backups").iterdir()) == []


def test_the_app_sees_a_part_only(found: DatabaseUrls, base: Path) -> None:
    with psycopg.connect(found.app) as connection:
        assert hidden_tables(connection) == ["staff"]
    with pytest.raises(BackupError, match="HAMYAR_BACKUP_URL"):
        backup(DatabaseUrls(found.app), base)


def test_restore_only_into_an_empty_database(found: DatabaseUrls, base: Path) -> None:
    path, _manifest = backup(found, base / "backups")
    with pytest.raises(BackupError, match="not empty"):
        restore(found, path)
    assert len(rows(found, "staff")) == 300


def test_damaged_backups_are_refused_and_change_nothing(
    found: DatabaseUrls, other: DatabaseUrls, base: Path
) -> None:
    path, manifest = backup(found, base / "backups")
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with pytest.raises(BackupError, match="damaged"):
        restore(other, path)
    broken = whole[: len(whole) // 2]
    path.write_bytes(broken)
    content = json.loads(manifest_path(path).read_text())
    import hashlib

    content["sha256"] = hashlib.sha256(broken).hexdigest()
    manifest_path(path).write_text(json.dumps(content))
    with pytest.raises(BackupError, match="pg_restore failed"):
        restore(other, path)
    with psycopg.connect(other.owner or "") as connection:
        query = b"select count(*) from pg_tables where schemaname = 'public'"
        assert connection.execute(query).fetchone() == (0,)
    path.write_bytes(whole)
    content["sha256"], content["rows"]["staff"] = manifest.sha256, 299
    manifest_path(path).write_text(json.dumps(content))
    with pytest.raises(BackupError, match="differ"):
        restore(other, path)
    manifest_path(path).unlink()
    with pytest.raises(BackupError, match="missing"):
        restore(other, path)


def test_folder_that_cannot_be_written(found: DatabaseUrls, base: Path) -> None:
    (base / "file").touch()
    with pytest.raises(BackupError, match="cannot be written"):
        backup(found, base / "file")
