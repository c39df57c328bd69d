"""One file with every kind of error, and all that its report says, in both languages.

``thirty_errors_known.csv`` is stored before; ``thirty_errors.csv`` is then checked, and
``thirty_errors.fa.csv`` and ``thirty_errors.en.csv`` hold the report: row, column, value, reason,
remedy.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from office import Office, table
from sqlalchemy import text

from core.imports import queries
from core.imports.deductions_rules import STORED_REASONS
from core.imports.mapping import ColumnMapping
from core.imports.row_errors import WORDS, RowError
from core.localization import clock, use_locale

DATA = Path(__file__).parents[2] / "data"
EARLIER = datetime(2026, 10, 20, 8, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
KNOWN_ELSEWHERE = {
    "کد ملی": "7000001046",
    "شماره پرسنلی": "F1",
    "نام": "ژاله",
    "نام خانوادگی": "پارسا",
    "تاریخ تولد": "1360/02/03",
    "نوع استخدام": "رسمی",
    "تاریخ استخدام": "1385/01/01",
}
ONLY_OF_DEDUCTIONS = {*STORED_REASONS, "month", "amount_zero", "nobody_named"}
SECOND_EMPLOYMENT = text(
    "insert into employment (municipality_id, id, person_id, personnel_number, kind, starts_on,"
    " name_key, given_key, sort_key) select municipality_id, gen_random_uuid(), person_id, 'B4',"
    " kind, starts_on, name_key, given_key, sort_key from employment"
    " where municipality_id = :place and personnel_number = 'B3'"
)
"""By hand, as imports would refuse it."""


def lines(name: str) -> list[list[str]]:
    """The lines of a file, without the header."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def store(office: Office) -> None:
    """Store what the file is compared with, here and in a neighbouring municipality."""
    there = Office(office.province, office.province.fardis, office.folder)
    with clock.frozen(EARLIER):
        there.bring_in(table([KNOWN_ELSEWHERE]))
        assert office.bring_in(DATA / "thirty_errors_known.csv").result["new"] == 7
    with office.province.owner.begin() as connection:
        connection.execute(SECOND_EMPLOYMENT, {"place": office.place.id})


def errors_of(office: Office, run_id: UUID) -> list[RowError]:
    """All errors of a check, in the order of the file."""
    with office.unit() as uow:
        found = queries.all_refusals(uow, office.place.id, run_id)
        return [error for _cells, errors in found for error in errors]


@pytest.fixture
def found(office: Office) -> list[RowError]:
    """The errors of the file, among those of people who are stored."""
    store(office)
    path = DATA / "thirty_errors.csv"
    mapping = ColumnMapping(
        "employees", office.guess(path).columns, {}, {"generate_test_ids": True}
    )
    with clock.frozen(NOW):
        run = office.check(path, mapping)
        assert run.checked == {
            "rows": 35, "new": 2, "changed": 0, "same": 0, "refused": 33, "kept": 0,
        }  # fmt: skip
        return errors_of(office, run.id)


def test_the_report_of_every_kind_of_error(found: list[RowError]) -> None:
    kinds = set(WORDS) - ONLY_OF_DEDUCTIONS
    assert {error.code for error in found} == kinds
    assert len(kinds) >= 30
    for locale in ("fa", "en"):
        with use_locale(locale):
            said = [
                [str(part) for part in (error.row, error.column, error.value, error.reason)]
                + [str(error.remedy)]
                for error in found
            ]
        assert said == lines(f"thirty_errors.{locale}.csv")
