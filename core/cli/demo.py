"""``hamyar demo``: an invented province to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from core.config import Settings, load_settings

if TYPE_CHECKING:
    from core.database.urls import DatabaseUrls


@click.command(name="demo")
@click.option(
    "--size",
    type=click.Choice(["small", "demo", "full"]),
    default="demo",
    show_default=True,
    help="240, 1,500 or 17,000 staff.",
)
@click.option("--seed", type=int, default=1405, show_default=True, help="The same gives the same.")
def command(size: str, seed: int) -> None:
    """Fill the empty database with the 17 municipalities of Alborz and invented staff.

    A database that has accounts already keeps what it has.
    """
    from core.database.migrate import upgrade
    from core.database.provision import ensure_database

    settings = load_settings()
    found = ensure_database(settings)
    upgrade(found)
    if not _has_accounts(found) and _fill(settings, size, seed):
        _count_rows(found)
        click.echo("The demonstration is ready.")
    else:
        click.echo("The database has data already and keeps it.")
    _show_accounts(settings.base_url)


def _has_accounts(found: DatabaseUrls) -> bool:
    """Look before the application is made: a second start must not wait for it twice."""
    import psycopg

    with psycopg.connect(found.app) as connection:
        row = connection.execute("select exists (select from account)").fetchone()
    return bool(row and row[0])


def _fill(settings: Settings, size: str, seed: int) -> bool:
    from core.app import create_app
    from core.demo.filling import fill
    from core.demo.province import Size

    return fill(create_app(settings), Size(size), seed)


def _count_rows(found: DatabaseUrls) -> None:
    """Let PostgreSQL plan with the new numbers now; by itself it would look in a minute."""
    import psycopg

    if found.owner:
        with psycopg.connect(found.owner, autocommit=True) as connection:
            connection.execute("analyze")


def _show_accounts(url: str) -> None:
    from core.demo.accounts import ACCOUNTS, PASSWORD

    click.echo(f"\nOpen {url} and sign in; every password is {PASSWORD}")
    click.echo("(known to everybody: keep the demonstration on this machine)\n")
    for account in ACCOUNTS:
        click.echo(f"  {account.username:<9} {account.who.full_name:<12} {account.purpose}")
