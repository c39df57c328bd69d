"""Makers of files for the import tests: ordinary ones and hostile ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from office import Office

from core.testing.factories import Province

EXCERPT = Path(__file__).parents[2] / "data" / "baltimore_excerpt.csv"
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def excerpt() -> Path:
    """50 rows of the public Baltimore file, the ten that must be refused among them."""
    return EXCERPT


@pytest.fixture
def make_file(tmp_path: Path) -> Callable[..., Path]:
    """``make_file(content, name)``: a file with these bytes (text becomes UTF-8)."""

    def make(content: bytes | str, name: str = "upload.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


@pytest.fixture
def make_xlsx(tmp_path: Path) -> Callable[..., Path]:
    """``make_xlsx({(row, column): value}, …)``: a workbook with a sheet per argument."""

    def make(*sheets: dict[tuple[int, int], Any], names: Sequence[str] = ()) -> Path:
        path = tmp_path / "upload.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
            for index, cells in enumerate(sheets):
                page = book.add_worksheet(names[index] if names else None)
                for (row, column), value in cells.items():
                    page.write(row, column, value)
        return path

    return make


@pytest.fixture
def make_zip(tmp_path: Path) -> Callable[..., Path]:
    """``make_zip({name: content})``: a deflated archive."""

    def make(parts: dict[str, bytes | str], name: str = "upload.xlsx") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, content in parts.items():
                archive.writestr(part, content)
        return path

    return make


@pytest.fixture
def honest_bomb(tmp_path: Path) -> Path:
    """A workbook whose sheet says openly that it unpacks to 600 MB."""
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open(SHEET, "w", force_zip64=True) as sheet:
            zeros = b" " * (4 * 1024 * 1024)
            for _ in range(150):
                sheet.write(zeros)
    return path


@pytest.fixture
def lying_bomb(tmp_path: Path) -> Path:
    """A workbook whose directory states 1,000 bytes for a sheet that unpacks to 200 MB."""
    path = tmp_path / "liar.xlsx"
    buffer = io.BytesIO()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = b" " * (1024 * 1024)
    checksum = 0
    packed = b""
    for _ in range(200):
        packed += packer.compress(block)
        checksum = zlib.crc32(block, checksum)
    packed += packer.flush()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(SHEET, packed)
        info = archive.getinfo(SHEET)
    content = bytearray(buffer.getvalue())
    central = content.rindex(b"PK\x01\x02")
    for at, first in ((info.header_offset, 8), (central, 10)):
        struct.pack_into("<H", content, at + first, zipfile.ZIP_DEFLATED)
        struct.pack_into("<3L", content, at + first + 6, checksum, len(packed), 1_000)
    path.write_bytes(bytes(content))
    return path


@pytest.fixture
def office(province: Province, tmp_path: Path) -> Office:
    """The HR office of karaj."""
    return Office(province, province.karaj, tmp_path)
