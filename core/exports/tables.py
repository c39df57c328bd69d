"""Tables as CSV and XLSX that open well in Excel, in Persian, and can be imported again.

CSV is UTF-8 with BOM (else Excel shows garbage); a sheet of a Persian export runs from right to
left. Text that a spreadsheet would take for a formula gets an apostrophe in front, which our own
reader takes away again. Rows are streamed: memory doesn't grow with them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Final

import xlsxwriter

from core.localization.jalali import jalali

Value = str | int | float | Decimal | date | None
MOST_ROWS: Final = 1_048_575
LONGEST_CELL: Final = 32_767
_EXACT: Final = 10**15
# Signs that begin a formula in Excel, LibreOffice or Sheets, full-width ones included (OWASP).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_WIDEST: Final = 60


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title in the reader's language and its width in characters.

    Whole numbers and amounts are written as numbers; identifiers must come as text, so that their
    leading zeros stay.
    """

    title: str
    width: int = 18


def guarded(text: str) -> str:
    """``text`` that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def write_csv(
    target: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, locale: str
) -> int:
    """Write title row and ``rows``; returns the number of rows. Dates are Jalali for ``fa``."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", errors="replace", newline="")
    try:
        writer = csv.writer(text)
        writer.writerow([guarded(str(column.title)) for column in columns])
        count = 0
        for row in rows:
            writer.writerow([_plain(value, locale) for value in row])
            count += 1
        return count
    finally:
        text.flush()
        text.detach()  # the caller's file stays open


def write_xlsx(
    target: BinaryIO | Path,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    *,
    locale: str,
    sheet: str = "",
) -> int:
    """Write a workbook of one sheet with a frozen title row; returns the number of rows.

    Raises ``ValueError`` when there are more rows than a sheet holds.
    """
    book = xlsxwriter.Workbook(
        str(target) if isinstance(target, Path) else target,
        {"constant_memory": True, "strings_to_numbers": False, "strings_to_urls": False},
    )
    with book:
        page = book.add_worksheet(sheet or None)
        if locale == "fa":
            page.right_to_left()
        text, title = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        for index, column in enumerate(columns):
            page.set_column(index, index, min(column.width, _WIDEST), text)
            page.write_string(0, index, guarded(str(column.title)), title)
        page.freeze_panes(1, 0)
        # Without a format of its own a long whole number would show as 1.2E+11.
        whole = book.add_format({"num_format": "0"})
        count = _write_rows(page, rows, locale, whole, text)
        page.autofilter(0, 0, max(count, 1), max(len(columns) - 1, 0))
    return count


def _write_rows(
    page: xlsxwriter.worksheet.Worksheet,
    rows: Iterable[Sequence[Value]],
    locale: str,
    whole: xlsxwriter.format.Format,
    text: xlsxwriter.format.Format,
) -> int:
    count = 0
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise ValueError(f"a sheet holds at most {MOST_ROWS} rows")
        for index, value in enumerate(row):
            # Excel keeps 15 digits of a number; longer ones stay exact as text.
            if isinstance(value, (int, float, Decimal)) and -_EXACT < value < _EXACT:
                page.write_number(count, index, value, whole if value == int(value) else None)
                continue
            page.write_string(count, index, _plain(value, locale)[:LONGEST_CELL], text)
    return count


def _plain(value: Value, locale: str) -> str:
    """The text of a cell. Numbers need no guard: their minus begins no formula."""
    if value is None:
        return ""
    if isinstance(value, date):
        return "{:04}/{:02}/{:02}".format(*jalali(value)) if locale == "fa" else value.isoformat()
    return guarded(str(value)) if isinstance(value, str) else str(value)
