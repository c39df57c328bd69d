"""The command line is instant until a command is really used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from core import cli
from core.config import OperatorError

ROOT = Path(__file__).parents[3]
HEAVY = ("sqlalchemy", "flask", "alembic", "psycopg", "procrastinate", "granian")


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from core.cli import hamyar\n"
        "hamyar(['--help'], standalone_mode=False)\n"
        f"print('HEAVY', [name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "HEAVY []"
    for name in cli.COMMANDS:
        assert f"  {name} " in done.stdout


@pytest.mark.parametrize("name", sorted(cli.COMMANDS))
def test_every_command_loads_and_helps(name: str) -> None:
    done = CliRunner().invoke(cli.hamyar, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert "Usage: " in done.output


def test_mistakes_of_operators_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def broken() -> None:
        raise OperatorError("the disk is full")

    monkeypatch.setattr(cli, "hamyar", broken)
    monkeypatch.setattr(sys, "argv", ["hamyar"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 1
    assert capsys.readouterr().err == "hamyar: the disk is full\n"
