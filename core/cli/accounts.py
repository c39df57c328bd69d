"""``hamyar accounts``: emergency access for operators; the daily work is on the site."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from core.cli.answers import password_from
from core.config import OperatorError, load_settings

if TYPE_CHECKING:
    from flask import Flask

PASSWORD = click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from standard input instead of printing a one-time code.",
)


@click.group(name="accounts")
def command() -> None:
    """Add accounts, give new access and roles."""


@command.command()
@click.argument("username")
@click.option("--name", required=True, help="First and last name.")
@click.option("--email", default="", help="E-mail address.")
@click.option("--municipality", default="", help="Code; without it the organisation.")
@PASSWORD
def create(username: str, name: str, email: str, municipality: str, password_stdin: bool) -> None:
    """Add an account called USERNAME for somebody who is not an employee."""
    from core.accounts import operator

    password = password_from(stdin=True) if password_stdin else None
    new = operator.NewAccount(username, name, email, password)
    _say(operator.create(_app(), municipality, new))


@command.command()
@click.argument("who")
@PASSWORD
def reset(who: str, password_stdin: bool) -> None:
    """Give WHO (user name, national ID, e-mail) new access; the old sessions end.

    Privileged accounts need two officers on the site; here the operator answers for it.
    """
    from core.accounts import operator

    password = password_from(stdin=True) if password_stdin else None
    _say(operator.reset(_app(), who, password))


@command.command()
@click.argument("who")
@click.argument("role")
@click.option("--municipality", default="", help="Code; without it the organisation.")
@click.option("--until", help="Last day, Jalali or Gregorian.")
def grant(who: str, role: str, municipality: str, until: str | None) -> None:
    """Give WHO the role called ROLE (for example core.hr_officer)."""
    from core.accounts import operator

    operator.grant(_app(), who, role, municipality, _day(until) if until else None)
    click.echo("given")


def _day(text: str) -> date:
    from core.localization.dates import DateError, parse_date

    try:
        return parse_date(text)
    except DateError as error:
        raise OperatorError(f"--until {text!r} is not a date") from error


def _app() -> Flask:
    from core.app import create_app

    return create_app(load_settings())


def _say(code: str | None) -> None:
    if code is None:
        click.echo("the password is set")
    else:
        base = load_settings().base_url
        click.echo(f"one-time code {code}, valid for 14 days at {base}/activate")
