"""From raw records to a table: header, trimmed rows, bounds; the same for CSV and XLSX."""

from __future__ import annotations

from collections.abc import Iterator

from core.imports.reading.limits import Limits
from core.imports.reading.refusal import RefusedError

Records = Iterator[tuple[int, list[str]]]
_GUARDED = ("=", "+", "-", "@", "\t", "\r")


def header_of(records: Records, limits: Limits) -> tuple[int, list[str]]:
    """Row number and names of the first row that isn't blank.

    Raises ``RefusedError``: ``empty``, ``no_header`` (one single name) or ``duplicate_header``.
    """
    for number, cells in records:
        names = [" ".join(cell.replace("\ufeff", "").split()) for cell in trimmed(cells)]
        if names:
            _check_width(number, names, limits)
            if sum(1 for name in names if name) < 2:
                raise RefusedError("no_header", row=number)
            _check_duplicates(names)
            return number, names
    raise RefusedError("empty")


def rows_of(records: Records, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, without trailing blank cells, within the bounds."""
    count = 0
    for number, raw in records:
        cells = trimmed(raw)
        if not cells:
            continue
        count += 1
        if count > limits.rows:
            raise RefusedError("too_many_rows", limit=limits.rows)
        _check_width(number, cells, limits)
        # A zero byte is no character of any cell, and the database refuses it.
        yield number, [unguarded(cell.replace("\x00", "")) for cell in cells]


def trimmed(cells: list[str]) -> list[str]:
    """``cells`` without blank ones at the end."""
    end = len(cells)
    while end and not cells[end - 1].strip(" \t\r\n\xa0\ufeff\x00"):
        end -= 1
    return cells[:end]


def unguarded(cell: str) -> str:
    """``cell`` without the apostrophe that our exports put before a formula sign."""
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip(" ").startswith(_GUARDED) else cell


def column_letter(index: int) -> str:
    """Excel's name of the column with ``index`` from 0: A to Z, then AA and on."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _check_width(number: int, cells: list[str], limits: Limits) -> None:
    if len(cells) > limits.columns:
        raise RefusedError("too_many_columns", row=number, limit=limits.columns)
    longest = max(map(len, cells))
    if longest > limits.cell_characters or sum(map(len, cells)) > limits.row_characters:
        raise RefusedError("too_long", row=number)


def _check_duplicates(names: list[str]) -> None:
    seen: dict[str, int] = {}
    for index, name in enumerate(names):
        key = name.casefold()
        if key in seen:
            columns = f"{column_letter(seen[key])}, {column_letter(index)}"
            raise RefusedError("duplicate_header", header=name[:60], columns=columns)
        if key:
            seen[key] = index
