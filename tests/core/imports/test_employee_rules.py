"""From rows to employees: every field, every refusal, rules over the whole file."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from core.imports.bundled import bundled, recognise
from core.imports.employees_fields import FIELDS
from core.imports.employees_rules import EmployeeRules, ParsedEmployee
from core.imports.mapping import ColumnMapping, MappingError, guess
from core.imports.reading.table import Row, open_table
from core.imports.row_errors import WORDS, CellError, RowError
from core.imports.staging import staged
from core.imports.values import date_of, monthly_rial
from core.localization import use_locale
from core.localization.identifiers import national_id, place_of_issue
from core.localization.text import clean
from core.people.names import NameKeys

TODAY = date(2026, 11, 24)
GOOD = {
    "کد ملی": "۰۴۹۹۳۷۰۸۹۹",
    "شماره پرسنلی": "٠٠١٢٣",
    "نام": "عليرضا",
    "نام خانوادگی": "كريمي‌نژاد",
    "نام پدر": "حسین",
    "تاریخ تولد": "۱۳۶۰/۰۱/۱۵",
    "جنسیت": "مرد",
    "وضعیت تأهل": "متاهل",
    "نوع استخدام": "پيماني",
    "تاریخ استخدام": "1385-07-03",
    "تاریخ ترک کار": "",
    "کد واحد": "B-12",
    "واحد": "معاونت  عمرانی",
    "پست": "کارشناس عمران",
    "موبایل": "+98 902 200 2580",
    "ایمیل": "a.karimi@example.ir",
    "شبا": "820540102680020817909002",
    "حقوق": "۱۲۰٬۰۰۰٬۰۰۰ ریال",
}
HEADER = tuple(GOOD)


def persian_rules(**options: Any) -> EmployeeRules:
    """Rules for a file with the headers of ``GOOD``."""
    mapping = ColumnMapping("employees", guess(HEADER, FIELDS).columns, {}, options)
    return EmployeeRules(HEADER, mapping, today=TODAY)


def row_of(number: int = 2, **changes: str) -> Row:
    """A row like ``GOOD`` with some cells changed (header with _ for spaces)."""
    cells = {**GOOD, **{name.replace("_", " "): text for name, text in changes.items()}}
    return Row(number, tuple(cells.values()))


def test_a_full_persian_row() -> None:
    parsed = persian_rules().parse(row_of())
    assert parsed == ParsedEmployee(
        row=2,
        national_id="0499370899",
        personnel_number="00123",
        given_name="علیرضا",
        family_name="کریمی‌نژاد",
        father_name="حسین",
        birth_date=date(1981, 4, 4),
        sex="male",
        marital_status="married",
        employment_kind="contract",
        hired_on=date(2006, 9, 25),
        unit_code="B-12",
        unit="معاونت عمرانی",
        job_title="کارشناس عمران",
        mobile="09022002580",
        email="a.karimi@example.ir",
        sheba="IR820540102680020817909002",
        monthly_salary=120_000_000,
    )


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"کد_ملی": ""}, "کد ملی", "required"),
        ({"کد_ملی": "0499370898"}, "کد ملی", "national_id"),
        ({"شماره_پرسنلی": "-"}, "شماره پرسنلی", "required"),
        ({"شماره_پرسنلی": "=1+1"}, "شماره پرسنلی", "personnel_number"),
        ({"نام": ""}, "نام", "given_name_missing"),
        ({"نام_خانوادگی": "ندارد"}, "نام خانوادگی", "surname_missing"),
        ({"نام": "ع" * 201}, "نام", "too_long"),
        ({"تاریخ_تولد": "1402/12/30"}, "تاریخ تولد", "date"),
        ({"تاریخ_تولد": "1380/01/01"}, "تاریخ تولد", "birth_after_hire"),
        ({"تاریخ_استخدام": "03/07/2006"}, "تاریخ استخدام", "date_ambiguous"),
        ({"تاریخ_استخدام": "1410/01/01"}, "تاریخ استخدام", "date_range"),
        ({"تاریخ_استخدام": "0985/01/01"}, "تاریخ استخدام", "date_range"),
        ({"تاریخ_ترک_کار": "1385/07/02"}, "تاریخ ترک کار", "leave_before_hire"),
        ({"جنسیت": "؟"}, "جنسیت", "choice"),
        ({"نوع_استخدام": "مهمان"}, "نوع استخدام", "choice"),
        ({"موبایل": "0902200258"}, "موبایل", "mobile"),
        ({"ایمیل": "a@b"}, "ایمیل", "email"),
        ({"شبا": "IR820540102680020817909003"}, "شبا", "sheba"),
        ({"حقوق": "زیاد"}, "حقوق", "amount"),
        ({"حقوق": "-5"}, "حقوق", "amount"),
        ({"حقوق": "1,5"}, "حقوق", "amount"),
        ({"حقوق": "9" * 20}, "حقوق", "amount_range"),
    ],
)
def test_refusals_name_row_column_value_and_remedy(
    changes: dict[str, str], column: str, code: str
) -> None:
    errors = persian_rules().parse(row_of(7, **changes))
    assert isinstance(errors, list)
    (error,) = errors
    assert (error.row, error.column, error.code) == (7, column, code)
    assert "%(" not in str(error.reason) + str(error.remedy)
    assert RowError(**error.as_json()) == error


def test_all_faults_of_a_row_are_told_at_once() -> None:
    errors = persian_rules().parse(row_of(کد_ملی="1", حقوق="?", موبایل="2"))
    assert isinstance(errors, list)
    assert {error.code for error in errors} == {"national_id", "amount", "mobile"}


def test_last_day_of_employment() -> None:
    parsed = persian_rules().parse(row_of(تاریخ_ترک_کار="1399/12/30"))
    assert isinstance(parsed, ParsedEmployee)
    assert (parsed.left_on, parsed.ends_on) == (date(2021, 3, 20), date(2021, 3, 21))


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("10/24/1979", "auto", date(1979, 10, 24)),
        ("24.10.1979", "auto", date(1979, 10, 24)),
        ("9/5/2006", "mdy", date(2006, 9, 5)),
        ("9/5/2006", "dmy", date(2006, 5, 9)),
        ("۳/۷/۱۳۸۵", "auto", date(2006, 9, 25)),
        ("2006-09-25 08:30:00", "auto", date(2006, 9, 25)),
        ("5/5/2006", "auto", date(2006, 5, 5)),
    ],
)
def test_dates_in_each_order(text: str, order: str, expected: date) -> None:
    assert date_of(text, order) == expected


def test_month_and_day_are_never_swapped_silently() -> None:
    with pytest.raises(CellError):
        date_of("24/10/1979", "mdy")


@pytest.mark.parametrize(
    ("text", "factor", "period", "expected"),
    [
        ("$55,314.00", "1", "year", 4610),  # 4609.5: half goes up
        ("55314", "100000", "year", 460_950_000),
        ("42", "1", "year", 4),  # 3.5
        ("٤٢٫٤٩", "1", "month", 42),
        ("0.5", "1", "month", 1),
        ("12٬000 تومان", "1", "month", 120_000),
        ("1.005", "100", "month", 101),  # 100.5 exactly, no binary fractions
        ("0", "1", "month", 0),
    ],
)
def test_monthly_salary(text: str, factor: str, period: str, expected: int) -> None:
    assert monthly_rial(text, Decimal(factor), period) == expected


@pytest.mark.parametrize(
    ("form", "name", "expected"),
    [
        ("given family", "علی رضا محمدی", ("علی رضا", "محمدی")),
        ("family given", "محمدی علی رضا", ("علی رضا", "محمدی")),
        ("family,given", "O'Neil Jr.,Mary  Ann", ("Mary Ann", "O'Neil Jr.")),
        ("family,given", "محمدی، علی", ("علی", "محمدی")),
    ],
)
def test_full_names(form: str, name: str, expected: tuple[str, str]) -> None:
    header = ("نام و نام خانوادگی", *HEADER)
    mapping = ColumnMapping("employees", guess(header, FIELDS).columns, {}, {"name_format": form})
    rules = EmployeeRules(header, mapping, today=TODAY)
    row = row_of(نام="", نام_خانوادگی="")
    parsed = rules.parse(Row(2, (name, *row.cells)))
    assert isinstance(parsed, ParsedEmployee)
    assert (parsed.given_name, parsed.family_name) == expected


def test_repeated_shifted_and_conflicting_rows() -> None:
    rules = persian_rules()
    rows = [
        row_of(2),
        row_of(3),
        row_of(4, شماره_پرسنلی="K-77"),
        row_of(5, کد_ملی="0790419904", شماره_پرسنلی="k-۷۷"),
        Row(6, HEADER, extra=2),
    ]
    outcomes = [rules.parse(row) for row in rows]
    codes = [outcome[0].code for outcome in outcomes if isinstance(outcome, list)]
    assert codes == ["repeated_row", "extra_cells"]
    late = {(error.row, error.code): error.figures["rows"] for error in rules.conflicts()}
    assert late == {
        (2, "conflicting_rows"): "4",
        (4, "conflicting_rows"): "2",
        (4, "duplicate_personnel_number"): "5",
        (5, "duplicate_personnel_number"): "4",
    }


def excerpt_outcomes(path: Path, **options: Any) -> list[ParsedEmployee | list[RowError]]:
    """What the bundled mapping makes of the excerpt."""
    with open_table(path) as table:
        found = recognise(table.header, bundled("employees"))
        assert found is not None
        mapping = ColumnMapping(
            found.kind, found.columns, found.defaults, {**found.options, **options}
        )
        rules = EmployeeRules(table.header, mapping, today=TODAY)
        outcomes = [rules.parse(row) for row in table]
        assert not list(rules.conflicts())
        return outcomes


def test_public_file_needs_the_wish_for_test_ids(excerpt: Path) -> None:
    with pytest.raises(MappingError) as caught:
        excerpt_outcomes(excerpt)
    assert caught.value.code == "mapping_required"


def test_public_file(excerpt: Path) -> None:
    outcomes = excerpt_outcomes(excerpt, generate_test_ids=True)
    good = [each for each in outcomes if isinstance(each, ParsedEmployee)]
    bad = [each for each in outcomes if not isinstance(each, ParsedEmployee)]
    assert (len(good), len(bad)) == (40, 10)
    assert {(e.column, e.code) for errors in bad for e in errors} == {
        ("name", "surname_missing"),
        ("HireDate", "required"),
    }
    first = good[0]
    assert (first.family_name, first.given_name) == ("Aaron", "Patricia G")
    assert (first.hired_on, first.monthly_salary) == (date(1979, 10, 24), 460_950_000)
    assert (first.unit, first.unit_code) == ("OED-Employment Dev (031)", "A03031")


def test_test_identities_are_marked_valid_and_the_same_each_time(excerpt: Path) -> None:
    good, again = (
        [
            each
            for each in excerpt_outcomes(excerpt, generate_test_ids=True)
            if isinstance(each, ParsedEmployee)
        ]
        for _ in range(2)
    )
    assert good == again
    assert (good[0].national_id, good[0].personnel_number) == ("9902558194", "T937631468993")
    for employee in good:
        assert employee.test_identity
        assert employee.test_number
        assert national_id(employee.national_id) == employee.national_id
        assert employee.national_id.startswith("9")
        assert place_of_issue(employee.national_id) is None
    assert len({employee.national_id for employee in good}) == len(good)


def test_people_of_the_same_name_get_identities_of_their_own() -> None:
    rules = persian_rules(generate_test_ids=True)
    rows = [row_of(n, کد_ملی="", شماره_پرسنلی="", موبایل=f"0912123456{n}") for n in (2, 3)]
    first, second = (rules.parse(row) for row in rows)
    assert isinstance(first, ParsedEmployee)
    assert isinstance(second, ParsedEmployee)
    assert first.national_id != second.national_id
    assert not list(rules.conflicts())


def test_numbers_of_the_file_win_over_test_numbers() -> None:
    rules = persian_rules(generate_test_ids=True)
    parsed = rules.parse(row_of(شماره_پرسنلی=""))
    assert isinstance(parsed, ParsedEmployee)
    assert (parsed.national_id, parsed.test_identity) == ("0499370899", False)
    assert parsed.test_number
    wrong = rules.parse(row_of(3, کد_ملی="123"))
    assert isinstance(wrong, list)


def test_words_of_rows_fit_their_figures() -> None:
    figures = dict.fromkeys(("form", "limit", "years", "allowed", "count", "rows", "number"), "x")
    for words in WORDS.values():
        assert "%(" not in words.message % figures + words.remedy % figures


def test_an_example_of_a_date_reads_from_left_to_right_in_persian_too(app: Flask) -> None:
    with app.app_context(), use_locale("fa"):
        remedy = str(RowError(2, "تاریخ", "x", "date").remedy)
    assert "\u20662006-09-25\u2069" in remedy


@given(st.text(alphabet="ابپتثمحیيكگ علی‌-Aab1۲", max_size=12), st.text(max_size=12))
def test_keys_of_staged_names_are_those_of_people(family: str, given_name: str) -> None:
    """They are put together of the keys of both names, which must come to the same."""
    family, given_name = clean(family) or "ن", clean(given_name) or "خ"
    keys = NameKeys.of(given_name, family)
    parsed = ParsedEmployee(
        row=2,
        national_id="",
        personnel_number="",
        given_name=given_name,
        family_name=family,
        employment_kind="official",
        hired_on=TODAY,
    )
    row = staged(parsed, ())
    assert {name: row[name] for name in asdict(keys)} == asdict(keys)
