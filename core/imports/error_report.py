"""The refused rows as a table to mend and upload again.

The original columns come first, as they were; then row number, column, value, reason and remedy,
a line each for every reason. So the report is itself a file that can be imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from core.exports.tables import Column, Value
from core.imports.row_errors import RowError
from core.localization import lazy_gettext


def report_columns(header: Sequence[str]) -> list[Column]:
    """Columns of the report for a file with ``header``, in the reader's language."""
    own = [
        Column(str(lazy_gettext("Row in the file")), 12),
        Column(str(lazy_gettext("Column at fault"))),
        Column(str(lazy_gettext("Value at fault"))),
        Column(str(lazy_gettext("Why refused")), 50),
        Column(str(lazy_gettext("How to mend")), 50),
    ]
    return [*(Column(name) for name in header), *own]


def report_rows(
    refused: Iterable[tuple[Sequence[str], Sequence[RowError]]],
) -> Iterator[list[Value]]:
    """One report row per refused row: its cells and its reasons."""
    for cells, errors in refused:
        if errors:
            yield [
                *cells,
                errors[0].row,
                "\n".join(error.column for error in errors),
                "\n".join(error.value for error in errors),
                "\n".join(str(error.reason) for error in errors),
                "\n".join(str(error.remedy) for error in errors),
            ]
