"""Files that aren't tables, and files made to hurt: each gets its own clear answer, in time."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from core.imports.reading.errors import WORDS, ReadError
from core.imports.reading.limits import MEGABYTE, Limits
from core.imports.reading.table import open_table
from core.localization import use_locale

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTENT_TYPES = {"[Content_Types].xml": "<Types/>"}


def refusal(path: Path, limits: Limits | None = None) -> ReadError:
    """The error that reading ``path`` ends with."""
    with pytest.raises(ReadError) as caught, open_table(path, limits=limits) as table:
        list(table)
    return caught.value


@pytest.mark.parametrize("name", ["staff.csv", "staff.xlsx"])
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image"),
        (OLE + bytes(600), "old_excel"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xef\xbb\xbf\r\n<html><body><table><tr><td>1</td></tr></table>", "html"),
        ("\ufeff<HTML><TABLE>".encode("utf-16-le"), "html"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:x"/>', "xml"),
        (b"{\\rtf1\\ansi", "document"),
        (b"\x1f\x8b\x08\x00" + bytes(50), "archive"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04" + bytes(range(256)), "binary"),
        (bytes(range(256)) * 20, "binary"),
        (b"\x00" * 5000, "empty"),
        (b"PK\x03\x04" + bytes(range(256)) * 4, "damaged"),
        (b"PK\x05\x06" + bytes(18), "archive"),
    ],
)
def test_alien_files_are_known_by_content(
    make_file: Any, content: bytes, code: str, name: str
) -> None:
    error = refusal(make_file(content, name))
    assert error.code == code
    assert (str(error.message), str(error.remedy)) != ("", "")


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "ods"),
        ({"mimetype": "application/vnd.oasis.opendocument.text"}, "document"),
        ({**CONTENT_TYPES, "xl/workbook.bin": "x"}, "xlsb"),
        ({**CONTENT_TYPES, "word/document.xml": "x"}, "document"),
        ({"staff.csv": "a,b\n1,2\n"}, "archive"),
        (
            {**CONTENT_TYPES, "xl/workbook.xml": "<workbook/>", "xl/x/in.zip": "PK"},
            "nested_archive",
        ),
        ({**CONTENT_TYPES, "xl/workbook.xml": "no xml at all"}, "damaged"),
        ({f"part{i}": "" for i in range(1_200)}, "too_many_entries"),
    ],
)
def test_archives(make_zip: Any, parts: dict[str, str], code: str) -> None:
    assert refusal(make_zip(parts)).code == code


def test_huge_file_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 300 * MEGABYTE)
    started = time.perf_counter()
    error = refusal(path)
    assert time.perf_counter() - started < 0.05
    assert (error.code, error.figures) == ("too_large", {"megabytes": 300, "limit": 50})
    with use_locale("en"):
        assert "300 MB" in str(error.message)


def test_bomb_is_refused_by_its_directory(honest_bomb: Path) -> None:
    assert honest_bomb.stat().st_size < MEGABYTE
    started = time.perf_counter()
    error = refusal(honest_bomb)
    assert time.perf_counter() - started < 1
    assert error.code == "bomb"


def test_small_bomb_is_refused_by_its_ratio(make_zip: Any) -> None:
    path = make_zip({"xl/workbook.xml": "<workbook/>", "xl/worksheets/a.xml": " " * 40_000_000})
    assert refusal(path).code == "ratio"


def test_lying_bomb_is_refused_by_its_stream(lying_bomb: Path) -> None:
    assert lying_bomb.stat().st_size < MEGABYTE
    started = time.perf_counter()
    assert refusal(lying_bomb).code == "bomb"
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize("column", [60, 16_383])
def test_one_cell_at_the_far_end_of_the_sheet(make_xlsx: Any, column: int) -> None:
    """The reader lays out the whole rectangle, here 2 GB or 550 GB: its memory is bounded."""
    path = make_xlsx({(0, 0): "a", (0, 1): "b", (1, 0): "1", (1_048_575, column): "x"})
    assert refusal(path).code == "too_heavy"


def test_time_of_the_child_is_bounded(make_file: Any) -> None:
    path = make_file("a,b\n" + "1,2\n" * 3_000_000)
    limits = Limits(cpu_seconds=1, rows=10_000_000)
    assert refusal(path, limits).code == "too_heavy"


def test_waiting_for_the_child_is_bounded(make_file: Any) -> None:
    path = make_file("a,b\n1,2\n")
    assert refusal(path, Limits(stall_seconds=0.0)).code == "too_heavy"


def test_every_code_has_words_that_fit_its_figures() -> None:
    figures = dict.fromkeys(
        ("megabytes", "limit", "row", "header", "columns", "name", "ratio", "sheet"), "1"
    )
    for words in WORDS.values():
        assert "%(" not in words.message % figures
        assert "%" not in words.remedy
