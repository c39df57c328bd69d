"""Taking the list away: filters, scope, columns, guard, audit, and back through the import."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.imports.employees_fields import FIELDS
from core.imports.employees_rules import EmployeeRules, ParsedEmployee
from core.imports.mapping import ColumnMapping, guess
from core.imports.reading.table import Row
from core.localization import clock, use_locale
from core.people import services
from core.people.models import Person
from core.plugin_host.host import PluginHost
from core.testing.app import client_of
from core.testing.factories import Province
from tests.core.people.conftest import new_employee
from tests.core.people.support import people_url, send


def exported(
    client: FlaskClient, province: Province, query: str = "", **data: str
) -> list[list[str]]:
    answer = send(
        client,
        people_url(province, f"export?{query}"),
        {"format": "csv", **data},
        token_from=people_url(province),
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_a_file_holds_what_the_filters_leave(province: Province, officer: FlaskClient) -> None:
    province.employee(province.karaj, "علی", "نخست")
    province.employee(province.karaj, "=HYPERLINK(1)", "دوم", account=False)
    province.employee(province.fardis, "دور", "بیگانه")
    header, *rows = exported(officer, province)
    assert [row[2] for row in rows] == ["دوم", "نخست"]
    assert rows[0][1] == "'=HYPERLINK(1)"
    assert header[9:] == ["حساب کاربری"]
    assert [row[9] for row in rows] == ["هنوز ندارد", "دعوت‌شده، هنوز فعال نشده"]
    _header, *rows = exported(officer, province, "account=none")
    assert [row[2] for row in rows] == ["دوم"]


def test_who_took_what_away_is_on_record(province: Province, officer: FlaskClient) -> None:
    province.employee(province.karaj, "علی", "نخست")
    exported(officer, province, "q=نخست", personal="1")
    with province.unit(province.karaj) as uow:
        entry = uow.session.scalars(select(AuditEntry).filter_by(kind="export")).one()
    assert entry.action == "people.export"
    assert (entry.detail["rows"], entry.detail["personal"]) == (1, True)
    assert entry.detail["filters"]["text"] is True
    assert "نخست" not in str(entry.detail)


def test_personal_data_needs_the_right_to_reveal(app: Flask, province: Province) -> None:
    one = province.employee(province.karaj)
    with province.unit(province.karaj) as uow:
        national_id = uow.session.get_one(Person, one.person_id).national_id
    plain = client_of(app, province.officer(province.karaj, "people.view").token)
    assert national_id not in str(exported(plain, province))
    assert "personal" not in plain.get(people_url(province)).get_data(as_text=True)
    answer = send(
        plain,
        people_url(province, "export"),
        {"format": "csv", "personal": "1"},
        token_from=people_url(province),
    )
    assert answer.status_code == 403
    both = province.officer(province.karaj, "people.view", "people.reveal")
    assert national_id in str(exported(client_of(app, both.token), province, personal="1"))


def test_a_right_to_reveal_in_one_unit_is_no_right_to_take_all(
    app: Flask, province: Province
) -> None:
    unit = province.org_unit(province.karaj, "مالی")
    someone = province.officer(province.karaj, "people.view")
    province.grant(someone.account_id, province.karaj, "people.reveal", unit_id=unit.id)
    answer = send(
        client_of(app, someone.token),
        people_url(province, "export"),
        {"format": "xlsx", "personal": "1"},
        token_from=people_url(province),
    )
    assert answer.status_code == 403


def test_a_grant_for_a_unit_exports_that_unit(app: Flask, province: Province) -> None:
    unit = province.org_unit(province.karaj, "مالی")
    inside = province.employee(province.karaj, "درون", "داخلی")
    province.employee(province.karaj, "بیرون", "خارجی")
    province.assign(inside, unit)
    officer = province.officer(province.karaj, "people.view", unit_id=unit.id)
    _header, *rows = exported(client_of(app, officer.token), province)
    assert [row[2] for row in rows] == ["داخلی"]


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_what_was_exported_is_imported_unchanged(
    province: Province, host: PluginHost, officer: FlaskClient, locale: str
) -> None:
    unit = province.org_unit(province.karaj, "خدمات")
    data = [
        new_employee(
            kind=kind,
            unit_id=unit.id,
            monthly_base=200_000_000,
            personnel_number=f"00{i}",
            sex="male" if i % 2 else "female",
            marital_status=("single", "married", "divorced", "widowed")[i % 4],
            email="a.b@example.ir",
        )
        for i, kind in enumerate(services_kinds())
    ]
    with province.unit(province.karaj) as uow:
        for one in data:
            services.hire(uow, host, province.karaj, one)
    header, *rows = exported(officer, province, f"lang={locale}", personal="1")
    with use_locale(locale):
        parsed = parse(header, rows)
    by_number = {one.personnel_number: one for one in parsed}
    assert len(by_number) == len(data)
    for one in data:
        back = by_number[one["personnel_number"]]
        assert (back.national_id, back.given_name, back.family_name) == (
            one["national_id"],
            one["given_name"],
            one["family_name"],
        )
        assert (back.birth_date, back.hired_on, back.left_on) == (
            one["birth_date"],
            one["starts_on"],
            None,
        )
        assert (back.employment_kind, back.sex, back.marital_status) == (
            one["kind"],
            one["sex"],
            one["marital_status"],
        )
        assert (back.mobile, back.email, back.father_name) == (
            one["mobile"],
            one["email"],
            one["father_name"],
        )
        assert (back.unit, back.unit_code, back.monthly_salary) == (
            unit.name,
            unit.code,
            200_000_000,
        )


def services_kinds() -> list[str]:
    from core.people.wording import KINDS

    return list(KINDS)


def parse(header: list[str], rows: list[list[str]]) -> list[ParsedEmployee]:
    """Read an exported file as the import does, by the columns that it guesses."""
    mapping = ColumnMapping("employees", dict(guess(header, FIELDS).columns))
    rules = EmployeeRules(header, mapping, today=clock.today())
    parsed = [rules.parse(Row(i, tuple(row), 0)) for i, row in enumerate(rows, start=2)]
    assert all(isinstance(one, ParsedEmployee) for one in parsed), parsed
    assert not list(rules.conflicts())
    return parsed  # type: ignore[return-value]


def test_a_workbook_opens_with_leading_zeros(
    province: Province, host: PluginHost, officer: FlaskClient
) -> None:
    with province.unit(province.karaj) as uow:
        data = new_employee(personnel_number="00042", starts_on=date(2020, 3, 20))
        services.hire(uow, host, province.karaj, data)
    answer = send(
        officer,
        people_url(province, "export"),
        {"format": "xlsx"},
        token_from=people_url(province),
    )
    assert answer.status_code == 200
    assert ".xlsx" in answer.headers["Content-Disposition"]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.get_data())).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert rows[1][0] == "00042"
    assert rows[1][4] == "1399/01/01"


def test_a_format_must_be_chosen(province: Province, officer: FlaskClient) -> None:
    url = people_url(province, "export")
    assert send(officer, url, {}, token_from=people_url(province)).status_code == 422
