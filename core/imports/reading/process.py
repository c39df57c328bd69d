"""Our end of the limited child: start it, take its lines, never wait for it without end."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from core.imports.reading.limits import Limits
from core.imports.reading.refusal import RefusedError

_CHUNK: Final = 256 * 1024
_EXHAUSTED: Final = {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGABRT, -signal.SIGSEGV}


class Child:
    """A running reader. ``lines()`` yields its decoded JSON lines; ``stop()`` ends it."""

    def __init__(self, kind: str, path: Path, sheet: str | None, limits: Limits) -> None:
        command = [sys.executable, "-B", "-m", "core.imports.reading.child"]
        command += [json.dumps(asdict(limits)), kind, str(path.resolve())]
        self._stall = limits.stall_seconds
        self._pipe, theirs = os.pipe()
        self._process = subprocess.Popen(
            command + ([sheet] if sheet is not None else []),
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        os.close(theirs)

    def lines(self) -> Iterator[Any]:
        """JSON values until the end mark; raises ``RefusedError`` for what the child refused."""
        for line in self._raw_lines():
            value = json.loads(line)
            if isinstance(value, dict) and "error" in value:
                raise RefusedError(value["error"], **value["figures"])
            if value == {"end": True}:
                return
            yield value
        # The stream ended without an end mark: the child was stopped or fell.
        code = self._process.wait(timeout=5)
        raise RefusedError("too_heavy" if code in _EXHAUSTED else "damaged")

    def stop(self) -> None:
        """End the child, whatever it does."""
        self._process.kill()
        self._process.wait(timeout=10)
        os.close(self._pipe)

    def _raw_lines(self) -> Iterator[bytes]:
        """Whole lines, with a bound on how long we wait for each piece."""
        rest = b""
        while chunk := self._piece():
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole

    def _piece(self) -> bytes:
        """What the child wrote since; b"" at its end. Refuses a child that is silent too long."""
        poller = select.poll()
        poller.register(self._pipe, select.POLLIN | select.POLLHUP)
        if not poller.poll(self._stall * 1000):
            raise RefusedError("too_heavy")
        return os.read(self._pipe, _CHUNK)


def _environment() -> dict[str, str]:
    """A bare environment: no secrets of ours, but the same import path."""
    return {
        "PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path),
        "PYTHONIOENCODING": "utf-8",
        "LANG": "C.UTF-8",
    }
