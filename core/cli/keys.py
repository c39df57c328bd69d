"""``hamyar keys``: the keys that sign documents."""

from __future__ import annotations

import click

from core.config import load_settings
from core.verification.keys import KeyFile


@click.group()
def command() -> None:
    """List and rotate the keys that sign documents.

    They stand in HAMYAR_SIGNING_KEYS, by default keys/signing.json in HAMYAR_HOME. Back the
    file up apart from the database: without it every document looks forged.
    """


def _file() -> KeyFile:
    from core.verification.signing import key_path

    return KeyFile(key_path(load_settings()))


@command.command("list")
def list_keys() -> None:
    """List the ids of all keys; the one that signs is marked."""
    ring = _file().ring()
    for key_id in ring.public:
        click.echo(f"{key_id.hex()}{'  signs' if key_id == ring.current else ''}")


@command.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def rotate(yes: bool) -> None:
    """Sign with a new key from now on; documents of the old one stay valid.

    Running servers notice the new file by themselves.
    """
    if not yes:
        click.confirm("Make a new signing key?", abort=True)
    click.echo(f"signing with {_file().rotate().current.hex()}")
