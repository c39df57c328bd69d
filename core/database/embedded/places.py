"""Where the embedded server keeps its data and its socket.

No parent folder's mode is ever changed: where the server's account cannot pass (root's 0700
home), the cluster lives in a system folder instead.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from core.config import SYSTEM_HOME
from core.database.embedded.account import Account, account_for
from core.database.embedded.binaries import Binaries, ServerError, copy_of

SOCKET: Final = ".s.PGSQL.5432"
LONGEST: Final = 100
"""Longest usable socket path in bytes: the kernel's limit is 108, on some systems 104."""


def digest(path: Path) -> str:
    """Return a short name for a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def cluster_folder(home: Path) -> tuple[Path, Account]:
    """Return the folder of the cluster and the account that runs it.

    It is ``home/postgres``, or ``/var/lib/hamyar/clusters/…`` where root's unprivileged account
    cannot reach the home. A cluster that exists stays where it is, even if modes changed since: a
    second, empty database in the other place would look like lost data.

    Raises:
        ServerError: the existing cluster can no longer be reached.
    """
    near, far = home / "postgres", SYSTEM_HOME / "clusters" / digest(home)
    for folder in (near, far):
        if _has_cluster(folder):
            account = account_for(folder / "data")
            if not account.can_enter(folder):
                raise ServerError(f"uid {account.uid}, who owns {folder}/data, cannot reach it")
            return folder, account
    account = account_for()
    return (near if not account.drop or account.can_enter(home) else far), account


def _has_cluster(folder: Path) -> bool:
    try:
        return (folder / "data").exists()
    except PermissionError as error:
        raise ServerError(f"{folder} belongs to another user; run as that user or root") from error


def make_cluster_folder(folder: Path, account: Account) -> None:
    """Create the cluster's folder: ours, and passable for the account when we are root.

    Raises:
        ServerError: it cannot be created, or belongs to somebody else.
    """
    try:
        if folder.parent == SYSTEM_HOME / "clusters":
            system_folder("clusters")
        folder.mkdir(exist_ok=True)
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(0o711 if account.drop else 0o700)
    except OSError as error:
        raise ServerError(f"{folder} cannot be created: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise ServerError(f"{folder} belongs to another user; run as that user or as root")


def system_folder(name: str = "") -> Path:
    """Create ``/var/lib/hamyar``, or a folder in it, and return it; existing ones are kept."""
    folder = SYSTEM_HOME / name
    for each in dict.fromkeys((SYSTEM_HOME, folder)):
        if not each.exists():
            each.mkdir()
            each.chmod(0o755)
    return folder


def reachable(binaries: Binaries, account: Account) -> Binaries:
    """Return binaries that the account can run: these, or a copy in the system folder."""
    if not account.drop or account.can_run(binaries.folder / "postgres"):
        return binaries
    try:
        return copy_of(binaries, system_folder())
    except OSError as error:
        raise ServerError(f"PostgreSQL cannot be copied to {SYSTEM_HOME}: {error}") from error


def socket_folder(folder: Path, account: Account) -> Path:
    """Return a new or existing 0700 folder of the account with a short path.

    A folder in ``/tmp`` that somebody else prepared under our name is left alone; another
    name is taken, since ``postmaster.pid`` tells everyone where the socket is.

    Raises:
        ServerError: no short folder can be created.
    """
    name = f"hamyar-{digest(folder)}"
    for base in _runtime_bases(account):
        for path in (base / name, base / f"{name}-{secrets.token_hex(3)}"):
            if len(os.fsencode(path / SOCKET)) <= LONGEST and _own(path, account):
                return path
    raise ServerError("no short folder for the socket can be created below /run or /tmp")


def _runtime_bases(account: Account) -> list[Path]:
    """Return the folders to try; root's own first, as nobody else can prepare names there."""
    bases = []
    if account.drop:
        bases.append(Path("/run/hamyar"))
    elif (given := os.environ.get("XDG_RUNTIME_DIR", "")).startswith("/"):
        bases.append(Path(given) / "hamyar")
    usable = [base for base in bases if _base(base, 0o711 if account.drop else 0o700)]
    return [*usable, Path("/tmp")]  # noqa: S108 - made 0700 and checked in _own


def _base(path: Path, mode: int) -> bool:
    try:
        path.mkdir(mode=mode, exist_ok=True)
        return path.lstat().st_uid == os.geteuid() and path.is_dir() and not path.is_symlink()
    except OSError:
        return False


def _own(path: Path, account: Account) -> bool:
    """Create or accept ``path`` as a folder of the account alone."""
    try:
        path.mkdir(mode=0o700)
        account.give(path)
    except FileExistsError:
        pass
    except OSError:
        return False
    found = path.lstat()
    return (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == account.uid
        and stat.S_IMODE(found.st_mode) == 0o700
    )
