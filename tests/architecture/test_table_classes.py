"""Every table keeps what its class promises, read from PostgreSQL's own catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from core.database.base import Base, TableClass
from core.jobs.models import LIBRARY_TABLES
from core.models import import_all
from core.plugin_host.host import PluginHost

TABLES = """
select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
  exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'municipality_id'
    and not a.attisdropped) as has_municipality
from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
"""
KEYS = """
select t.relname as name, i.relname as index, x.indisprimary as is_primary,
  array(select a.attname::text from unnest(x.indkey) with ordinality k(attnum, n)
    join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum order by k.n) as columns
from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
where t.relnamespace = 'public'::regnamespace and x.indisunique
"""
FOREIGN_KEYS = """
select c.conname as constraint, s.relname as name, t.relname as target,
  array(select a.attname::text from unnest(c.conkey) with ordinality k(attnum, n)
    join pg_attribute a on a.attrelid = s.oid and a.attnum = k.attnum order by k.n) as columns,
  array(select a.attname::text from unnest(c.confkey) with ordinality k(attnum, n)
    join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum order by k.n) as targets
from pg_constraint c join pg_class s on s.oid = c.conrelid join pg_class t on t.oid = c.confrelid
where c.contype = 'f' and s.relnamespace = 'public'::regnamespace
"""
POLICIES = """
select tablename as name, policyname as policy, roles::text[] as roles, cmd, permissive,
  coalesce(qual, '') as qual, coalesce(with_check, '') as with_check
from pg_policies where schemaname = 'public'
"""
EXCLUSIONS = """
select t.relname as name, pg_get_constraintdef(c.oid) as definition
from pg_constraint c join pg_class t on t.oid = c.conrelid
where c.contype = 'x' and t.relnamespace = 'public'::regnamespace
"""
RIGHTS = """
select grantee as role, privilege_type as privilege, table_name as name
from information_schema.table_privileges where table_schema = 'public'
"""
FUNCTIONS = """
select p.oid::regprocedure::text as name, p.prosecdef as definer, r.rolname as owner,
  coalesce(array_to_string(p.proconfig, ';'), '') as config,
  has_function_privilege('public', p.oid, 'execute') as open
from pg_proc p join pg_roles r on r.oid = p.proowner
where p.pronamespace = 'public'::regnamespace
  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
"""


@pytest.fixture(scope="module")
def classes() -> dict[str, tuple[TableClass, str]]:
    """Return class and reason of every table of core and of the bundled plugins."""
    import_all()
    PluginHost(entry_points=[], strict=True).import_models()
    return {
        str(mapper.local_table): (mapper.class_.table_class, mapper.class_.table_reason)
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith(("core.", "plugins."))
    }


@pytest.fixture(scope="module")
def catalogue(owner_engine: Engine) -> Iterator[Connection]:
    with owner_engine.connect() as connection:
        yield connection


def ask(catalogue: Connection, query: str) -> list[Any]:
    return list(catalogue.execute(text(query)))


def of(classes: dict[str, tuple[TableClass, str]], *wanted: TableClass) -> set[str]:
    return {name for name, (kind, _reason) in classes.items() if kind in wanted}


def test_every_table_says_its_class(
    classes: dict[str, tuple[TableClass, str]], catalogue: Connection
) -> None:
    found = {row.name for row in ask(catalogue, TABLES)}
    versions = {name for name in found if name.startswith("alembic_version")}
    assert found - versions == {*classes, *LIBRARY_TABLES}


def test_global_tables_have_a_reason(
    classes: dict[str, tuple[TableClass, str]], catalogue: Connection
) -> None:
    assert not [n for n, (k, reason) in classes.items() if (k is TableClass.GLOBAL) != bool(reason)]
    open_to_all = of(classes, TableClass.GLOBAL)
    rows = ask(catalogue, TABLES)
    assert not [row.name for row in rows if row.name in open_to_all and row.has_municipality]


def test_everything_else_is_under_forced_row_level_security(
    classes: dict[str, tuple[TableClass, str]], catalogue: Connection
) -> None:
    isolated = {*classes} - of(classes, TableClass.GLOBAL)
    forced = {row.name for row in ask(catalogue, TABLES) if row.forced}
    assert isolated - forced == set()


def test_policies_of_owner_backup_and_scope(
    classes: dict[str, tuple[TableClass, str]], catalogue: Connection
) -> None:
    """The owner would be blind in migrations, the backup would miss rows without a word."""
    policies = ask(catalogue, POLICIES)
    isolated = {*classes} - of(classes, TableClass.GLOBAL)
    whole = {p.name for p in policies if p.roles == ["hamyar_owner"] and p.cmd == "ALL"
             and p.qual == p.with_check == "true"}  # fmt: skip
    read = {p.name for p in policies if p.roles == ["hamyar_backup"] and p.cmd == "SELECT"
            and p.qual == "true"}  # fmt: skip
    served = {p.name for p in policies if p.roles == ["hamyar_app"]}
    assert isolated - whole == isolated - read == set()
    reachable = {right.name for right in ask(catalogue, RIGHTS) if right.role == "hamyar_app"}
    assert (isolated & reachable) - served == set()
    assert {p.permissive for p in policies} == {"PERMISSIVE"}
    assert {role for p in policies for role in p.roles} == {
        "hamyar_owner", "hamyar_app", "hamyar_backup",
    }  # fmt: skip


def test_policies_ask_the_scope_once_per_statement(
    classes: dict[str, tuple[TableClass, str]], catalogue: Connection
) -> None:
    """A call outside a sub-select runs for every row: 497 ms instead of 17."""
    for policy in ask(catalogue, POLICIES):
        said = f"{policy.qual} {policy.with_check}"
        if policy.roles == ["hamyar_app"]:
            assert "hamyar_scope()" in said or "hamyar_person()" in said, policy
        for function in ("hamyar_scope", "hamyar_person", "hamyar_today"):
            calls = said.count(f"{function}()")
            assert said.count(f"( SELECT {function}()") == calls, policy


def test_keys_of_tenant_tables_start_with_the_municipality(
    classes: dict[str, tuple[TableClass, str]], catalogue: Connection
) -> None:
    """An error of a wider UNIQUE would tell another municipality's data."""
    tenant = of(classes, TableClass.TENANT)
    keys = [row for row in ask(catalogue, KEYS) if row.name in tenant]
    assert tenant - {row.name for row in keys if row.is_primary} == set()
    assert [row.index for row in keys if row.columns[:1] != ["municipality_id"]] == []


def test_exclusions_of_tenant_tables_name_the_municipality(
    classes: dict[str, tuple[TableClass, str]], catalogue: Connection
) -> None:
    tenant = of(classes, TableClass.TENANT)
    for row in ask(catalogue, EXCLUSIONS):
        if row.name in tenant:
            assert "municipality_id WITH =" in row.definition, row


def test_foreign_keys_cannot_cross_municipalities(
    classes: dict[str, tuple[TableClass, str]], catalogue: Connection
) -> None:
    tenant = of(classes, TableClass.TENANT)
    crossing = [
        row.constraint
        for row in ask(catalogue, FOREIGN_KEYS)
        if row.target in tenant
        and (row.columns[0] != "municipality_id" or row.targets[0] != "municipality_id")
    ]
    assert crossing == []


def test_exclusivity_keys_are_out_of_the_apps_reach(
    classes: dict[str, tuple[TableClass, str]], catalogue: Connection
) -> None:
    keys = of(classes, TableClass.EXCLUSIVITY)
    rights = ask(catalogue, RIGHTS)
    assert [r for r in rights if r.name in keys and r.role == "hamyar_app"] == []


def test_nobody_else_has_rights(catalogue: Connection) -> None:
    rights = ask(catalogue, RIGHTS)
    assert {r.role for r in rights} == {"hamyar_owner", "hamyar_app", "hamyar_backup"}
    assert {r.privilege for r in rights if r.role == "hamyar_backup"} == {"SELECT"}
    app = {r.privilege for r in rights if r.role == "hamyar_app"}
    assert app == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_append_only_tables_are_closed_by_right_and_by_trigger(catalogue: Connection) -> None:
    triggers = "select tgrelid::regclass::text as name from pg_trigger where tgname = :name"
    guarded = [
        set(catalogue.execute(text(triggers), {"name": name}).scalars())
        for name in ("append_only", "append_only_truncate")
    ]
    assert guarded[0] == guarded[1]
    assert {"audit_entry", "service_activation_change"} <= guarded[0]
    rights = [r for r in ask(catalogue, RIGHTS) if r.role == "hamyar_app" and r.name in guarded[0]]
    assert {r.privilege for r in rights} <= {"SELECT", "INSERT"}


def test_views_look_with_the_readers_rights(catalogue: Connection) -> None:
    views = ask(
        catalogue,
        "select relname as name, coalesce(array_to_string(reloptions, ','), '') as options"
        " from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')",
    )
    assert [view.name for view in views if "security_invoker=true" not in view.options] == []


def test_functions(catalogue: Connection) -> None:
    """A definer function with the caller's search_path could be hijacked."""
    functions = ask(catalogue, FUNCTIONS)
    assert {f.owner for f in functions} == {"hamyar_owner"}
    assert [f.name for f in functions if f.open] == []
    definers = [f for f in functions if f.definer]
    assert len(definers) >= 2
    fixed = "search_path=public, pg_temp"
    assert [f.name for f in definers if fixed not in f.config.split(";")] == []


def test_the_app_owns_nothing(catalogue: Connection) -> None:
    owned = ask(
        catalogue,
        "select relname from pg_class c join pg_roles r on r.oid = c.relowner"
        " where r.rolname in ('hamyar_app', 'hamyar_backup') and c.relpersistence <> 't'",
    )
    assert owned == []
