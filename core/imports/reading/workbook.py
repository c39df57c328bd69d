"""XLSX: the sheets of a workbook and their cells as text."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from core.imports.reading.refusal import RefusedError


class Sheet(NamedTuple):
    """The chosen sheet, the names of all visible ones, and numbered rows of cell texts."""

    name: str
    names: list[str]
    rows: Iterator[tuple[int, list[str]]]


def open_sheet(path: Path, wanted: str | None) -> Sheet:
    """The sheet ``wanted``, else the first visible one that holds something.

    Raises ``RefusedError``: ``encrypted``, ``damaged``, ``no_sheet`` or ``empty``.
    """
    # Imported here: only a child that reads a workbook pays for the library.
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_path(path)
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == calamine.SheetVisibleEnum.Visible
        ]
        if wanted is not None and wanted not in names:
            raise RefusedError("no_sheet", sheet=wanted[:60])
        for name in [wanted] if wanted is not None else names:
            sheet = book.get_sheet_by_name(name)
            if sheet.start is not None:
                return Sheet(name, names, _rows(sheet.iter_rows(), sheet.start[1]))
    except calamine.PasswordError:
        raise RefusedError("encrypted") from None
    except calamine.CalamineError:
        raise RefusedError("damaged") from None
    raise RefusedError("empty")


def _rows(rows: Iterator[list[Any]], first_column: int) -> Iterator[tuple[int, list[str]]]:
    """Row number of the sheet and cell texts from column A on.

    calamine begins at row 1, blank or not, but leaves out blank columns at the left.
    """
    left = [""] * first_column
    for number, cells in enumerate(rows, 1):
        yield number, [*left, *map(cell_text, cells)]


def cell_text(value: object) -> str:
    """A cell as one would type it: whole numbers without point, dates as ISO."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    return "" if value is None else str(value)
