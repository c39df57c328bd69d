"""Upgrade the database: core first, then each plugin with its own version table.

One shared version table would break core upgrades after a plugin is uninstalled
(docs/adr/0004-migrations.md), so ``alembic_version_<plugin>`` stays behind with its tables.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text

from core.database.urls import DatabaseUrls, sqlalchemy_url
from core.plugin_host.host import PluginHost

CORE_VERSIONS = "alembic_version"
LOCK = 0x48414D59  # "HAMY": two upgrades at once wait for each other


@dataclass(frozen=True, slots=True)
class Line:
    """One line of revisions: core's (``prefix`` None) or a plugin's."""

    name: str
    versions: Path
    prefix: str | None = None

    @property
    def version_table(self) -> str:
        """The table that holds this line's current revision."""
        return f"{CORE_VERSIONS}_{self.prefix}" if self.prefix else CORE_VERSIONS


def environment() -> Path:
    """Return the folder of ``env.py``; the package ``migrations`` ships in the wheel."""
    with ExitStack() as stack:
        return stack.enter_context(
            importlib.resources.as_file(importlib.resources.files("migrations"))
        )


def core_line() -> Line:
    """Return core's line of revisions."""
    return Line("core", environment() / "versions")


def configuration(line: Line, connection: Connection, others: Iterable[str] = ()) -> Config:
    """Return an Alembic configuration for one line on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(environment()))
    config.set_main_option("version_locations", str(line.versions))
    config.set_main_option("path_separator", "os")
    config.attributes.update(
        connection=connection,
        version_table=line.version_table,
        prefix=line.prefix,
        foreign_prefixes=frozenset(others),
    )
    return config


def lines(host: PluginHost) -> list[Line]:
    """Return core's line and those of the loaded plugins that have migrations."""
    found = [core_line()]
    for plugin in host.loaded():
        module = plugin.module
        folder = Path(str(module.__file__)).parent / "migrations" if module else None
        if folder and folder.is_dir():
            found.append(Line(plugin.name, folder / "versions", prefix=plugin.name))
    return found


def upgrade(urls: DatabaseUrls) -> None:
    """Bring core and every loaded plugin to their heads, as the owner role.

    Raises LookupError if the owner's URL is not known here.
    """
    if urls.owner is None:
        raise LookupError("HAMYAR_OWNER_URL is needed to migrate")
    engine = create_engine(sqlalchemy_url(urls.owner), pool_size=2, max_overflow=0)
    try:
        upgrade_lines(engine, lines(PluginHost()))
    finally:
        engine.dispose()


def check(urls: DatabaseUrls) -> list[str]:
    """Return the names of the lines that are not at their heads."""
    engine = create_engine(sqlalchemy_url(urls.owner or urls.app), pool_size=1)
    try:
        with engine.connect() as connection:
            return [line.name for line in lines(PluginHost()) if pending(connection, line)]
    finally:
        engine.dispose()


def upgrade_lines(engine: Engine, lines: Iterable[Line]) -> None:
    """Bring every line to its head, each in one transaction, under an advisory lock."""
    with engine.connect() as guard:
        guard.execute(text("select pg_advisory_lock(:key)"), {"key": LOCK})
        for line in lines:
            with engine.begin() as connection:
                command.upgrade(configuration(line, connection), "heads")


def pending(connection: Connection, line: Line) -> bool:
    """Tell whether the line's head is not yet applied to this database."""
    script = ScriptDirectory.from_config(configuration(line, connection))
    context = MigrationContext.configure(connection, opts={"version_table": line.version_table})
    return set(context.get_current_heads()) != set(script.get_heads())
