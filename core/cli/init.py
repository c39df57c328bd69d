"""``hamyar init``: the first run on an empty database, without demo data."""

from __future__ import annotations

import click

from core.cli.answers import asked, password_from
from core.config import OperatorError, load_settings


@click.command(name="init")
@click.option("--code", help="Short name of the organisation in addresses, as in /m/alborz/.")
@click.option("--name-fa", help="Name of the organisation in Persian.")
@click.option("--name-en", help="Name of the organisation in English.")
@click.option("--province", help="Name of the province in Persian.")
@click.option(
    "--municipalities",
    type=click.Choice(["alborz", "none"]),
    help="Add the 17 municipalities of Alborz, or none; others are added on the site.",
)
@click.option("--admin", help="User name of the first administrator.")
@click.option("--admin-name", help="First and last name of the administrator.")
@click.option("--admin-email", default="", help="E-mail address of the administrator.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def command(
    code: str | None,
    name_fa: str | None,
    name_en: str | None,
    province: str | None,
    municipalities: str | None,
    admin: str | None,
    admin_name: str | None,
    admin_email: str,
    password_stdin: bool,
) -> None:
    """Set up organisation, municipalities, roles and the first administrator.

    What no option says is asked for. The database is created and upgraded first; one that is in
    use is refused.
    """
    from core.accounts.operator import NewAccount, first_run
    from core.app import create_app
    from core.database.migrate import upgrade
    from core.database.provision import ensure_database
    from core.municipalities.seed import ALBORZ, CITIES, Organisation

    ask = asked(may_ask=not password_stdin)
    organisation = Organisation(
        ask("--code", code, "Short name in addresses", ALBORZ.code),
        ask("--name-fa", name_fa, "Name in Persian", ALBORZ.name_fa),
        ask("--name-en", name_en, "Name in English", ALBORZ.name_en),
        ask("--province", province, "Province in Persian", ALBORZ.province_fa),
    )
    chosen = ask("--municipalities", municipalities, "Municipalities (alborz or none)", "alborz")
    if chosen not in ("alborz", "none"):
        raise OperatorError("--municipalities must be alborz or none")
    new = NewAccount(
        ask("--admin", admin, "User name of the first administrator", "admin"),
        ask("--admin-name", admin_name, "First and last name", None),
        admin_email,
        password_from(stdin=password_stdin),
    )
    settings = load_settings()
    upgrade(ensure_database(settings))
    first_run(create_app(settings), organisation, CITIES if chosen == "alborz" else (), new)
    click.echo(f"Ready. Start it with hamyar run and sign in as {new.username}.")
