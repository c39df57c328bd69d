"""Upgrade the database: core first, then each plugin with its own version table.

One shared version table would break core upgrades after a plugin is uninstalled
(docs/adr/0004-migrations.md), so ``alembic_version_<plugin>`` stays behind with its tables.
"""

from __future__ import annotations

import importlib.resources
import logging
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text

from core.config import OperatorError
from core.database import footprint
from core.database.urls import DatabaseUrls, sqlalchemy_url
from core.plugin_host.host import PluginHost

CORE_VERSIONS = "alembic_version"
LOCK = 0x48414D59  # "HAMY": two upgrades at once wait for each other

logger = logging.getLogger("hamyar.plugins")


class MigrationError(OperatorError):
    """Migrations of plugins failed; the database of everything else is up to date."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of revisions: core's (``prefix`` None) or a plugin's.

    ``core_revision`` is the revision of core that the plugin's migrations need, if any.
    """

    name: str
    versions: Path
    prefix: str | None = None
    core_revision: str = ""

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
    return [core_line(), *plugin_lines(host)]


def plugin_lines(host: PluginHost) -> list[Line]:
    """Return the lines of the loaded plugins that have migrations."""
    found = []
    for plugin in host.loaded():
        folder = Path(str(getattr(plugin.module, "__file__", ""))).parent / "migrations"
        if folder.is_dir() and plugin.manifest:
            revision = plugin.manifest.core_revision
            found.append(Line(plugin.name, folder / "versions", plugin.name, revision))
    return found


def upgrade(urls: DatabaseUrls, host: PluginHost | None = None) -> None:
    """Bring core and every loaded plugin (of ``host``) to their heads, as the owner role.

    Raises:
        LookupError: the owner's URL is not known here.
        MigrationError: a plugin's migrations failed; all others are at their heads.
    """
    if urls.owner is None:
        raise LookupError("HAMYAR_OWNER_URL is needed to migrate")
    host = host or PluginHost()
    host.import_models()  # a plugin whose tables break the rules is not migrated at all
    engine = create_engine(sqlalchemy_url(urls.owner), pool_size=2, max_overflow=0)
    try:
        upgrade_lines(engine, lines(host))
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
    failed = []
    with engine.connect() as guard:
        guard.execute(text("select pg_advisory_lock(:key)"), {"key": LOCK})
        for line in lines:
            try:
                with engine.begin() as connection:
                    _upgrade_line(connection, line)
            except Exception as error:
                if line.prefix is None:
                    raise
                logger.exception("the migrations of plugin %s failed", line.name)
                failed.append(f"{line.name}: {str(error).strip().splitlines()[0]}")
    if failed:
        raise MigrationError("; ".join(failed))


def _upgrade_line(connection: Connection, line: Line) -> None:
    if line.prefix is None:
        command.upgrade(configuration(line, connection), "heads")
        return
    if reason := missing_core_revision(connection, line):
        raise MigrationError(reason)
    before = footprint.outside(connection, line.prefix, line.version_table)
    command.upgrade(configuration(line, connection), "heads")
    footprint.check(connection, line.prefix, line.version_table, before)


def missing_core_revision(connection: Connection, line: Line) -> str:
    """Return why core's own tables are too old for the line, or ''."""
    if not line.core_revision:
        return ""
    script = ScriptDirectory.from_config(configuration(core_line(), connection))
    context = MigrationContext.configure(connection, opts={"version_table": CORE_VERSIONS})
    heads = context.get_current_heads()
    applied = {r.revision for r in script.iterate_revisions(heads, "base")} if heads else set()
    known = line.core_revision in applied
    return "" if known else f"it needs revision {line.core_revision} of core's tables"


def pending(connection: Connection, line: Line) -> bool:
    """Tell whether the line's head is not yet applied to this database."""
    script = ScriptDirectory.from_config(configuration(line, connection))
    context = MigrationContext.configure(connection, opts={"version_table": line.version_table})
    return set(context.get_current_heads()) != set(script.get_heads())
