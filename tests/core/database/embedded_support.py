"""What the tests of the embedded server share."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from core.database import provision  # noqa: F401 - imported before a child drops its rights
from core.database.embedded import Running
from core.database.roles import RoleError  # noqa: F401 - the same


def in_child(work: Callable[[], Any], uid: int | None = None) -> Any:
    """Run ``work`` in a forked child (as ``uid``) and return its picklable result or error.

    A fork, not a new interpreter: an ordinary user may not be able to reach root's Python.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if uid is not None:
                os.setgroups([])
                os.setgid(uid)
                os.setuid(uid)
            answer = (True, work())
        except BaseException as error:  # noqa: BLE001 - everything is handed to the parent
            answer = (False, f"{type(error).__name__}: {error}")
        os.write(writer, pickle.dumps(answer))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        good, result = pickle.loads(file.read())
    os.waitpid(child, 0)
    if not good:
        raise AssertionError(result)
    return result


def ask(running: Running, query: str) -> Any:
    """Return the first value of a query by the administrator."""
    with psycopg.connect(running.admin_url, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def mode(path: Path) -> int:
    """Return the permission bits of a path."""
    return path.stat().st_mode & 0o7777
