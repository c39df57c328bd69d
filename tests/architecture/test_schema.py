"""The migrations build what the models say: compared definition by definition.

Alembic's own comparison doesn't see a dropped CHECK or EXCLUDE; so the models are built into an
empty database, and both catalogues are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, text

from core.database.base import Base
from core.database.migrate import configuration, core_line, plugin_lines
from core.database.urls import DatabaseUrls, sqlalchemy_url
from core.models import import_all
from core.plugin_host.host import PluginHost
from core.testing import postgres

COLUMNS = """
select c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod)
    || case when a.attnotnull then ' not null' else '' end
    || case when a.attidentity = '' then '' else ' identity ' || a.attidentity::text end
    || case when a.attgenerated = '' then '' else ' generated' end
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
from pg_attribute a join pg_class c on c.oid = a.attrelid
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0
  and not a.attisdropped
"""
CONSTRAINTS = """
select t.relname || '.' || c.conname, pg_get_constraintdef(c.oid)
from pg_constraint c join pg_class t on t.oid = c.conrelid
where t.relnamespace = 'public'::regnamespace and c.contype in ('p', 'u', 'f', 'c', 'x')
"""
INDEXES = """
select tablename || '.' || indexname, regexp_replace(indexdef, ' ON [a-z]+\\.', ' ON ')
from pg_indexes where schemaname = 'public'
"""
NOT_OURS = ("procrastinate_", "alembic_version")


@pytest.fixture(scope="module")
def host() -> PluginHost:
    import_all()
    found = PluginHost(entry_points=[], strict=True)
    found.import_models()
    return found


@pytest.fixture(scope="module")
def built(host: PluginHost) -> Iterator[Engine]:
    """A database made from the models of core and of the bundled plugins, not by migrations."""
    here = postgres.empty_database()
    engine = create_engine(sqlalchemy_url(here.owner or ""))
    mapped = [m for m in Base.registry.mappers if m.class_.__module__.startswith(("core.", "plug"))]
    Base.metadata.create_all(engine, tables=[mapper.local_table for mapper in mapped])
    yield engine
    engine.dispose()
    postgres.drop_database(here)


def described(engine: Engine, query: str) -> dict[str, str]:
    with engine.connect() as connection:
        rows: list[Any] = list(connection.execute(text(query)))
    return {name: what for name, what in rows if not name.startswith(NOT_OURS)}


@pytest.mark.parametrize("query", [COLUMNS, CONSTRAINTS, INDEXES], ids=["columns", "keys", "index"])
def test_migrations_build_the_models(owner_engine: Engine, built: Engine, query: str) -> None:
    migrated, modelled = described(owner_engine, query), described(built, query)
    assert len(migrated) > 20
    differences = {
        name: (migrated.get(name), modelled.get(name))
        for name in migrated.keys() | modelled.keys()
        if migrated.get(name) != modelled.get(name)
    }
    assert differences == {}


def test_autogenerate_finds_nothing(session_urls: DatabaseUrls, host: PluginHost) -> None:
    """`alembic revision --autogenerate` proposes nothing, and only sees its own line's tables."""
    engine = create_engine(sqlalchemy_url(session_urls.owner or ""))
    prefixes = [plugin.name for plugin in host.plugins]
    for line in (core_line(), *plugin_lines(host)):
        with engine.begin() as connection:
            command.check(configuration(line, connection, prefixes))
    engine.dispose()
