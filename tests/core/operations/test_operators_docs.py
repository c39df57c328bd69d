"""The operators' pages say what the code does."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from core import cli
from core.config import PREFIX, VARIABLES, Settings

ROOT = Path(__file__).parents[3]
PAGES = sorted((ROOT / "docs/operators").glob("*.md"))
DERIVED = {
    "home": "`~/.local/share/hamyar`; `/var/lib/hamyar` for a root with a closed home",
    "database_url": "the embedded server",
    "owner_url": "no upgrade is possible here",
    "backup_url": "`HAMYAR_OWNER_URL`",
    "given_secret_key": "one made once in `HAMYAR_HOME/secrets.json`; several machines need it",
    "signing_keys": "`HAMYAR_HOME/keys/signing.json`",
    "base_url": "`http://127.0.0.1:` and the port",
}
"""Defaults that are no constants."""


def table() -> list[str]:
    defaults = {field.name: field.default for field in dataclasses.fields(Settings)}
    rows = ["| variable | meaning | when it is not set |", "|---|---|---|"]
    for name, (field, _read, meaning) in VARIABLES.items():
        value = defaults[field]
        plain = f"{value:g}" if isinstance(value, (bool, int, float)) else value
        rows.append(f"| `{PREFIX}{name}` | {meaning} | {DERIVED.get(field, f'`{plain}`')} |")
    return rows


def test_the_table_of_settings() -> None:
    written = (ROOT / "docs/operators/settings.md").read_text("utf-8")
    expected = "\n".join(table())
    assert expected in written, f"docs/operators/settings.md must hold:\n{expected}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_things_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    for name in re.findall(rf"{PREFIX}([A-Z][A-Z_]+[A-Z])\b", text):
        assert name in VARIABLES, f"{page.name} names {PREFIX}{name}"
    for command in re.findall(r"`hamyar ([a-z]+)", text):
        assert command in cli.COMMANDS, f"{page.name} names hamyar {command}"
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
    goals = (ROOT / "Makefile").read_text("utf-8")
    for goal in re.findall(r"`make ([a-z]+)", text):
        assert re.search(rf"^{goal}:", goals, re.MULTILINE), f"{page.name} names make {goal}"
