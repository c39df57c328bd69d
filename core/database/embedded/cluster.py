"""Create a cluster and write its configuration."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from core.database.embedded.account import Account
from core.database.embedded.binaries import Binaries, ServerError
from core.private_files import write_private

ADMIN: Final = "hamyar_admin"
"""The superuser of the embedded cluster; only setup, backup and tests use it."""
BASE_OPTIONS: Final = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "lc_messages": "C",
    "jit": "off",
}
"""Our settings; ``listen_addresses`` empty = no TCP at all. Short queries lose by JIT."""
LOG_LIMIT: Final = 10_000_000


def create(folder: Path, binaries: Binaries, account: Account, *, sync: bool = True) -> None:
    """Make the data folder with checksums, scram and a locale that never changes.

    Everything happens in ``data.new``, renamed when whole, so that a killed start leaves
    nothing half-made behind.

    Raises:
        ServerError: initdb failed; the message ends with what it said.
    """
    new = folder / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    account.give(new)
    password = _password_file(folder, account)
    done = account.run(
        [
            binaries.tool("initdb"), "-D", new, "-U", ADMIN, f"--pwfile={password}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", "--no-instructions",
            *_locale(binaries), *([] if sync else ["--no-sync"]),
        ]
    )  # fmt: skip
    if done.returncode != 0:
        raise ServerError(f"the database cannot be created: {done.stderr.strip()[-1500:]}")
    handle = os.open(new / "postgresql.conf", os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
    with os.fdopen(handle, "w") as file:
        file.write("\n# Written at each start of Hamyar; change settings in files after it.\n")
        file.write("include = '../hamyar.conf'\ninclude_dir = '../conf.d'\n")
    new.rename(folder / "data")


def _locale(binaries: Binaries) -> list[str]:
    """Return initdb's locale options: code-point order, the same on every machine.

    The builtin provider (17+) does not depend on the C library; before, libc's C.UTF-8 does.
    """
    if binaries.major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale-provider=libc", "--locale=C.UTF-8"]


def _password_file(folder: Path, account: Account) -> Path:
    path = folder / "admin.password"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32))
        account.give(path)
    return path


def admin_password(folder: Path) -> str:
    """Return the superuser's password.

    Raises:
        ServerError: the file is lost, or belongs to another user.
    """
    path = folder / "admin.password"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise ServerError(f"{path} is missing; restore it from a backup of the folder") from error
    except PermissionError as error:
        raise ServerError(f"{path} belongs to another user; run as that user or root") from error


def configure(folder: Path, sockets: Path, options: Mapping[str, str]) -> None:
    """Write ``hamyar.conf``; what an operator puts into ``conf.d/*.conf`` wins over it."""
    settings = {**BASE_OPTIONS, "unix_socket_directories": f'"{sockets}"', **options}
    lines = [
        f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()
    ]
    path = folder / "hamyar.conf"
    write_private(path, "\n".join(["# Written by Hamyar at each start.", *lines, ""]))
    path.chmod(0o644)
    extra = folder / "conf.d"
    if not extra.exists():
        extra.mkdir()
        extra.chmod(0o755)


def major_of(data: Path) -> int | None:
    """Return the major version of a data folder; None when there is none yet."""
    try:
        return int((data / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ServerError(f"{data}/PG_VERSION cannot be read: {error}") from error


def rotate_log(data: Path) -> None:
    """Keep the server's log below twice `LOG_LIMIT` bytes."""
    log = data / "server.log"
    if log.exists() and log.lstat().st_size > LOG_LIMIT:
        log.replace(data / "server.log.1")


def log_tail(data: Path, lines: int = 15) -> str:
    """Return the end of the server's own log; it says why a start failed."""
    try:
        handle = os.open(data / "server.log", os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return "(no log was written)"
    with os.fdopen(handle, "rb") as file:
        file.seek(max(0, os.fstat(handle).st_size - 8192))
        text = file.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-lines:])
