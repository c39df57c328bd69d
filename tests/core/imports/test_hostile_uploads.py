"""Hostile files through the page: a clear answer at the field, in bounded time and memory."""

from __future__ import annotations

import io
import resource
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from import_desk import Desk
from office import Office, table

from core.imports.schemas import UploadSchema
from core.testing.app import csrf_of

SECONDS = 10
MEGABYTES = 200
ARABIC_LETTERS = str.maketrans("یک", "يك")
"""As Windows-1256 has them; the Persian ones it doesn't."""


@pytest.fixture
def desk(app: Flask, office: Office) -> Desk:
    """An officer who may import."""
    return Desk(app, office, "imports.manage")


def upload(desk: Desk, content: bytes, name: str, said: str) -> None:
    """Upload; the page answers in time, with what is wrong at the field, and keeps nothing."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    answer = desk.upload(content, name)
    assert time.monotonic() - began < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1024
    assert answer.status_code == 422
    assert 'id="f-file-error"' in answer.text
    assert said in answer.text
    assert desk.office.sql("select from import_run where municipality_id = :place") == []


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "The file is empty."),
        (b" \r\n \n", "a.csv", "The file is empty."),
        (b"name,title\n", "a.csv", "no rows below them"),
        (b"a,b\n1,\xff\xfe\x81\x8d\n", "a.csv", "encoding is unknown"),
        (bytes(range(256)) * 40, "a.csv", "binary data"),
        (b"%PDF-1.7\n" + b"x" * 999, "a.xlsx", "This is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096, "a.xlsx", "old Excel file"),
        (b"<html><table></table></html>", "a.csv", "web page"),
        (b"PK\x03\x04" + b"junk" * 99, "a.xlsx", "damaged"),
        (b'a,b\n"1,2\n' + b"3,4\n" * 9999, "a.csv", "quotation mark"),
        (b"a,b\n" + b"x" * 200_000 + b",1\n", "a.csv", "too long"),
        (b"a" * 1_000 + b"," * 900, "a.csv", "columns"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_alien_files(desk: Desk, content: bytes, name: str, said: str) -> None:
    upload(desk, content, name, said)


def test_bombs(desk: Desk, honest_bomb: Path, lying_bomb: Path) -> None:
    upload(desk, honest_bomb.read_bytes(), "bomb.xlsx", "when unpacked")
    upload(desk, lying_bomb.read_bytes(), "liar.xlsx", "when unpacked")


def test_a_wide_workbook(desk: Desk, make_xlsx: Callable[..., Path]) -> None:
    """A cell at the far end makes a reader build a million rows."""
    path = make_xlsx({(0, 0): "a", (0, 1): "b", (1_048_575, 16_000): "x"})
    upload(desk, path.read_bytes(), "far.xlsx", "more time or memory")


class Unread(io.BytesIO):
    """A body that notices being read."""

    taken = False

    def read(self, *_size: int | None) -> bytes:
        self.taken = True
        return b"x" * 1024


def test_300_megabytes_are_refused_before_they_are_read(desk: Desk) -> None:
    body = Unread()
    answer = desk.client.post(
        f"{desk.base}new?lang=en",
        input_stream=body,
        environ_overrides={"CONTENT_LENGTH": str(300 * 1024 * 1024)},
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": csrf_of(desk.client)},
    )
    assert answer.status_code == 413
    assert "The file is too large" in answer.text
    assert not body.taken


def test_a_file_over_the_limit_of_the_field(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UploadSchema._declared_fields["file"], "max_mb", 1)
    upload(desk, b"a,b\n1,2\n" * 200_000, "large.csv", "The file is larger than 1 MB.")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1256"])
def test_files_of_other_programs(desk: Desk, encoding: str, delimiter: str) -> None:
    """What Excel's "Unicode text", a list separator of «;» and old payroll software write."""
    text = table(desk.office.staff(300)).replace(",", delimiter)
    content = text.translate(ARABIC_LETTERS).encode(encoding)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    run = desk.checked(content)
    assert time.monotonic() - began < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1024
    found = desk.office.run(UUID(run)).checked
    assert (found["rows"], found["new"]) == (300, 300)


def test_a_binary_file_by_the_name_of_a_workbook(desk: Desk) -> None:
    upload(desk, b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 4_000, "staff.xlsx", "binary data")
