"""`hamyar assets`: building what the browser gets."""

from __future__ import annotations

from pathlib import Path

import click


@click.group(name="assets", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Build the style sheet, scripts, icons and fonts."""


@command.command()
@click.option("--force", is_flag=True, help="Build even when nothing has changed.")
@click.option(
    "--icons-from",
    "more",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Also add the icons listed in icons.txt of this directory (may be repeated).",
)
def build(force: bool, more: tuple[Path, ...]) -> None:
    """Build what has changed; seconds at first, an instant when nothing has."""
    from core.assets import build as builder
    from core.assets.node import AssetError

    try:
        built = builder.build(icons=[*builder.icon_directories(), *more], force=force)
    except AssetError as error:
        raise click.ClickException(str(error)) from error
    click.echo("Assets built." if built else "Assets are up to date.")
