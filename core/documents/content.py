"""What an upload really is, by its bytes, and the part of it that is kept.

Pictures are taken apart and put together again from the parts that draw them: where they were
taken, thumbnails, notes and whatever hangs behind the end are left out. Pixels aren't decoded.
"""

from __future__ import annotations

import enum
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.documents.policies import too_many_pixels

HEIC_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


class Fault(enum.StrEnum):
    """Why a file isn't taken."""

    EMPTY = "empty"
    HEIC = "heic"
    KIND = "kind"
    DAMAGED = "damaged"
    PIXELS = "pixels"
    ACTIVE = "active"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"


class RefusedFileError(Exception):
    """The file isn't taken; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault)


@dataclass(frozen=True, slots=True)
class Checked:
    """What is kept of an upload; width and height (pixels) of pictures only."""

    media_type: str
    content: bytes
    width: int | None = None
    height: int | None = None


def check(data: bytes) -> Checked:
    """Return what is kept of a file, by what is in it; its name says nothing.

    Raises:
        RefusedFileError: it is none of PDF, JPEG and PNG, is damaged, or isn't harmless.
    """
    if not data:
        raise RefusedFileError(Fault.EMPTY)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(PNG):
        return _png(data)
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        raise RefusedFileError(Fault.HEIC)
    raise RefusedFileError(Fault.KIND)


# --- PDF ------------------------------------------------------------------------------------

ACTIVE: Final = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA)\b")
ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")


def _pdf(data: bytes) -> Checked:
    """Refuse what runs or carries something; what is packed inside is left to the viewer."""
    if b"%%EOF" not in data[-2048:]:
        raise RefusedFileError(Fault.DAMAGED)
    names = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)
    if ACTIVE.search(names):
        raise RefusedFileError(Fault.ACTIVE)
    return Checked("application/pdf", data)


# --- PNG: https://www.w3.org/TR/png-3/#5DataRep ----------------------------------------------

PNG: Final = b"\x89PNG\r\n\x1a\n"
DRAWING: Final = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD")
)
"""Chunks that are kept."""


def _png(data: bytes) -> Checked:
    kept, at = [PNG], len(PNG)
    while True:
        length = int.from_bytes(data[at : at + 4])
        end = at + 12 + length
        kind, body = data[at + 4 : at + 8], data[at + 8 : end - 4]
        if end > len(data) or zlib.crc32(kind + body) != int.from_bytes(data[end - 4 : end]):
            raise RefusedFileError(Fault.DAMAGED)
        if (kind == b"IHDR") != (len(kept) == 1):
            raise RefusedFileError(Fault.DAMAGED)
        if kind in DRAWING:
            kept.append(data[at:end])
        if kind == b"IEND":
            break
        at = end
    width, height = int.from_bytes(kept[1][8:12]), int.from_bytes(kept[1][12:16])
    return _picture("image/png", kept, width, height)


# --- JPEG: ITU-T T.81, annex B ---------------------------------------------------------------

FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
START_OF_SCAN, END, COMMENT, EXIF = 0xDA, 0xD9, 0xFE, 0xE1
LEFT_OUT: Final = frozenset({COMMENT, *range(0xE1, 0xEE), 0xEF})
"""Notes and application data but JFIF (E0) and Adobe's colour transform (EE)."""
MARKER: Final = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)
"""The end of a scan: stuffed zeros and restarts belong to it."""


def _jpeg(data: bytes) -> Checked:
    kept, codes, extent = [b"\xff\xd8"], set(), (0, 0)
    for code, body, scan in _segments(data):
        codes.add(code)
        if code in FRAMES:
            extent = int.from_bytes(body[5:7]), int.from_bytes(body[3:5])
        if code == EXIF:
            kept += _turned(body)
        if code not in LEFT_OUT:
            kept.append(b"\xff" + bytes([code]) + body + scan)
    if START_OF_SCAN not in codes:
        raise RefusedFileError(Fault.DAMAGED)
    kept.append(b"\xff\xd9")
    return _picture("image/jpeg", kept, *extent)


def _segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Give marker, body (with its length) and what is drawn by it, up to the end of the picture."""
    at = 2
    while True:
        found = MARKER.match(data, at)
        if found is None:
            raise RefusedFileError(Fault.DAMAGED)
        code, at = data[found.end() - 1], found.end()
        if code == END:
            return
        end = at + int.from_bytes(data[at : at + 2])
        if end < at + 2 or end > len(data):
            raise RefusedFileError(Fault.DAMAGED)
        scan_end = _end_of_scan(data, end) if code == START_OF_SCAN else end
        yield code, data[at:end], data[end:scan_end]
        at = scan_end


def _end_of_scan(data: bytes, at: int) -> int:
    found = MARKER.search(data, at)
    if found is None:
        raise RefusedFileError(Fault.DAMAGED)
    return found.start()


ORIENTATION: Final = 0x0112


def _turned(exif: bytes) -> list[bytes]:
    """Return a segment that says how the picture is turned, and nothing else; [] if it isn't.

    ``exif`` is the body of the segment: length, "Exif" and two zeros, TIFF.
    """
    tiff = exif[8:]
    if exif[2:8] != b"Exif\0\0" or tiff[:2] not in (b"II", b"MM"):
        return []

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if tiff[:1] == b"I" else "big")

    first = number(4, 4)
    for entry in range(first + 2, min(first + 2 + 12 * number(first, 2), len(tiff) - 11), 12):
        turn = number(entry + 8, 2)
        if number(entry, 2) == ORIENTATION and 2 <= turn <= 8:
            tag = ORIENTATION.to_bytes(2) + b"\0\x03\0\0\0\x01" + turn.to_bytes(2) + b"\0\0"
            body = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01" + tag + b"\0\0\0\0"
            return [b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body]
    return []


def _picture(media_type: str, parts: list[bytes], width: int, height: int) -> Checked:
    if too_many_pixels(width, height):
        raise RefusedFileError(Fault.PIXELS)
    return Checked(media_type, b"".join(parts), width, height)
