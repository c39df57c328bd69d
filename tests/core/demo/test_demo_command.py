"""``hamyar demo`` as it is called, on an empty database and once more."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.demo.accounts import ACCOUNTS, PASSWORD
from core.testing.postgres import clone_database, drop_database

Hamyar = Callable[..., str]


@pytest.fixture
def hamyar(tmp_path: Path) -> Iterator[Hamyar]:
    """Run the command on an empty, migrated database; return what it printed."""
    urls = clone_database()
    settings = {"HOME": tmp_path, "DATABASE_URL": urls.app, "OWNER_URL": urls.owner, "PORT": 8765}
    environment = {**os.environ, **{f"HAMYAR_{name}": str(v) for name, v in settings.items()}}

    def run(*arguments: str) -> str:
        call = [sys.executable, "-c", "from core.cli import main; main()", *arguments]
        done = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    yield run
    drop_database(urls)


def test_it_fills_once_and_prints_the_accounts(hamyar: Hamyar) -> None:
    first = hamyar("demo", "--size", "small")
    assert "The demonstration is ready." in first
    again = hamyar("demo", "--size", "small", "--seed", "2")
    assert "has data already" in again
    for output in (first, again):
        assert "http://127.0.0.1:8765" in output
        assert PASSWORD in output
        assert all(account.username in output for account in ACCOUNTS)
