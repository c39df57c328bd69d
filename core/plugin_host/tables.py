"""Importing a plugin's models and checking the tables that they add.

Imported only by the app and the migrations, since it needs SQLAlchemy.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy
from sqlalchemy import Table
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
        _take_out(package, _own(package, before))
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
    elif kind is TableClass.TENANT and _first_key(table) != "municipality_id":
        yield f"the primary key of {table.name!r} must start with municipality_id"
    elif kind is TableClass.GLOBAL and not reason:
        yield f"the global table {table.name!r} gives no table_reason"


def _declared_class(table: Table) -> tuple[object, str]:
    for mapper in Base.registry.mappers:
        if mapper.local_table is table:
            model = mapper.class_
            return getattr(model, "table_class", None), getattr(model, "table_reason", "")
    return table.info.get("table_class"), table.info.get("table_reason", "")


def _first_key(table: Table) -> str:
    columns = list(table.primary_key.columns)
    return columns[0].name if columns else ""


def _reference_problems(table: Table, others: set[str]) -> Iterator[str]:
    for key in table.foreign_keys:
        target = key.target_fullname.partition(".")[0]
        if any(target.startswith(other + "_") for other in others):
            yield f"{table.name!r} refers to {target!r}, a table of another plugin"


def _take_out(package: str, tables: dict[str, Table]) -> None:
    for model in _classes(package):
        # SQLAlchemy has no public way to unmap one class, and a broken mapper left behind
        # would make every later query of core fail.
        manager = sqlalchemy.inspect(model).class_manager
        Base.registry._dispose_manager_and_mapper(manager)
        Base.registry._managers.pop(manager, None)
    for table in tables.values():
        Base.metadata.remove(table)
    for module in [m for m in sys.modules if f"{m}.".startswith(f"{package}.models.")]:
        del sys.modules[module]
