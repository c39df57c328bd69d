"""Rules over all rows of a file: repeated rows, conflicting rows, numbers used twice."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from core.imports.row_errors import RowError
from core.localization.identifiers import personnel_key


class _Taken(NamedTuple):
    row: int
    national_id: str
    number: str


class RepeatedRows:
    """Finds rows that repeat an earlier one word for word; keeps 16 bytes per row."""

    def __init__(self) -> None:
        self._first: dict[bytes, int] = {}

    def first(self, row: int, cells: Sequence[str]) -> int | None:
        """Number of the earlier row with the same cells, if any."""
        text = "\x1f".join(map(str.strip, cells))
        mark = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
        earlier = self._first.setdefault(mark, row)
        return None if earlier == row else earlier


class UniqueNumbers:
    """One person, one row; one personnel number, one person.

    Which of two conflicting rows is right can't be known, so all of them are refused; hence the
    answer stands only after the last row.
    """

    def __init__(self, national_id_column: str, personnel_number_column: str) -> None:
        self._columns = {
            "national_id": national_id_column,
            "personnel_number": personnel_number_column,
        }
        self._by_id: dict[str, list[int]] = defaultdict(list)
        self._by_number: dict[str, list[_Taken]] = defaultdict(list)

    def add(self, row: int, national_id: str, personnel_number: str) -> None:
        """Take note of a row that is right by itself."""
        self._by_id[national_id].append(row)
        self._by_number[personnel_key(personnel_number)].append(
            _Taken(row, national_id, personnel_number)
        )

    def errors(self) -> Iterator[RowError]:
        """The rows to refuse, once all were added."""
        for number, rows in self._by_id.items():
            if len(rows) > 1:
                values = dict.fromkeys(rows, number)
                yield from self._refused("national_id", values, "conflicting_rows")
        for taken in self._by_number.values():
            if len({each.national_id for each in taken}) > 1:
                values = {each.row: each.number for each in taken}
                yield from self._refused("personnel_number", values, "duplicate_personnel_number")

    def _refused(self, about: str, rows: Mapping[int, str], code: str) -> Iterator[RowError]:
        for row, value in rows.items():
            others = [str(other) for other in rows if other != row]
            named = ", ".join(others[:5]) + (" …" if len(others) > 5 else "")
            yield RowError(row, self._columns[about], value, code, {"rows": named}, about)
