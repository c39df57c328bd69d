"""Rules of a deduction import: from one row of a file to a checked deduction, or to reasons.

The employee is named by personnel number, national ID or both. A month is a Jalali one: 1405/09,
140509, a day in it, or «آذر ۱۴۰۵». Pure, like `core.imports.employees_rules`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from core.imports.deductions_fields import FIELDS
from core.imports.employees_labels import labels
from core.imports.employees_options import factor_of
from core.imports.employees_rules import Cells, national_id_of, personnel_number_of
from core.imports.mapping import Blame, ColumnMapping, MappingError, bind
from core.imports.reading.table import Row
from core.imports.row_errors import CellError, RowError
from core.imports.set_rules import RepeatedRows
from core.imports.values import choice_of, monthly_rial
from core.imports.wording import N_, spoken
from core.localization.digits import to_latin
from core.localization.identifiers import personnel_key
from core.localization.jalali_calendar import JalaliMonth, month_name
from core.localization.text import search_key

FACTOR: Final = "amount_factor"
CATEGORIES: Final = labels(
    {
        "court": ("حکم دادگاه", "دادگاه", "اجراییه", "اجرائیه", "قضایی", "نفقه", "court order"),
        "tax": ("مالیات", "مالیاتی", "اداره مالیات", "tax office"),
        "other": ("طلبکار دیگر", "سایر", "دیگر", "متفرقه", "other creditor", "others"),
    }
)
FIRST_YEAR, LAST_YEAR = 1380, 1499
_NUMBERED: Final = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.]\d{1,2})?|(\d{2}))")
_NAMED: Final = re.compile(r"(\D+?)(?:ماه)?[\s/-]*(\d{4})")
_MONTHS: Final = {
    search_key(month_name(number, locale)): number
    for number in range(1, 13)
    for locale in ("fa", "en")
}
STORED_REASONS: Final = {
    "number_unknown": "personnel_number",
    "number_of_other": "personnel_number",
    "several_at_once": "personnel_number",
    "person_unknown": "national_id",
    "not_employed_then": "month",
    "deduction_twice": "creditor",
}
"""Reasons of `core.imports.deductions_examination` and the field that each is about."""


@dataclass(frozen=True, slots=True)
class ParsedDeduction:
    """One deduction as the file has it; ``month`` like 140509, ``amount`` whole rial."""

    row: int
    personnel_number: str
    national_id: str
    month: JalaliMonth
    category: str
    creditor: str
    amount: int


def factor(options: Mapping[str, Any]) -> Decimal:
    """Return rial per unit of the file; raise ``MappingError`` for an unknown option or value."""
    for name in options:
        if name != FACTOR:
            raise MappingError("mapping_key", key=name[:60])
    return factor_of(FACTOR, options.get(FACTOR, "1"))


class DeductionRules:
    """The rules for one file. Raises ``MappingError`` when the mapping doesn't fit its header."""

    def __init__(self, header: Sequence[str], mapping: ColumnMapping, *, today: date) -> None:
        self._factor = factor(mapping.options)
        self._binding = bind(mapping, header, FIELDS)
        if not {"personnel_number", "national_id"} & self._binding.indexes.keys():
            raise MappingError("mapping_required", fields=str(spoken(N_("Personnel number"), {})))
        self._latest = JalaliMonth.of(today).shift(12)
        self._repeated = RepeatedRows()
        self._seen: dict[tuple[object, ...], list[int]] = defaultdict(list)
        self._creditors: dict[int, str] = {}

    def parse(self, row: Row) -> ParsedDeduction | list[RowError]:
        """The deduction of ``row``, or all reasons against it."""
        if row.extra:
            return [RowError(row.number, "", "", "extra_cells", {"count": row.extra})]
        first = self._repeated.first(row.number, row.cells)
        if first is not None:
            return [RowError(row.number, "", "", "repeated_row", {"rows": first})]
        cells = Cells(row.number, self._binding.values(row.cells), self._binding.header_of)
        found = self._deduction(cells)
        if found is None:
            return cells.errors
        self._note(found)
        return found

    def _deduction(self, cells: Cells) -> ParsedDeduction | None:
        number = cells.take("personnel_number", personnel_number_of)
        identity = cells.take("national_id", national_id_of)
        if not cells.text("personnel_number") + cells.text("national_id"):
            known = self._binding.indexes
            cells.refuse(
                "personnel_number" if "personnel_number" in known else "national_id",
                "nobody_named",
            )
        month = cells.take("month", self._month, required=True)
        category = cells.take(
            "category",
            lambda text: choice_of(text, CATEGORIES.by_key, CATEGORIES.allowed),
            required=True,
        )
        creditor = cells.take("creditor", _creditor, required=True)
        amount = cells.take("amount", self._amount, required=True)
        if cells.errors or not (month and category and creditor and amount):
            return None
        return ParsedDeduction(
            cells.row, number or "", identity or "", month, category, creditor, amount
        )

    def _month(self, text: str) -> JalaliMonth:
        found = month_of(text)
        if not JalaliMonth(FIRST_YEAR, 1) <= found <= self._latest:
            raise CellError("date_range")
        return found

    def _amount(self, text: str) -> int:
        amount = monthly_rial(text, self._factor, "month")
        if not amount:
            raise CellError("amount_zero")
        return amount

    def _note(self, one: ParsedDeduction) -> None:
        who = one.national_id or personnel_key(one.personnel_number)
        key = (who, one.month, one.category, search_key(one.creditor))
        self._seen[key].append(one.row)
        self._creditors[one.row] = one.creditor

    def conflicts(self) -> Iterator[RowError]:
        """Rows that name the same deduction; which is right can't be known."""
        column = self._binding.header_of("creditor")
        for rows in self._seen.values():
            for row in rows if len(rows) > 1 else ():
                yield RowError(row, column, self._creditors[row], "deduction_twice", {}, "creditor")

    def columns_to_blame(self) -> dict[str, Blame]:
        """Reasons that only a comparison with stored rows finds → the column that is meant."""
        return self._binding.to_blame(STORED_REASONS)


def month_of(text: str) -> JalaliMonth:
    """A Jalali month in one of the spellings above; raises ``CellError``."""
    plain = to_latin(text).strip()
    numbered, named = _NUMBERED.fullmatch(plain), _NAMED.fullmatch(plain)
    if numbered:
        year, month = int(numbered[1]), int(numbered[2] or numbered[3])
    elif named:
        year, month = int(named[2]), _MONTHS.get(search_key(named[1]), 0)
    else:
        raise CellError("month")
    if not 1 <= month <= 12 or not 1200 <= year <= LAST_YEAR:
        raise CellError("month")
    return JalaliMonth(year, month)


def _creditor(text: str) -> str:
    if not search_key(text):
        raise CellError("required")
    if len(text) > 200:
        raise CellError("too_long", limit=200)
    return text
