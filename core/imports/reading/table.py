"""A file of unknown origin as a table: the entry of this package.

    with open_table(path) as table:
        table.header          # ("name", "JobTitle", …)
        for row in table:     # Row(number=2, cells=("Aaron,Patricia G", …), extra=0)
            …

Rows are streamed: neither process holds all of a CSV. Only one pass per opened table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.imports.reading.archive import check_directory
from core.imports.reading.errors import ReadError
from core.imports.reading.kinds import kind_of
from core.imports.reading.limits import Limits
from core.imports.reading.process import Child
from core.imports.reading.refusal import RefusedError


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as Excel shows it and one text per column of the header.

    ``extra`` counts cells with content beyond the last column: the row is shifted or broken.
    """

    number: int
    cells: tuple[str, ...]
    extra: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Header and rows of a file; iterate once. ``sheet`` is None for a CSV."""

    kind: str
    header: tuple[str, ...]
    header_row: int
    sheet: str | None
    sheets: tuple[str, ...]
    encoding: str | None
    delimiter: str | None
    _lines: Iterator[Any] = field(repr=False)

    def __iter__(self) -> Iterator[Row]:
        """The rows; raises ``ReadError`` when the rest of the file can't be read."""
        width = len(self.header)
        try:
            for number, cells in self._lines:
                padding = ("",) * (width - len(cells))
                extra = sum(1 for cell in cells[width:] if cell.strip())
                yield Row(number, (*cells[:width], *padding), extra)
        except RefusedError as refusal:
            raise ReadError.of(refusal) from None


@contextmanager
def open_table(
    path: Path, *, sheet: str | None = None, limits: Limits | None = None
) -> Iterator[Table]:
    """Open ``path`` for one pass over its rows, in a limited child process.

    Raises ``ReadError`` (code, message, remedy) for whatever isn't a readable table.
    """
    bounds = limits or Limits()
    try:
        kind = kind_of(path, bounds)
        if kind == "xlsx":
            check_directory(path, bounds)
    except RefusedError as refusal:
        raise ReadError.of(refusal) from None
    child = Child(kind, path, sheet, bounds)
    try:
        yield _table(kind, child.lines())
    finally:
        child.stop()


def _table(kind: str, lines: Iterator[Any]) -> Table:
    try:
        facts = next(lines)
    except RefusedError as refusal:
        raise ReadError.of(refusal) from None
    return Table(
        kind=kind,
        header=tuple(facts["header"]),
        header_row=facts["row"],
        sheet=facts.get("sheet"),
        sheets=tuple(facts.get("sheets", ())),
        encoding=facts.get("encoding"),
        delimiter=facts.get("delimiter"),
        _lines=lines,
    )
