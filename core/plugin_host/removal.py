"""Taking a plugin away: what holds it, and purging what one that is gone has left behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, text

from core.activation import services
from core.activation.queries import activation
from core.activation.states import OPEN, ServiceState
from core.audit.services import record
from core.database.migrate import CORE_VERSIONS
from core.database.unit_of_work import UnitOfWork
from core.errors import Unavailable
from core.municipalities.models import Municipality
from core.municipalities.place import Place
from core.plugin_host.database import places_of
from core.plugin_host.host import PluginHost
from core.plugin_host.manifest import RESERVED

OWN_TABLES = text("""
select relname from pg_class where relnamespace = 'public'::regnamespace
  and relkind in ('r', 'p') and (starts_with(relname, :prefix) or relname = :version_table)
order by relname
""")
OWN_FUNCTIONS = text("""
select oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace
  and starts_with(proname, :prefix) order by 1
""")


@dataclass(frozen=True, slots=True)
class Hold:
    """What keeps a plugin in one municipality, as plain sentences."""

    municipality: str
    reasons: tuple[str, ...]


def holds(uow: UnitOfWork, host: PluginHost, name: str) -> list[Hold]:
    """Return each municipality, within the scope, that the plugin can't leave yet."""
    found = []
    for row in places_of(uow, name):
        reasons = tuple(_reasons(uow, host, name, _place(row)))
        if reasons:
            found.append(Hold(row.code, reasons))
    return found


def _place(row: Municipality) -> Place:
    return Place.of(row)


def _reasons(uow: UnitOfWork, host: PluginHost, name: str, place: Place) -> Iterator[str]:
    state = activation(uow, place, name).state
    if state in OPEN:
        yield f"the service is {state}"
    try:
        for blocker in services.blockers(uow, host, place, name, ServiceState.OFF):
            yield str(blocker.title)
    except Unavailable as error:
        yield str(error)


@dataclass(frozen=True, slots=True)
class Remains:
    """What a plugin that is gone has left: tables with their rows, functions, municipalities."""

    tables: dict[str, int]
    functions: tuple[str, ...]
    municipalities: tuple[str, ...]


def remains(uow: UnitOfWork, name: str) -> Remains:
    """Return what is left of a plugin; the unit of work is the owner's, with every municipality.

    Raises:
        ValueError: the name is core's own.
    """
    if name in RESERVED:
        raise ValueError(f"{name} belongs to core")
    connection = uow.session.connection()
    parameters = {"prefix": f"{name}_", "version_table": f"{CORE_VERSIONS}_{name}"}
    tables = list(connection.scalars(OWN_TABLES, parameters))
    return Remains(
        {table: _count(connection, table) for table in tables},
        tuple(connection.scalars(OWN_FUNCTIONS, parameters)),
        tuple(row.code for row in places_of(uow, name)),
    )


def _count(connection: Connection, table: str) -> int:
    return int(connection.scalar(text(f'select count(*) from "{table}"')) or 0)


def purge(uow: UnitOfWork, name: str, found: Remains) -> None:
    """Drop what is left of a plugin, for good, and note it in every organisation's audit.

    The history of its activations stays, as all history does.
    """
    connection = uow.session.connection()
    tables = ", ".join(f'"{table}"' for table in found.tables)
    if tables:
        connection.execute(text(f"drop table {tables}"))
    for function in found.functions:
        connection.execute(text(f"drop function {function}"))
    connection.execute(text("delete from service_activation where service = :name"), {"name": name})
    detail = {"tables": found.tables, "municipalities": list(found.municipalities)}
    note(uow, "plugin.purge", name, detail)


def note(uow: UnitOfWork, action: str, name: str, detail: dict[str, Any]) -> None:
    """Note what was done to a plugin in every organisation's audit."""
    organisations = select(Municipality.id).where(Municipality.organisation_id.is_(None))
    for organisation_id in uow.session.scalars(organisations):
        record(
            uow,
            action,
            municipality_id=organisation_id,
            subject_type="plugin",
            subject_id=name,
            detail=detail,
        )
