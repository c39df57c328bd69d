"""The bounds within which a file of unknown origin is read."""

from __future__ import annotations

import resource
from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one reading; sizes in bytes, times in seconds.

    ``stall_seconds`` is how long the reader may keep us waiting for the next piece: time that the
    consumer itself spends on a row doesn't count, so a slow job doesn't kill its own reader.
    """

    file_bytes: int = 50 * MEGABYTE
    unpacked_bytes: int = 50 * MEGABYTE
    ratio: int = 100
    entries: int = 1_000
    directory_bytes: int = MEGABYTE
    rows: int = 300_000
    columns: int = 200
    cell_characters: int = 32_767
    row_characters: int = 200_000
    cpu_seconds: int = 30
    address_space: int = 768 * MEGABYTE
    stall_seconds: float = 30.0


def lock_down(limits: Limits) -> None:
    """Bound this process for good: CPU, memory, no written files, no core dump."""
    for what, most in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.address_space),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (value, value))
