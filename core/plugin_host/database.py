"""What the database knows of plugins: tables that are behind, and plugins that are gone."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, select, text

from core.activation.models import ServiceActivation
from core.database import migrate
from core.database.scope import EMPTY, Scope
from core.database.unit_of_work import UnitOfWork, open_unit
from core.municipalities.models import Municipality
from core.plugin_host.host import PluginHost

VERSION_TABLES = text(
    "select tablename from pg_tables where schemaname = 'public'"
    " and starts_with(tablename, :prefix) order by tablename"
)


def mark(host: PluginHost, engine: Engine) -> None:
    """Gate off the plugins whose tables are behind, and add those that are not installed any more.

    A database without core's tables is left alone: nothing can run on it yet.
    """
    with engine.connect() as connection:
        if connection.scalar(text("select to_regclass('service_activation')")) is None:
            return
        for line in migrate.plugin_lines(host):
            if reason := behind(connection, line):
                host.mark_needs_migration(line.name, reason)
        known = migrated(connection)
    host.mark_orphans(known | ever_activated(engine))


def behind(connection: Connection, line: migrate.Line) -> str:
    """Return why a plugin's tables don't fit its code, or ''."""
    if reason := migrate.missing_core_revision(connection, line):
        return reason
    if migrate.pending(connection, line):
        return "its tables are not those of its code: run hamyar db upgrade"
    return ""


def migrated(connection: Connection) -> set[str]:
    """Return the plugins that have a version table in this database."""
    prefix = f"{migrate.CORE_VERSIONS}_"
    tables = connection.scalars(VERSION_TABLES, {"prefix": prefix})
    return {table.removeprefix(prefix) for table in tables}


def everywhere(engine: Engine) -> Scope:
    """Return the scope of all municipalities, for work on the whole province."""
    with open_unit(EMPTY, engine=engine, read_only=True) as uow:
        return Scope(frozenset(uow.session.scalars(select(Municipality.id))))


def ever_activated(engine: Engine) -> set[str]:
    """Return the services that were ever on anywhere and not purged."""
    with open_unit(everywhere(engine), engine=engine, read_only=True) as uow:
        found = select(ServiceActivation.service).where(ServiceActivation.ever_on).distinct()
        return set(uow.session.scalars(found))


def places_of(uow: UnitOfWork, service: str) -> list[Municipality]:
    """Return the municipalities, within the scope, where a service was ever on."""
    found = select(Municipality).join(
        ServiceActivation, ServiceActivation.municipality_id == Municipality.id
    )
    return list(
        uow.session.scalars(
            found.where(ServiceActivation.service == service, ServiceActivation.ever_on).order_by(
                Municipality.code
            )
        )
    )
