"""Small files of every kind, made by hand."""

from __future__ import annotations

import secrets
import struct
import zlib

GPS = b"GPSLatitude-35.83"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 2, height: int = 1, *more: bytes, noise: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress(b"\0" + b"\x7f" * 2) + noise
    body = b"".join(more) + chunk(b"IDAT", rows)
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


def fresh_png() -> bytes:
    """A picture that no other test has."""
    return png(noise=secrets.token_bytes(16))


def segment(code: int, body: bytes) -> bytes:
    return b"\xff" + bytes([code]) + struct.pack(">H", len(body) + 2) + body


def exif(turn: int, order: str = "<") -> bytes:
    mark = b"II" if order == "<" else b"MM"
    entries = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, turn, 0)
    tiff = mark + struct.pack(f"{order}HIH", 42, 8, 1) + entries + struct.pack(f"{order}I", 0)
    return segment(0xE1, b"Exif\0\0" + tiff + GPS)


def jpeg(width: int = 16, height: int = 8, *more: bytes, tail: bytes = b"") -> bytes:
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + b"".join(more) + frame + scan + b"\xff\xd9" + tail


def pdf(body: bytes = b"1 0 obj <</Type /Catalog>> endobj") -> bytes:
    return b"%PDF-1.7\n" + body + b"\n%%EOF\n"


def heic() -> bytes:
    return struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + b"\0" * 32
