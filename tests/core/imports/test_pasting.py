"""Rows pasted from a spreadsheet, with and without the names of the columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from import_desk import Desk, fields_of, id_of
from office import COLUMNS, Office

from core.imports.pasting import as_file, guess_by_cells, is_lettered
from core.imports.reading.shape import column_letter
from core.imports.reading.text import sniff_delimiter
from core.localization.dates import parse_date
from core.localization.digits import to_persian
from core.testing.factories import valid_national_id

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def cells_of(rows: Iterable[Mapping[str, str]], *, named: bool) -> str:
    """What a spreadsheet puts on the clipboard."""
    listed = list(rows)
    lines = ["\t".join(listed[0])] if named else []
    return "\r\n".join([*lines, *("\t".join(row.values()) for row in listed)]) + "\r\n"


@pytest.fixture
def desk(app: Flask, office: Office) -> Desk:
    """An officer who may import."""
    return Desk(app, office, "imports.manage")


@given(st.integers(1, 80), st.integers(1, 5))
def test_letters_are_put_above_rows_without_names(width: int, height: int) -> None:
    line = "\t".join(["الف"] * width)
    made = as_file("\n".join([line] * height), headless=True).decode()
    first = made.split("\n")[0].split("\t")
    assert is_lettered(first)
    assert len(first) == width or width == 1
    assert made.split("\n")[1:] == [line] * height


def test_a_national_id_is_no_name_of_a_column() -> None:
    rows = f"{to_persian(valid_national_id(7))}\tعلی\n"
    assert as_file(rows, headless=False).decode() == "A\tB\n" + rows
    assert as_file("کد ملی\tنام\n1\tعلی", headless=False).decode() == "کد ملی\tنام\n1\tعلی"


def test_a_line_break_within_a_cell_is_no_row() -> None:
    assert as_file('الف\t"ب\nپ"\nت\tث\tج', headless=True).decode().startswith("A\tB\tC\nالف")


def test_cells_tell_what_they_are() -> None:
    samples = [
        [valid_national_id(1), "09121234567", "مرد", "رسمی", "m", "علی"],
        [valid_national_id(2), "09121234568", "زن", "پیمانی", "m", ""],
    ]
    header = [column_letter(index) for index in range(6)]
    wanted = frozenset({"national_id", "mobile", "sex", "employment_kind", "marital_status"})
    found = guess_by_cells(header, samples, wanted)
    assert found == {"national_id": "A", "mobile": "B", "employment_kind": "D"}, "m is two things"
    two_ids = [[valid_national_id(1), valid_national_id(2)]]
    assert guess_by_cells(["A", "B"], two_ids, wanted) == {}
    assert guess_by_cells(["A"], [[""]], wanted) == {}


@pytest.mark.parametrize("digits", ["latin", "persian", "arabic"])
@pytest.mark.parametrize("named", [True, False], ids=["named", "headless"])
def test_three_families_of_digits(desk: Desk, digits: str, named: bool) -> None:
    rows = desk.office.staff(3)
    plain = cells_of(rows, named=named)
    spelt = {"latin": str, "persian": to_persian, "arabic": lambda text: text.translate(ARABIC)}
    text = spelt[digits](plain)
    run = id_of(desk.post("new", {"rows": text, **({} if named else {"headless": "1"})}))
    changes = {}
    if not named:
        page = fields_of(desk.get(f"{run}/columns").text)
        assert (page["column_national_id"], page["column_employment_kind"]) == ("A", "F")
        letters = [column_letter(index) for index in range(len(COLUMNS))]
        changes = {
            f"column_{field}": letter for field, letter in zip(COLUMNS, letters, strict=True)
        }
    assert desk.choose(run, **changes).status_code == 303
    desk.work()
    assert desk.office.run(run).checked["new"] == 3  # type: ignore[arg-type] # a text
    assert desk.post(f"{run}/confirm").status_code == 303
    desk.work()
    facts = desk.office.facts("P2")
    assert (facts.national_id, facts.monthly_base) == (rows[2]["کد ملی"], 120_000_002)
    assert facts.birth_date == parse_date(rows[2]["تاریخ تولد"])


def test_pasted_rows_are_mended_in_place(desk: Desk) -> None:
    rows = desk.office.staff(2)
    good = rows[1]["کد ملی"]
    rows[1]["کد ملی"] = "1234567890"
    run = id_of(desk.post("new", {"rows": cells_of(rows, named=True)}))
    assert desk.choose(run).status_code == 303
    desk.work()
    assert desk.office.reasons(run) == {3: ["national_id"]}  # type: ignore[arg-type] # a text
    page = desk.get(f"{run}/mend").text
    typed = dict(re.findall(r'name="(c3-\d+)"[^>]*value="([^"]*)"', page))
    assert typed["c3-0"] == "1234567890"
    answer = desk.post(f"{run}/mend", {**typed, "c3-0": to_persian(good)})
    assert answer.status_code == 303
    desk.work()
    mended = desk.office.sql(
        "select checked from import_run where municipality_id = :place and id <> :run", run=run
    )
    assert [row.checked["new"] for row in mended] == [1]


def test_a_choice_saved_for_rows_without_names_is_offered_again(desk: Desk) -> None:
    rows = cells_of(desk.office.staff(2), named=False)
    run = id_of(desk.post("new", {"rows": rows}))
    letters = {f"column_{field}": column_letter(n) for n, field in enumerate(COLUMNS)}
    assert desk.choose(run, name="بدون نام", **letters).status_code == 303
    more = cells_of([desk.office.person(8)], named=False)
    page = desk.get(f"{id_of(desk.post('new', {'rows': more}))}/columns").text
    assert "بدون نام" in page
    assert fields_of(page)["column_hire_date"] == letters["column_hire_date"]


def test_the_delimiter_is_that_of_the_clipboard() -> None:
    assert sniff_delimiter("الف، ب\tپ\nت، ث\tج\nچ\tح\n") == "\t"
