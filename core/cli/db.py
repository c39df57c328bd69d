"""``hamyar db``: the life of the database."""

from __future__ import annotations

from pathlib import Path

import click

from core.config import OperatorError, Settings, load_settings
from core.database.embedded import EmbeddedServer, embedded_server


@click.group(name="db", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Start, upgrade, check, back up and restore the database."""


@command.command()
def start() -> None:
    """Start the embedded server (it stays up until `hamyar db stop`)."""
    server = embedded_server(load_settings())
    running = server.start()
    click.echo(f"PostgreSQL {running.version} runs (pid {running.pid}), data in {running.data}")
    click.echo(running.warning, err=True)


@command.command()
def stop() -> None:
    """Stop the embedded server; sessions are cut, nothing committed is lost."""
    settings = load_settings()
    stopped = settings.home.is_dir() and embedded_server(settings).stop()
    click.echo("stopped" if stopped else "the embedded server was not running")


@command.command()
def status() -> None:
    """Show where the database is and whether it answers; exit code 3 when it does not."""
    settings = load_settings()
    if settings.database_url:
        _external_status(settings)
    else:
        _embedded_status(settings)


def _embedded_status(settings: Settings) -> None:
    server = EmbeddedServer(settings.home)
    running = server.attach()
    click.echo(f"home     {settings.home}")
    click.echo(f"data     {server.data}{'' if server.data.exists() else ' (not created yet)'}")
    if running is None:
        click.echo("state    stopped")
        raise click.exceptions.Exit(3)
    click.echo(f"state    running, PostgreSQL {running.version}, pid {running.pid}")
    click.echo(f"socket   {running.sockets}")
    click.echo(running.warning, err=True)


def _external_status(settings: Settings) -> None:
    import psycopg

    from core.database.urls import redacted

    url = settings.database_url or ""
    click.echo(f"server   {redacted(url)}")
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            number = connection.info.server_version
    except psycopg.OperationalError as error:
        click.echo(f"state    {str(error).strip().splitlines()[-1]}")
        raise click.exceptions.Exit(3) from error
    click.echo(f"state    answers, PostgreSQL {number // 10000}.{number % 10000}")


@command.command()
def upgrade() -> None:
    """Create the database if need be and bring its tables to this version."""
    from core.database.migrate import upgrade as run
    from core.database.provision import ensure_database

    run(ensure_database(load_settings()))
    click.echo("the database is up to date")


@command.command()
def check() -> None:
    """Check roles, rights and the version of the tables; exit code 1 names each fault."""
    import psycopg

    from core.database.migrate import check as run
    from core.database.provision import ensure_database
    from core.database.roles import check_app_role

    found = ensure_database(load_settings())
    try:
        with psycopg.connect(found.app, connect_timeout=10) as connection:
            check_app_role(connection)
    except psycopg.OperationalError as error:
        raise OperatorError(str(error).strip().splitlines()[-1]) from error
    faults = run(found) or []
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise click.exceptions.Exit(1)
    click.echo("roles, rights and tables are as they must be")


@command.command("roles-sql")
@click.option("--database", default="hamyar", show_default=True, help="Name of the database.")
def roles_sql(database: str) -> None:
    """Print the SQL with which a DBA creates roles and database."""
    from core.database.roles import roles_sql as text

    click.echo(text(database), nl=False)


@command.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
def backup(folder: Path | None) -> None:
    """Dump the whole database into FOLDER (default: backups in HAMYAR_HOME).

    Beside the dump stands its manifest: rows of every table and the dump's sha256.
    """
    from core.database.backup import backup as dump
    from core.database.provision import ensure_database

    settings = load_settings()
    path, manifest = dump(ensure_database(settings), folder or settings.home / "backups")
    click.echo(f"{path} ({manifest.bytes:,} bytes)")
    click.echo(f"{manifest.total:,} rows in {len(manifest.rows)} tables, sha256 {manifest.sha256}")
    click.echo("keys are not in it: keep secrets.json and keys/ of HAMYAR_HOME elsewhere", err=True)


@command.command()
@click.argument("dump", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(dump: Path, yes: bool) -> None:
    """Load DUMP into the empty database of these settings and compare every table."""
    from core.database.backup import read_manifest
    from core.database.backup import restore as load
    from core.database.provision import ensure_database
    from core.database.urls import redacted

    manifest = read_manifest(dump)
    found = ensure_database(load_settings())
    click.echo(f"{manifest.total:,} rows of {manifest.made_at} into {redacted(found.app)}")
    if not yes:
        click.confirm("Restore?", abort=True)
    load(found, dump)
    click.echo(f"restored: {len(manifest.rows)} tables, every count as in the manifest")
