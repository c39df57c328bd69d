"""Files that only their owner may read: passwords, keys, connection strings."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def write_private(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` with mode 0600, whole or not at all.

    The temporary file is opened with O_EXCL, so a prepared link cannot lead it astray, and is
    synced before it takes the name: a crash leaves the old file or the new one.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file; empty when the file does not exist.

    Raises:
        ValueError: the file holds something else than one JSON object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    if not isinstance(content, dict):
        raise ValueError(f"{path} does not hold a JSON object")  # noqa: TRY004 - of content, not type
    return content


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write one JSON object to a private file."""
    write_private(path, json.dumps(content, indent=2, sort_keys=True) + "\n")


@contextmanager
def locked(path: Path, *, shared: bool = False, wait: bool = True) -> Iterator[None]:
    """Hold a lock on ``path`` (created, never removed) against other processes.

    The lock ends with the process, however it dies, so no lock ever has to be broken.

    Raises:
        BlockingIOError: somebody else holds it and ``wait`` is False.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(handle, mode if wait else mode | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
