"""How large a picture is, read from the first bytes of its file (PNG and WebP)."""

from __future__ import annotations

import struct
from pathlib import Path

from core.assets.node import AssetError


def size_of(path: Path) -> tuple[int, int]:
    """Return width and height in pixels.

    :raises AssetError: when it is neither PNG nor lossy or extended WebP.
    """
    head = path.read_bytes()[:30]
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        width, height = struct.unpack(">II", head[16:24])
        return width, height
    if head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X":
        wide, high = head[24:27], head[27:30]
        return int.from_bytes(wide, "little") + 1, int.from_bytes(high, "little") + 1
    raise AssetError(f"{path} is no picture of a known kind")
