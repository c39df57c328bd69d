"""``hamyar plugins``: list, check, begin, uninstall and purge plugins."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.config import OperatorError, Settings, load_settings
from core.plugin_host.host import PluginHost
from core.plugin_host.plugin import Plugin, PluginState, Source

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from core.plugin_host.removal import Remains


@click.group(name="plugins")
def command() -> None:
    """List, check, begin, uninstall and purge plugins."""


@command.command("list")
def list_plugins() -> None:
    """Show every plugin with its state; works without a database.

    Where the database answers, tables that are behind and plugins that are gone are shown too.
    """
    settings = load_settings()
    host = PluginHost()
    said = _mark(host, settings)
    for plugin in host.plugins:
        click.echo(_line(plugin))
        if plugin.reason:
            click.echo(f"{'':<26}{plugin.reason}")
    if said:
        click.echo(said, err=True)


def _line(plugin: Plugin) -> str:
    state = "announced" if plugin.is_announced and plugin.is_loaded else plugin.state
    origin = plugin.distribution if plugin.source is Source.INSTALLED else plugin.source
    return f"{plugin.name:<26}{state:<16}{plugin.version or '-':<12}{origin}".rstrip()


def _mark(host: PluginHost, settings: Settings) -> str:
    """Add what the database knows; return why nothing could be added, or ''."""
    url = _running_url(settings)
    if url is None:
        return "the database is not running: tables were not compared"
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError

    from core.database.urls import sqlalchemy_url
    from core.plugin_host.database import mark

    engine = create_engine(sqlalchemy_url(url), pool_size=1)
    try:
        mark(host, engine)
    except SQLAlchemyError as error:
        return f"the database does not answer: {str(error).splitlines()[0]}"
    finally:
        engine.dispose()
    return ""


def _running_url(settings: Settings) -> str | None:
    """Return the app's URL of a database that is there; never start or create one."""
    from core.database.embedded import EmbeddedServer
    from core.database.provision import ensure_database

    if settings.database_url is None:
        if not settings.home.is_dir() or EmbeddedServer(settings.home).attach() is None:
            return None
        return ensure_database(settings).app
    return settings.database_url


@command.command()
@click.argument("package")
def check(package: str) -> None:
    """Check the plugin in PACKAGE (its import name, as in hamyar_bikes).

    Looks into the current folder too. Exit code 1: it would be quarantined, or break a rule.
    """
    sys.path.insert(0, str(Path.cwd()))
    from core.plugin_host.checking import problems

    found = list(problems(package.removesuffix(".plugin")))
    for problem in found:
        click.echo(problem)
    if found:
        raise click.exceptions.Exit(1)
    click.echo(f"{package} is as it must be")


@command.command()
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the new project; default: hamyar-NAME here.",
)
@click.option("--title", default="", help="What people call the service, in English.")
@click.option("--title-fa", default="", help="The same in Persian.")
def new(name: str, into: Path | None, title: str, title_fa: str) -> None:
    """Begin a new service called NAME: a small one that works, with its tests."""
    from core.plugin_host.skeleton import SkeletonError, make

    try:
        folder = make(name, into, title=title, title_fa=title_fa)
    except SkeletonError as error:
        raise OperatorError(str(error)) from error
    click.echo(f"{folder} is ready:")
    click.echo(f"  cd {folder} && python -m pip install --editable '.[test]' && pytest")


@command.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def uninstall(name: str, yes: bool) -> None:
    """Uninstall plugin NAME; refused while anything binds it to a municipality. Data stays."""
    from core.localization import use_locale
    from core.plugin_host.database import everywhere
    from core.plugin_host.removal import holds, note

    host = PluginHost()
    plugin = _installed(host, name)
    with _engine("app") as engine:
        from core.database.unit_of_work import Actor, open_unit
        from core.models import import_all

        import_all()
        host.import_models()
        actor = Actor("hamyar plugins uninstall", origin="cli")
        with use_locale("en"), open_unit(everywhere(engine), actor, engine=engine) as uow:
            found = holds(uow, host, name)
            for hold in found:
                click.echo(f"{hold.municipality}: {'; '.join(hold.reasons)}", err=True)
            if found:
                raise OperatorError(f"{name} can't be uninstalled while this stands")
            if not yes:
                click.confirm(f"Uninstall {plugin.distribution} {plugin.version}?", abort=True)
            note(uow, "plugin.uninstall", name, {"version": plugin.version})
            _pip_uninstall(str(plugin.distribution))
    click.echo(f"{name} is uninstalled; its data stays until: hamyar plugins purge {name}")


def _installed(host: PluginHost, name: str) -> Plugin:
    plugin = host.get(name)
    if plugin is None or plugin.state is PluginState.ORPHANED:
        raise OperatorError(f"no plugin called {name} is installed")
    if plugin.source is Source.BUNDLED:
        raise OperatorError(f"{name} ships with Hamyar: switch it off instead of uninstalling it")
    return plugin


def _pip_uninstall(distribution: str) -> None:
    arguments = [sys.executable, "-m", "pip", "uninstall", "--yes", distribution]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OperatorError(f"pip could not uninstall it: {done.stderr.strip() or done.stdout}")


@command.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(name: str, yes: bool) -> None:
    """Delete all data of plugin NAME, which must be uninstalled. There is no way back."""
    from core.plugin_host import removal
    from core.plugin_host.database import everywhere

    if PluginHost().get(name):
        raise OperatorError(f"{name} is installed: uninstall it first")
    with _engine("owner") as engine:
        from core.database.unit_of_work import Actor, open_unit

        actor = Actor("hamyar plugins purge", origin="cli")
        with open_unit(everywhere(engine), actor, engine=engine) as uow:
            try:
                found = removal.remains(uow, name)
            except ValueError as error:
                raise OperatorError(str(error)) from error
            _show(name, found)
            if not yes:
                click.confirm("Delete all this for good?", abort=True)
            removal.purge(uow, name, found)
    click.echo(f"nothing of {name} is left but its history")


def _show(name: str, found: Remains) -> None:
    if not (found.tables or found.functions or found.municipalities):
        raise OperatorError(f"the database knows nothing of {name}")
    for table, rows in found.tables.items():
        click.echo(f"{table:<40}{rows:>12,} rows")
    if found.municipalities:
        click.echo(f"it was on in {', '.join(found.municipalities)}")


@contextmanager
def _engine(role: str) -> Iterator[Engine]:
    from sqlalchemy import create_engine

    from core.database.provision import ensure_database
    from core.database.urls import sqlalchemy_url

    url: str | None = getattr(ensure_database(load_settings()), role)
    if url is None:
        raise OperatorError("HAMYAR_OWNER_URL is needed for this")
    engine = create_engine(sqlalchemy_url(url), pool_size=1)
    try:
        yield engine
    finally:
        engine.dispose()
