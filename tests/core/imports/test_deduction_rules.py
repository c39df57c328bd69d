"""Rules of deductions, without a database."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.imports.deductions_rules import DeductionRules, ParsedDeduction, factor, month_of
from core.imports.mapping import ColumnMapping, MappingError
from core.imports.reading.table import Row
from core.imports.row_errors import CellError
from core.localization.digits import to_persian
from core.localization.jalali_calendar import JalaliMonth, format_month

TODAY = date(2026, 11, 25)
HEADER = ("شماره پرسنلی", "کد ملی", "ماه", "نوع", "طلبکار", "مبلغ")
FIELDS = ("personnel_number", "national_id", "month", "category", "creditor", "amount")
COLUMNS = dict(zip(FIELDS, HEADER, strict=True))
GOOD = ("12", "", "1405/08", "دادگاه", "شعبهٔ ۳", "5000000")


def rules(**options: str) -> DeductionRules:
    """Rules for a file with all columns."""
    return DeductionRules(HEADER, ColumnMapping("deductions", COLUMNS, {}, options), today=TODAY)


def codes(*cells: str) -> list[str]:
    """Codes of all reasons against a row."""
    outcome = rules().parse(Row(2, cells))
    assert isinstance(outcome, list)
    return [error.code for error in outcome]


@given(st.integers(1300, 1499), st.integers(1, 12), st.booleans())
def test_months_in_every_spelling(year: int, month: int, persian: bool) -> None:
    expected = JalaliMonth(year, month)
    spellings = [
        f"{year}/{month}", f"{year}-{month:02}", f"{year}{month:02}", f"{year}/{month:02}/01",
        format_month(expected, "fa"), format_month(expected, "en"),
    ]  # fmt: skip
    for spelling in spellings:
        assert month_of(to_persian(spelling) if persian else spelling) == expected


@pytest.mark.parametrize(
    "text", ["", "آذر", "1405", "1405/13", "1405/0", "2026/11", "تست 1405", "x"]
)
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(CellError, match="month"):
        month_of(text)


def test_a_row() -> None:
    assert rules().parse(Row(2, GOOD)) == ParsedDeduction(
        2, "12", "", JalaliMonth(1405, 8), "court", "شعبهٔ ۳", 5_000_000
    )
    toman = rules(amount_factor="10").parse(Row(2, GOOD))
    assert isinstance(toman, ParsedDeduction)
    assert toman.amount == 50_000_000


@pytest.mark.parametrize(
    ("at", "cell", "code"),
    [
        (0, "", "nobody_named"),
        (0, "؟؟", "personnel_number"),
        (1, "1234567890", "national_id"),
        (1, "9991234561", "example_row"),
        (2, "", "required"),
        (2, "1405/13", "month"),
        (2, "1379/12", "date_range"),
        (2, "1406/10", "date_range"),
        (3, "وام", "choice"),
        (4, "", "required"),
        (4, "ـ", "required"),
        (4, "آ" * 201, "too_long"),
        (5, "0", "amount_zero"),
        (5, "پنج", "amount"),
    ],
)
def test_reasons(at: int, cell: str, code: str) -> None:
    assert codes(*GOOD[:at], cell, *GOOD[at + 1 :]) == [code]


def test_the_same_deduction_twice() -> None:
    file = rules()
    assert isinstance(file.parse(Row(2, GOOD)), ParsedDeduction)
    assert isinstance(file.parse(Row(3, (*GOOD[:5], "6000000"))), ParsedDeduction)
    assert isinstance(file.parse(Row(4, (*GOOD[:4], "شعبهٔ ۴", "1"))), ParsedDeduction)
    assert [(e.row, e.code) for e in file.conflicts()] == [
        (2, "deduction_twice"),
        (3, "deduction_twice"),
    ]


def test_mappings_that_do_not_fit() -> None:
    nobody = {name: column for name, column in COLUMNS.items() if name not in FIELDS[:2]}
    with pytest.raises(MappingError, match="mapping_required"):
        DeductionRules(HEADER, ColumnMapping("deductions", nobody), today=TODAY)
    with pytest.raises(MappingError, match="mapping_key"):
        factor({"date_order": "ymd"})
    with pytest.raises(MappingError, match="mapping_option"):
        factor({"amount_factor": "-1"})
