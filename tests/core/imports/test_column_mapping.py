"""Guessing, reading and binding of mappings."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from core.imports.bundled import bundled, recognise
from core.imports.employees_fields import FIELDS, KIND
from core.imports.employees_options import EmployeeOptions, employee_options
from core.imports.mapping import (
    FORMAT,
    WORDS,
    ColumnMapping,
    MappingError,
    TargetField,
    bind,
    fingerprint,
    guess,
    parse_mapping,
)

PERSIAN = ("رديف", "كد ملي", "شماره‌پرسنلی", "نام", "نام خانوادگي", "تاريخ استخدام", "نوع استخدام")


def test_persian_headers_in_any_spelling() -> None:
    found = guess(PERSIAN, FIELDS)
    assert found.columns == {
        "national_id": "كد ملي",
        "personnel_number": "شماره‌پرسنلی",
        "given_name": "نام",
        "family_name": "نام خانوادگي",
        "hire_date": "تاريخ استخدام",
        "employment_kind": "نوع استخدام",
    }
    assert (found.unmapped, found.missing, found.ambiguous) == (("رديف",), (), {})


def test_similar_headers_are_marked_as_such() -> None:
    found = guess(["National IDs", "Hire-Date", "Remarks"], FIELDS)
    assert found.how == {"national_id": "similar", "hire_date": "exact"}
    assert found.unmapped == ("Remarks",)


def test_two_fitting_columns_are_ambiguous() -> None:
    found = guess(["محل خدمت", "اداره", "کد ملی"], FIELDS)
    assert found.ambiguous == {"unit": ("محل خدمت", "اداره")}
    assert "unit" not in found.columns
    assert found.unmapped == ()


def test_no_alias_stands_for_two_fields() -> None:
    owners: dict[str, str] = {}
    for field in FIELDS:
        for key in field.header_keys():
            assert owners.setdefault(key, field.name) == field.name


def test_fingerprint_ignores_order_and_spelling() -> None:
    assert fingerprint(PERSIAN) == fingerprint([name.replace("ي", "ی") for name in PERSIAN[::-1]])
    assert fingerprint(PERSIAN) != fingerprint(PERSIAN[:-1])


def test_bundled_mapping_is_recognised_by_its_header() -> None:
    header = ["name", "JobTitle", "AgencyID", "Agency", "HireDate", "AnnualSalary", "GrossPay"]
    found = recognise(header[::-1], bundled(KIND))
    assert found is not None
    assert found.columns["full_name"] == "name"
    assert recognise(header[:-1], bundled(KIND)) is None


def test_mapping_file_round_trip() -> None:
    for mapping in bundled(KIND):
        text = json.dumps(mapping.as_json(), ensure_ascii=False)
        assert parse_mapping(text, kind=KIND) == mapping


def test_digest_depends_on_what_decides_the_outcome() -> None:
    mapping = ColumnMapping(KIND, {"unit": "a"})
    assert mapping.digest() == replace(mapping, name="other", header=("x",)).digest()
    assert mapping.digest() != replace(mapping, options={"date_order": "mdy"}).digest()
    assert mapping.digest() != replace(mapping, defaults={"sex": "زن"}).digest()


def mapping_text(**entries: Any) -> str:
    """The text of a mapping file with these entries."""
    return json.dumps({"format": FORMAT, "kind": KIND, "columns": {}, **entries})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "mapping_unreadable"),
        ("[" * 100_000, "mapping_unreadable"),
        ("[]", "mapping_format"),
        (mapping_text(format="x"), "mapping_format"),
        (mapping_text(kind="units"), "mapping_kind"),
        (mapping_text(colums={}), "mapping_key"),
        (mapping_text(columns=[]), "mapping_key"),
        (mapping_text(columns={"unit": 3}), "mapping_key"),
        (mapping_text(options=1), "mapping_key"),
        (mapping_text(header="a,b"), "mapping_key"),
    ],
)
def test_wrong_mapping_files(text: str, code: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse_mapping(text, kind=KIND)
    assert caught.value.code == code
    assert "%(" not in str(caught.value.message) + str(caught.value.remedy)


FEW = (TargetField("unit", "Unit"), TargetField("name", "Name", required=True))


@pytest.mark.parametrize(
    ("columns", "defaults", "code"),
    [
        ({"name": "a", "colour": "b"}, {}, "mapping_field"),
        ({"name": "a"}, {"colour": "b"}, "mapping_field"),
        ({"name": "c"}, {}, "mapping_column"),
        ({"name": ""}, {}, "mapping_column"),
        ({"name": "a", "unit": "A"}, {}, "mapping_twice"),
        ({"unit": "a"}, {}, "mapping_required"),
    ],
)
def test_mapping_that_does_not_fit(
    columns: dict[str, str], defaults: dict[str, str], code: str
) -> None:
    with pytest.raises(MappingError) as caught:
        bind(ColumnMapping(KIND, columns, defaults), ["a", "b", ""], FEW)
    assert caught.value.code == code


def test_blank_cells_take_the_default() -> None:
    mapping = ColumnMapping(KIND, {"name": "A", "unit": "b"}, {"unit": "HQ"})
    bound = bind(mapping, ["a", "b"], FEW)
    assert bound.values(["x", " "]) == {"name": "x", "unit": "HQ"}
    assert bound.values(["x", "y"]) == {"name": "x", "unit": "y"}
    assert (bound.header_of("name"), bound.header_of("sex")) == ("a", "sex")
    assert bind(ColumnMapping(KIND, {}), ["a"], FEW, filled=frozenset({"name"})).indexes == {}


def test_options() -> None:
    assert employee_options({}) == EmployeeOptions()
    assert employee_options({"salary_factor": 1.5}).salary_factor * 2 == 3
    for wrong in (
        {"colour": 1},
        {"date_order": "dym"},
        {"date_order": ["mdy"]},
        {"salary_factor": 0},
        {"salary_factor": True},
        {"salary_factor": "NaN"},
        {"salary_factor": "1e99"},
        {"generate_test_ids": "yes"},
    ):
        with pytest.raises(MappingError):
            employee_options(wrong)


def test_words_have_no_foreign_placeholders() -> None:
    figures = dict.fromkeys(
        ("detail", "expected", "kind", "key", "field", "header", "fields", "option", "value",
         "allowed"),
        "x",
    )  # fmt: skip
    for words in WORDS.values():
        assert "%(" not in words.message % figures + words.remedy % figures
