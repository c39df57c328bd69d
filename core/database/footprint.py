"""What a plugin's migration may leave behind: its own tables, protected, and nothing else.

Migrations run as the owner of the database, so nothing but a comparison keeps them from
altering tables of core (docs/adr/0004-migrations.md).
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, text

from core.database.base import Base, TableClass

OUTSIDE = text("""
with foreign_tables as (
  select c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relacl
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
    and not starts_with(c.relname, :prefix) and c.relname <> :version_table
    and not exists (select 1 from pg_depend d join pg_class own on own.oid = d.refobjid
      where d.objid = c.oid and d.deptype in ('a', 'i') and starts_with(own.relname, :prefix)))
select 'table', t.relname, concat_ws(' ', t.relkind, t.relrowsecurity, t.relforcerowsecurity,
    t.relacl)
  from foreign_tables t
union all
select 'column', t.relname || '.' || a.attname,
    concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull,
      pg_get_expr(d.adbin, d.adrelid))
  from foreign_tables t join pg_attribute a on a.attrelid = t.oid
  left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
  where a.attnum > 0 and not a.attisdropped
union all
select 'constraint', t.relname || '.' || k.conname, pg_get_constraintdef(k.oid)
  from foreign_tables t join pg_constraint k on k.conrelid = t.oid
union all
select 'index', i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
  from foreign_tables t join pg_index i on i.indrelid = t.oid
union all
select 'trigger', t.relname || '.' || g.tgname, pg_get_triggerdef(g.oid)
  from foreign_tables t join pg_trigger g on g.tgrelid = t.oid where not g.tgisinternal
union all
select 'policy', t.relname || '.' || p.polname, concat_ws(' ', p.polroles,
    pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
  from foreign_tables t join pg_policy p on p.polrelid = t.oid
union all
select 'function', p.oid::regprocedure::text, concat_ws(' ', md5(p.prosrc), p.prosecdef, p.proacl)
  from pg_proc p where p.pronamespace = 'public'::regnamespace
    and not starts_with(p.proname, :prefix)
""")
"""(kind, name, definition) of all that isn't the plugin's; sequences of its columns are its own."""

OPEN_TABLES = text("""
select relname from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
  and starts_with(relname, :prefix) and not (relrowsecurity and relforcerowsecurity)
  and relname not in :without_rows
order by relname
""").bindparams(bindparam("without_rows", expanding=True))

Outside = frozenset[tuple[str, str, str]]


class FootprintError(Exception):
    """A migration touched what isn't its plugin's, or left a table open."""


def outside(connection: Connection, prefix: str, version_table: str) -> Outside:
    """Return a description of everything in the schema that isn't the plugin's."""
    found = connection.execute(OUTSIDE, {"prefix": f"{prefix}_", "version_table": version_table})
    return frozenset((kind, name, definition) for kind, name, definition in found)


def check(connection: Connection, prefix: str, version_table: str, before: Outside) -> None:
    """Raise `FootprintError` if something of others was changed, or a table has no policies."""
    after = outside(connection, prefix, version_table)
    touched = sorted({f"{kind} {name}" for kind, name, _definition in before ^ after})
    if touched:
        raise FootprintError(f"its migrations touch what is not its own: {', '.join(touched)}")
    open_tables = connection.execute(
        OPEN_TABLES, {"prefix": f"{prefix}_", "without_rows": ["", *_global_tables(prefix)]}
    )
    if names := list(open_tables.scalars()):
        raise FootprintError(
            f"row-level security is not forced on {', '.join(names)} (core.sdk.migrations.isolate)"
        )


def _global_tables(prefix: str) -> list[str]:
    """Return the plugin's tables whose class needs no policy."""
    models = (mapper.class_ for mapper in Base.registry.mappers)
    return [
        model.__tablename__
        for model in models
        if getattr(model, "table_class", None) is TableClass.GLOBAL
        and model.__tablename__.startswith(f"{prefix}_")
    ]
