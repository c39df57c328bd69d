"""The operating-system account of the server: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.database.embedded.binaries import ENVIRONMENT, ServerError

NAMES: Final = ("hamyar", "postgres", "nobody")
"""Accounts that root drops to, best first."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server; ``drop`` = we are root and become this account first."""

    uid: int
    gid: int
    drop: bool

    def run(
        self, command: Sequence[str | Path], timeout: float = 120, data: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, in ``/`` or in the data folder (then also PGDATA).

        The environment is clean: PGOPTIONS and the like of the caller must not leak in.

        Raises:
            ServerError: it cannot be run at all, or takes longer than ``timeout`` seconds.
        """
        options: dict[str, Any] = {}
        environment = ENVIRONMENT | ({"PGDATA": str(data)} if data else {})
        if self.drop:
            options = {"user": self.uid, "group": self.gid, "extra_groups": []}
        try:
            return subprocess.run(
                list(map(str, command)),
                stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                timeout=timeout, env=environment, cwd=data or "/", check=False, **options,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise ServerError(f"{command[0]} did not finish in {timeout:.0f} s") from error
        except (OSError, subprocess.SubprocessError) as error:
            raise ServerError(f"{command[0]} cannot be run as uid {self.uid}: {error}") from error

    def can_enter(self, folder: Path) -> bool:
        """Tell whether the account gets into a folder, asked of the kernel itself."""
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", folder]).returncode == 0

    def can_run(self, program: Path) -> bool:
        """Tell whether the account can run a program (answering ``--version``)."""
        try:
            return self.run([program, "--version"]).returncode == 0
        except ServerError:
            return False

    def give(self, path: Path) -> None:
        """Make the account the owner of a path that we just created."""
        if self.drop:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def current() -> Account:
    """Return our own account."""
    return Account(os.geteuid(), os.getegid(), drop=False)


def account_for(data: Path | None = None) -> Account:
    """Return the account that runs the server.

    An ordinary user runs it himself. Root becomes the owner of an existing data folder, so
    that a later-installed account changes nothing, else the first of `NAMES`.

    Raises:
        ServerError: root finds no unprivileged account.
    """
    if os.geteuid() != 0:
        return current()
    if data is not None and data.exists():
        owner = data.stat()
        if owner.st_uid == 0:
            raise ServerError(f"{data} belongs to root, but PostgreSQL never runs as root")
        return Account(owner.st_uid, owner.st_gid, drop=True)
    for name in NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, drop=True)
    raise ServerError(f"no unprivileged account: create one of {', '.join(NAMES)}")
