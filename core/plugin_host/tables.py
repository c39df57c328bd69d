"""Importing a plugin's models and checking the tables that they add.

Imported only by the app and the migrations, since it needs SQLAlchemy.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import sqlalchemy
from sqlalchemy import Column, Index, Table, UniqueConstraint
from sqlalchemy.orm import configure_mappers

from core.database.base import Base, TableClass
from core.models import import_all
from core.plugin_host.quarantine import PluginRefusedError


def prepare() -> None:
    """Complete core's models first: a fault of theirs must not be put down to a plugin."""
    import_all()
    configure_mappers()


def import_models(package: str, name: str, other_plugins: Iterable[str]) -> None:
    """Import ``<package>.models`` if there is one; its tables must keep to the rules.

    On any error all that it added is taken out again, so that the other plugins and core go on,
    and the error is raised.
    """
    if importlib.util.find_spec(f"{package}.models") is None:
        return
    before = set(Base.metadata.tables)
    try:
        importlib.import_module(f"{package}.models")
        _refuse(list(_problems(name, _own(package, before), set(other_plugins))))
        configure_mappers()
    except BaseException:
        take_out(package, name, before)
        raise


def _refuse(found: list[str]) -> None:
    if found:
        raise PluginRefusedError("; ".join(found))


def _classes(package: str) -> list[type[Any]]:
    mapped = (mapper.class_ for mapper in Base.registry.mappers)
    return [model for model in mapped if model.__module__.startswith(package + ".")]


def _own(package: str, before: set[str]) -> dict[str, Table]:
    """Return the plugin's tables: of its classes (imported earlier, perhaps) and the new ones."""
    mapped = {str(sqlalchemy.inspect(model).local_table) for model in _classes(package)}
    everything = Base.metadata.tables
    return {key: t for key, t in everything.items() if key in mapped or key not in before}


def _problems(name: str, own: dict[str, Table], others: set[str]) -> Iterator[str]:
    prefix = name + "_"
    taken = sorted(t for t in Base.metadata.tables if t.startswith(prefix) and t not in own)
    if taken:
        yield f"the prefix {prefix!r} is already that of the table {taken[0]!r}"
    for key, table in sorted(own.items()):
        if not key.startswith(prefix):
            yield f"the table {key!r} must start with {prefix!r}"
        yield from _class_problems(table)
        yield from _reference_problems(table, others - {name})


def _class_problems(table: Table) -> Iterator[str]:
    kind, reason = _declared_class(table)
    if not isinstance(kind, TableClass):
        yield f"the table {table.name!r} doesn't say its table_class"
    elif kind is TableClass.TENANT:
        yield from _tenant_problems(table)
    elif kind is TableClass.GLOBAL and not reason:
        yield f"the global table {table.name!r} gives no table_reason"


def _tenant_problems(table: Table) -> Iterator[str]:
    """Yield each key that could meet another municipality's row."""
    if not _starts_with_tenant(table.primary_key.columns):
        yield f"the primary key of {table.name!r} must start with municipality_id"
    unique: list[UniqueConstraint | Index] = [i for i in table.indexes if i.unique]
    unique += [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    for key in unique:
        if not _starts_with_tenant(key.columns):
            yield f"the unique key {key.name!r} of {table.name!r} must start with municipality_id"
    for reference in table.foreign_key_constraints:
        target = Base.metadata.tables.get(reference.elements[0].target_fullname.partition(".")[0])
        if target is None or _declared_class(target)[0] is not TableClass.TENANT:
            continue
        if not _starts_with_tenant(reference.columns):
            yield (
                f"the reference of {table.name!r} to {target.name!r} must start with"
                " municipality_id (core.sdk.models.tenant_fk)"
            )


def _starts_with_tenant(columns: Iterable[Column[Any]]) -> bool:
    first = next(iter(columns), None)
    return first is not None and first.name == "municipality_id"


def _declared_class(table: Table) -> tuple[object, str]:
    for mapper in Base.registry.mappers:
        if mapper.local_table is table:
            model = mapper.class_
            return getattr(model, "table_class", None), getattr(model, "table_reason", "")
    return table.info.get("table_class"), table.info.get("table_reason", "")


def _reference_problems(table: Table, others: set[str]) -> Iterator[str]:
    for key in table.foreign_keys:
        target = key.target_fullname.partition(".")[0]
        if any(target.startswith(other + "_") for other in others):
            yield f"{table.name!r} refers to {target!r}, a table of another plugin"


def take_out(package: str, name: str, before: Collection[str]) -> None:
    """Unmap a plugin's models; its own tables and all not ``before`` leave the metadata."""
    for model in _classes(package):
        # SQLAlchemy has no public way to unmap one class, and a broken mapper left behind
        # would make every later query of core fail.
        manager = sqlalchemy.inspect(model).class_manager
        Base.registry._dispose_manager_and_mapper(manager)
        Base.registry._managers.pop(manager, None)
    for key, table in list(Base.metadata.tables.items()):
        if key not in before or key.startswith(name + "_"):
            Base.metadata.remove(table)
    for module in [m for m in sys.modules if f"{m}.".startswith(f"{package}.models.")]:
        del sys.modules[module]
