"""The command ``hamyar``: a lazy group, so that help and completion are instant.

A row of `COMMANDS` names a command, its module and its help; the module is imported when the
command is called. ``hamyar --help`` therefore imports neither Flask nor SQLAlchemy (tested).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from typing import Any, Final

import click

from core.config import OperatorError

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "accounts": ("core.cli.accounts", "Add accounts, give new access and roles."),
    "assets": ("core.cli.assets", "Build what the browser gets."),
    "db": ("core.cli.db", "Start, upgrade, check, back up and restore the database."),
    "demo": ("core.cli.demo", "Fill an empty database with an invented province."),
    "doctor": ("core.cli.doctor", "Check that everything is right on this machine."),
    "import": ("core.cli.imports", "Import employee files."),
    "init": ("core.cli.init", "Set up an empty database for real use."),
    "keys": ("core.cli.keys", "List and rotate the keys that sign documents."),
    "plugins": ("core.cli.plugins", "List, check, begin, uninstall and purge plugins."),
    "run": ("core.cli.run", "Serve the site and do background jobs."),
    "worker": ("core.cli.worker", "Do background jobs in a process of their own."),
}
"""Command → module (its attribute ``command`` is the click command) and one line of help."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used."""

    def __init__(
        self, *args: Any, lazy: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted({*super().list_commands(ctx), *self.lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command.

        Raises:
            TypeError: the module has no click command named ``command``.
        """
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name) or of_plugin(cmd_name)
        command = getattr(importlib.import_module(self.lazy[cmd_name][0]), "command", None)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.lazy[cmd_name][0]} has no click command `command`")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table, importing none of them."""
        rows = [(name, self._summary(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _summary(self, ctx: click.Context, name: str) -> str:
        if name in self.lazy:
            return self.lazy[name][1]
        command = super().get_command(ctx, name)
        return command.get_short_help_str() if command else ""


def of_plugin(name: str) -> click.Command | None:
    """Return the command that a plugin brings; its name is the plugin's, with - for _."""
    from core.plugin_host.host import PluginHost

    found = (answer.value for answer in PluginHost().hooks.commands())
    return next((command for command in found if command.name == name), None)


@click.group(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hamyar", message="%(package)s %(version)s")
def hamyar() -> None:
    """Hamyar: staff services for municipalities.

    Settings come from HAMYAR_… variables; without HAMYAR_DATABASE_URL an embedded database
    in HAMYAR_HOME is used.
    """


def main() -> None:
    """Run the command; mistakes that an operator can mend are one line, not a traceback."""
    try:
        hamyar.main(prog_name="hamyar")
    except OperatorError as error:
        click.echo(f"hamyar: {error}", err=True)
        sys.exit(1)
