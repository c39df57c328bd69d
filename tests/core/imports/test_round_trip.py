"""An export of all employees, imported again, changes nothing; nor does Excel's spelling."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from office import COLUMNS, Office, jalali, table

from core.imports.reading.table import open_table
from core.localization import clock, use_locale
from core.localization.digits import to_persian
from core.people import export
from core.people.models import EmploymentKind
from core.people.queries import Filters, units_of


def staff(office: Office) -> list[dict[str, str]]:
    """Every kind, both sexes, leavers and comers, odd spellings."""
    later = jalali(clock.today() + timedelta(days=40))
    rows = []
    for number, kind in enumerate(EmploymentKind):
        row = office.person(
            number,
            employment_kind=str(kind),
            personnel_number=f"00{number}",
            mobile=f"0912000{number:04}",
            email=f"a{number}@example.ir",
            sheba="IR820540102680020817909002" if number % 2 else "",
        )
        row |= {
            "نام پدر": "حسین" if number else "",
            "جنسیت": ("زن", "مرد")[number % 2],
            "وضعیت تأهل": ("مجرد", "متأهل", "مطلقه", "همسر فوت‌شده")[number % 4],
        }
        rows.append(row)
    rows[1]["تاریخ ترک کار"] = "1399/12/30"
    rows[2]["تاریخ ترک کار"] = later
    rows[3] |= {"نام خانوادگی": "ميرزايي‌كيا", "پست": "=کارشناس"}
    rows[4]["حقوق"] = "0"
    return rows


@pytest.mark.parametrize("locale", ["fa", "en"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_then_import_changes_nothing(
    office: Office, tmp_path: Path, kind: str, locale: str
) -> None:
    rows = staff(office)
    assert office.bring_in(table(rows)).result["new"] == len(rows)
    before = office.picture()
    path = tmp_path / f"all.{kind}"
    with office.unit() as uow, use_locale(locale):
        units = units_of(uow, office.place.id, None)
        file, count = export.write(
            uow, office.place.id, Filters(status="all"), units, kind=kind, personal=True
        )
        with file:
            path.write_bytes(file.read())
    assert count == len(rows)
    run = office.check(path)
    assert office.reasons(run.id) == {}
    assert (run.checked["same"], run.checked["kept"]) == (count, 0)
    assert office.picture() == before


def in_persian_digits(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The same rows as a Persian keyboard writes their numbers."""
    names = {"نام", "نام خانوادگی"}  # a digit in a name is part of it
    return [
        {name: cell if name in names else to_persian(cell) for name, cell in row.items()}
        for row in rows
    ]


def test_spelling_changes_nothing(office: Office) -> None:
    rows = office.staff(5)
    text = table(rows)
    office.bring_in(text)
    spellings = {
        "digits": table(in_persian_digits(rows)),
        "letters": text.replace("ی", "ي").replace("ک", "ك"),
        "blank rows": text + "," * (len(COLUMNS) - 1) + "\n\n",
        "windows": "\ufeff" + text.replace("\n", "\r\n"),
        "semicolons": text.replace(",", ";"),
        "another order": table(dict(reversed(row.items())) for row in rows[::-1]),
    }
    for name, spelling in spellings.items():
        run = office.check(spelling)
        assert run.checked["same"] == 5, name


def test_amounts_in_every_spelling(office: Office) -> None:
    office.bring_in(table([office.person(7, base_salary="120000007")]))
    spellings = ("120,000,007", "۱۲۰٬۰۰۰٬۰۰۷ ریال", "$120,000,007.00", "12000000.7 تومان")
    for cell in spellings:
        run = office.check(table([office.person(7, base_salary=cell)]))
        assert run.checked["same"] == 1, cell


def test_leading_zeros_survive_excel(office: Office, make_xlsx: Any) -> None:
    """Excel eats the zeros of numbers: national IDs get them back, personnel numbers are text."""
    row = office.person(1, personnel_number="00042")
    while not row["کد ملی"].startswith("1"):
        row = office.person(2, personnel_number="00042")
    cells = {(0, n): name for n, name in enumerate(row)}
    cells |= {(1, n): cell for n, cell in enumerate(row.values())}
    path = make_xlsx(cells)
    with open_table(path) as opened:
        assert next(iter(opened)).cells[1] == "00042"
    office.bring_in(path)
    assert office.facts("00042") is not None
