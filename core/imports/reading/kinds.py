"""What a file really is, judged by its first bytes and never by its name."""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Final

from core.imports.reading.limits import MEGABYTE, Limits
from core.imports.reading.refusal import RefusedError

HEAD_BYTES: Final = 4096
UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC: Final = (
    (b"{\\rtf", "document"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"\x7fELF", "binary"),
    (b"SQLite format 3", "binary"),
)
# Control characters that no text has; tab, line ends and form feed may occur.
_CONTROL: Final = bytes(set(range(32)) - {9, 10, 11, 12, 13, 26, 27})


def kind_of(path: Path, limits: Limits) -> str:
    """``"xlsx"`` or ``"csv"`` for a file worth opening.

    Reads a few kilobytes at most, so that a huge or alien file is refused in milliseconds.
    Raises ``RefusedError`` with a code of its own for each kind that isn't read.
    """
    _check_size(path, limits)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise RefusedError("empty")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "xlsx"
    if head.startswith(_OLE):
        raise RefusedError("encrypted" if _is_encrypted(path) else "old_excel")
    _refuse_known(head)
    _refuse_markup(head)
    if wide_encoding(head) is None and head.translate(None, _CONTROL) != head:
        raise RefusedError("binary")
    return "csv"


def _check_size(path: Path, limits: Limits) -> None:
    """Refuse a file that can't be opened or is too large, without opening it."""
    if not path.is_file() or not os.access(path, os.R_OK):
        raise RefusedError("missing")
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise RefusedError(
            "too_large", megabytes=-(-size // MEGABYTE), limit=limits.file_bytes // MEGABYTE
        )


def _refuse_known(head: bytes) -> None:
    """Refuse kinds of files that are known by their first bytes."""
    if b"%PDF-" in head[:1024]:
        raise RefusedError("pdf")
    for magic, code in _MAGIC:
        if head.startswith(magic):
            raise RefusedError(code)


def wide_encoding(head: bytes) -> str | None:
    """The UTF-16 spelling that a text begins with (by mark or by its zero bytes), else None."""
    if head.startswith(UTF16_MARKS):
        return None if head.startswith(b"\xff\xfe\x00\x00") else "utf-16"
    even, odd = head[0::2].count(0), head[1::2].count(0)
    # Delimiters, digits and line ends have a zero byte even in Persian text.
    if odd > len(head) // 20 and even == 0:
        return "utf-16-le"
    if even > len(head) // 20 and odd == 0:
        return "utf-16-be"
    return None


def _refuse_markup(head: bytes) -> None:
    """Refuse HTML and XML that carry a table's name."""
    encoding = wide_encoding(head)
    text = head.decode(encoding, "ignore") if encoding else head.decode("utf-8", "ignore")
    start = text.lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype html", "<html", "<table", "<head", "<body", "<meta", "<div")):
        raise RefusedError("html")
    if start.startswith("<?xml") and "<html" in start:
        raise RefusedError("html")
    if start.startswith(("<?xml", "<workbook")):
        raise RefusedError("xml")


def _is_encrypted(path: Path) -> bool:
    """Whether an OLE container holds an encrypted workbook instead of an old one."""
    mark = "EncryptedPackage".encode("utf-16-le")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(mark) >= 0
