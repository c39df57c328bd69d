"""Tables as CSV and XLSX: Persian, safe from formulas, importable again."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest

from core.exports.tables import Column, guarded, write_csv, write_xlsx
from core.imports.error_report import report_columns, report_rows
from core.imports.reading.table import open_table
from core.imports.row_errors import RowError
from core.localization import use_locale

COLUMNS = [Column("کد ملی"), Column("نام"), Column("تاریخ"), Column("حقوق"), Column("مانده")]
ROWS: list[list[str | int | date | Decimal | None]] = [
    ["0499370899", "=HYPERLINK(1)", date(2006, 9, 25), 120_000_000, -5],
    ["0790419904", " @x", None, 10**17, Decimal("1.5")],
]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r", "  =1", "＝1"])
def test_formulas_are_disarmed(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "'=1", "۱", "کد -1"])
def test_ordinary_text_stays(text: str) -> None:
    assert guarded(text) == text


def test_csv_opens_in_excel_in_persian() -> None:
    target = io.BytesIO()
    assert write_csv(target, COLUMNS, ROWS, locale="fa") == 2
    content = target.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[1:] == [
        "0499370899,'=HYPERLINK(1),1385/07/03,120000000,-5",
        "0790419904,' @x,,100000000000000000,1.5",
    ]


def test_english_csv_has_iso_dates() -> None:
    target = io.BytesIO()
    write_csv(target, COLUMNS, ROWS, locale="en")
    assert b",2006-09-25," in target.getvalue()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_can_be_read_again(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"out.{kind}"
    with path.open("wb") as file:
        write = write_csv if kind == "csv" else write_xlsx
        write(file, COLUMNS, ROWS, locale="fa")
    with open_table(path) as table:
        assert table.header == tuple(str(column.title) for column in COLUMNS)
        assert [row.cells for row in table] == [
            ("0499370899", "=HYPERLINK(1)", "1385/07/03", "120000000", "-5"),
            ("0790419904", " @x", "", "100000000000000000", "1.5"),
        ]


def test_persian_sheet_runs_from_right_to_left_and_has_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_xlsx(path, COLUMNS, ROWS, locale="fa", sheet="کارکنان")
    sheet = ZipFile(path).read("xl/worksheets/sheet1.xml")
    assert b'rightToLeft="1"' in sheet
    assert b"<f>" not in sheet
    write_xlsx(path, COLUMNS, [], locale="en")
    assert b"rightToLeft" not in ZipFile(path).read("xl/worksheets/sheet1.xml")


def test_error_report_keeps_the_row_and_says_why() -> None:
    errors = [
        RowError(7, "name", "BPD 1", "surname_missing", {"form": "محمدی,علی"}),
        RowError(7, "HireDate", "", "required"),
    ]
    with use_locale("en"):
        titles = [column.title for column in report_columns(["name", "HireDate"])]
        (row,) = report_rows([(("BPD 1", ""), errors), (("fine", "x"), [])])
    assert titles[:3] == ["name", "HireDate", "Row in the file"]
    assert row[:5] == ["BPD 1", "", 7, "name\nHireDate", "BPD 1\n"]
    assert str(row[5]).splitlines() == ["There is no family name.", "The value is missing."]
