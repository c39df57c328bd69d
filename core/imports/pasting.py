"""Rows pasted from a spreadsheet: a small file, with letters for columns that have no names.

Excel and LibreOffice copy cells with tabs between them, and put cells that hold a line break or a
quotation mark into quotation marks.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from core.imports.employees_labels import KINDS, MARITAL, SEXES
from core.imports.employees_rules import email_of
from core.imports.reading.shape import column_letter
from core.imports.reading.text import sniff_delimiter
from core.imports.row_errors import CellError
from core.imports.values import choice_of, text_of
from core.localization import identifiers


def as_file(rows: str, *, headless: bool) -> bytes:
    """Return pasted rows as a CSV file.

    Where the names of the columns are missing (``headless``, or the first row holds a national
    ID), the first line is A, B, C and so on, as in the spreadsheet.
    """
    delimiter = sniff_delimiter(rows)
    try:
        records = list(csv.reader(io.StringIO(rows, newline=""), delimiter=delimiter))
    except csv.Error:
        return rows.encode()  # the reader of files says what is wrong
    if headless or _names_somebody(records[0] if records else ()):
        width = max(map(len, records), default=0)
        rows = delimiter.join(map(column_letter, range(width))) + "\n" + rows
    return rows.encode()


def _names_somebody(cells: Sequence[str]) -> bool:
    return any(identifiers.national_id(cell) for cell in cells)


def is_lettered(header: Sequence[str]) -> bool:
    """Whether the columns have letters for names, so that only their cells tell what they are."""
    return list(header) == [column_letter(index) for index in range(len(header))]


def guess_by_cells(
    header: Sequence[str], samples: Sequence[Sequence[str]], wanted: frozenset[str]
) -> dict[str, str]:
    """Propose columns for the ``wanted`` fields whose values can be mistaken for nothing else."""
    fitting = {
        name: [
            column
            for index, column in enumerate(header)
            if _all_fit(fits, [row[index] for row in samples if index < len(row)])
        ]
        for name, fits in RECOGNISABLE.items()
        if name in wanted
    }
    all_columns = [column for columns in fitting.values() for column in columns]
    return {
        name: columns[0]
        for name, columns in fitting.items()
        if len(columns) == 1 and all_columns.count(columns[0]) == 1
    }


def _all_fit(fits: Callable[[str], Any], cells: Sequence[str]) -> bool:
    texts = [text for text in map(text_of, cells) if text]
    try:
        return bool(texts) and all(fits(text) for text in texts)
    except CellError:
        return False


RECOGNISABLE: Final[Mapping[str, Callable[[str], Any]]] = {
    "national_id": identifiers.national_id,
    "mobile": identifiers.mobile,
    "sheba": identifiers.sheba,
    "email": email_of,
    "sex": lambda text: choice_of(text, SEXES.by_key, ""),
    "marital_status": lambda text: choice_of(text, MARITAL.by_key, ""),
    "employment_kind": lambda text: choice_of(text, KINDS.by_key, ""),
}
"""Fields that are known by their values."""
