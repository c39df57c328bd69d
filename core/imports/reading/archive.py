"""Checks of a zipped workbook before and while anything of it is unpacked."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from typing import Final

from core.imports.reading.limits import MEGABYTE, Limits
from core.imports.reading.refusal import RefusedError

_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\x05\x06"
_LONGEST_END: Final = _END.size + 0xFFFF
_NESTED: Final = (".zip", ".xlsx", ".xlsm", ".xlsb", ".ods", ".7z", ".rar", ".gz", ".tar", ".bz2")
_CHUNK: Final = 256 * 1024
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    RuntimeError,  # also NotImplementedError: a way of packing that no workbook uses
)


def check_directory(path: Path, limits: Limits) -> None:
    """Refuse a bomb, a nested archive or something else than a workbook by its directory.

    Nothing is unpacked. The size of the directory is looked at first, as a directory of a
    million entries is slow to read by itself.
    """
    _check_end_record(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_sizes(entries, path.stat().st_size, limits)
            _check_parts(entries)
            kind = _kind(archive, {entry.filename for entry in entries})
    except _BROKEN:
        raise RefusedError("damaged") from None
    if kind:
        raise RefusedError(kind)
    _check_nesting(entries)


def check_streams(path: Path, limits: Limits) -> None:
    """Unpack every part into nothing and refuse what is larger than declared.

    A directory may lie about sizes; the library behind trusts the stream.
    """
    left = limits.unpacked_bytes
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                declared = entry.file_size
                # Claim more than we will read: the reader then stops at the stream's end only.
                entry.file_size = left + 2 * _CHUNK
                size = _unpacked_size(archive, entry, left)
                left -= size
                if left < 0:
                    raise _bomb(limits.unpacked_bytes - left, limits)
                if size != declared:
                    raise RefusedError("damaged")
    except _BROKEN:
        raise RefusedError("damaged") from None


def _unpacked_size(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> int:
    """Bytes in the stream of ``entry``; stops soon after ``most``."""
    size = 0
    with archive.open(entry) as stream:
        while size <= most and (chunk := stream.read(_CHUNK)):
            size += len(chunk)
    return size


def _check_end_record(path: Path, limits: Limits) -> None:
    """Bound number of entries and size of the directory as the end record states them."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _LONGEST_END))
        tail = file.read()
    at = tail.rfind(_END_MARK)
    if at < 0 or at + _END.size > len(tail):
        raise RefusedError("damaged")
    _, _, _, _, entries, directory, _, _ = _END.unpack_from(tail, at)
    if entries > limits.entries or directory > limits.directory_bytes:
        raise RefusedError("too_many_entries")


def _kind(archive: zipfile.ZipFile, known: set[str]) -> str | None:
    """Code of what the archive is if it isn't a workbook that we read."""
    if "mimetype" in known:
        with archive.open("mimetype") as stream:
            return "ods" if b"spreadsheet" in stream.read(200) else "document"
    if "xl/workbook.xml" in known:
        return None
    if "xl/workbook.bin" in known:
        return "xlsb"
    return "document" if known & {"word/document.xml", "ppt/presentation.xml"} else "archive"


def _check_sizes(entries: list[zipfile.ZipInfo], file_size: int, limits: Limits) -> None:
    """Σ declared sizes and the ratio of packing, in all and per part."""
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked_bytes:
        raise _bomb(total, limits)
    ratio = total // max(1, file_size)
    if ratio > limits.ratio:
        raise RefusedError("ratio", ratio=ratio)


def _check_parts(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse encrypted parts and two parts of one name."""
    seen: set[str] = set()
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise RefusedError("encrypted")
        if entry.filename.lower() in seen:
            raise RefusedError("damaged")
        seen.add(entry.filename.lower())


def _check_nesting(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse archives inside the workbook."""
    for entry in entries:
        if entry.filename.lower().endswith(_NESTED):
            raise RefusedError("nested_archive", name=entry.filename[-60:])


def _bomb(total: int, limits: Limits) -> RefusedError:
    return RefusedError(
        "bomb", megabytes=-(-total // MEGABYTE), limit=limits.unpacked_bytes // MEGABYTE
    )
