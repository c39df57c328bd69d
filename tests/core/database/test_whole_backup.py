"""The real schema survives backup and restore: rows, rights, policies, functions, audit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine

from core.audit.services import record
from core.database import roles
from core.database.backup import backup, restore
from core.database.migrate import check
from core.database.urls import DatabaseUrls, sqlalchemy_url
from core.testing import postgres
from core.testing.factories import make_province

RIGHTS = """
select string_agg(t::text, ',' order by t::text) from (
  select table_name, grantee, privilege_type from information_schema.table_privileges
    where table_schema = 'public'
  union all select tablename, policyname, roles::text || coalesce(qual, '') || cmd
    from pg_policies
  union all select p.oid::regprocedure::text, p.prosecdef::text, p.proacl::text
    from pg_proc p where p.pronamespace = 'public'::regnamespace
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
) t
"""


@pytest.fixture
def pair() -> Iterator[tuple[DatabaseUrls, DatabaseUrls]]:
    """A migrated database and an empty one."""
    full, empty = postgres.clone_database(), postgres.empty_database()
    yield full, empty
    for found in (full, empty):
        postgres.drop_database(found)


def ask(url: str | None, query: str) -> object:
    with psycopg.connect(url or "") as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


def test_restored_is_as_it_was(pair: tuple[DatabaseUrls, DatabaseUrls], tmp_path: Path) -> None:
    full, empty = pair
    engines = [create_engine(sqlalchemy_url(url or "")) for url in (full.owner, full.app)]
    province = make_province(*engines)
    for n in range(30):
        province.employee(province.karaj if n % 2 else province.fardis)
    with province.unit(province.karaj) as uow:
        record(uow, "test", municipality_id=province.karaj.id, subject_type="t", subject_id=1)
    for engine in engines:
        engine.dispose()
    path, manifest = backup(full, tmp_path)
    assert manifest.rows["person"] == manifest.rows["employment"] == 30
    assert manifest.rows["audit_entry"] >= 1
    restore(empty, path)
    assert ask(empty.owner, RIGHTS) == ask(full.owner, RIGHTS)
    assert check(empty) == []
    digest = "select md5(string_agg(hash::text, ',' order by number)) from audit_entry"
    assert ask(empty.owner, digest) == ask(full.owner, digest)
    with psycopg.connect(empty.app) as connection:
        roles.check_app_role(connection)
