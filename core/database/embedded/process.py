"""Recognise our server among the machine's processes.

``postmaster.pid`` alone is not enough: after a crash its number may belong to a stranger, and
PostgreSQL then refuses to start. A server process always has its data folder as working
directory, which ``/proc`` shows.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.database.embedded.binaries import ServerError

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class PidFile:
    """What ``postmaster.pid`` says: the process and the folder of its socket."""

    pid: int
    sockets: Path


def read_pid_file(data: Path) -> PidFile | None:
    """Return the content of ``postmaster.pid``; None when missing or not yet whole."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        return PidFile(abs(int(lines[0])), Path(lines[4]))
    except (FileNotFoundError, IndexError, ValueError):
        return None
    except PermissionError as error:
        raise ServerError(f"{data} belongs to another user; run as that user or as root") from error


def is_ready(data: Path) -> bool:
    """Tell whether the server says in its pid file that it has started."""
    try:
        return (data / "postmaster.pid").read_text(errors="replace").rstrip().endswith("ready")
    except FileNotFoundError:
        return False


def is_server(pid: int, data: Path) -> bool:
    """Tell whether a process is a live server process of this data folder.

    Where the kernel hides the working directory, a process of the data's owner counts, since
    taking a live server for a dead one is the worse mistake. Zombies are dead.
    """
    if not PROC.joinpath("self").exists():
        return _named_postgres(pid)
    try:
        if PROC.joinpath(str(pid), "stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        if PROC.joinpath(str(pid), "comm").read_text().strip() != "postgres":
            return False
        return PROC.joinpath(str(pid), "cwd").samefile(data)
    except PermissionError:
        return PROC.joinpath(str(pid)).stat().st_uid == data.stat().st_uid
    except (FileNotFoundError, ProcessLookupError):
        return False


def is_alive(pid: int) -> bool:
    """Tell whether any process has this number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _named_postgres(pid: int) -> bool:
    """Ask ``ps``, for systems without /proc."""
    asked = ["ps", "-p", str(pid), "-o", "comm="]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return "postgres" in done.stdout


def running(data: Path) -> PidFile | None:
    """Return the pid file of a server that lives, whether or not it answers."""
    found = read_pid_file(data)
    return found if found and is_server(found.pid, data) else None


def orphans(data: Path) -> list[int]:
    """Return the server processes of the data folder, wherever they come from."""
    return [
        int(entry.name)
        for entry in (PROC.iterdir() if PROC.joinpath("self").exists() else ())
        if entry.name.isdigit() and is_server(int(entry.name), data)
    ]


def clear_remains(data: Path, patience: float = 10) -> None:
    """Make a data folder whose server died startable again.

    Children of a killed server leave by themselves within moments; only then may the stale
    pid file go, as it protects the data from a second server.

    Raises:
        ServerError: a child does not even react to SIGKILL.
    """
    for number in (0, signal.SIGQUIT, signal.SIGKILL):
        for pid in orphans(data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        if wait(lambda: not orphans(data), patience):
            (data / "postmaster.pid").unlink(missing_ok=True)
            return
    raise ServerError(f"processes {orphans(data)} of a killed server do not end")


def clear_sockets(sockets: Path) -> None:
    """Remove the socket and its lock file that a killed server left.

    Like the pid file, the lock names a process; a stranger or a zombie with that number would
    block the start. The folder is ours alone, and no server of ours lives now.
    """
    for path in sockets.glob(".s.PGSQL.*"):
        path.unlink(missing_ok=True)


def terminate(pid: int, data: Path, patience: float) -> None:
    """Shut the server down: fast (sessions are cut, data is flushed), in need immediately.

    Raises:
        ServerError: it may not be signalled, or does not end.
    """
    for number in (signal.SIGINT, signal.SIGQUIT):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        except PermissionError as error:
            raise ServerError(f"the server (pid {pid}) belongs to another user") from error
        if wait(lambda: not is_server(pid, data), patience):
            return
    raise ServerError(f"the server (pid {pid}) does not stop")


def wait(done: Callable[[], bool], patience: float) -> bool:
    """Poll ``done()`` for at most ``patience`` seconds; tell whether it came true."""
    end, pause = time.monotonic() + patience, 0.01
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
        pause = min(pause * 2, 0.2)
    return True
