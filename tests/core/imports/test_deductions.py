"""Deductions of others: imported once, compared, undone, shown on the page of the employee."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from import_desk import Desk, fields_of, id_of
from office import Office, table
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.imports import failures
from core.imports.states import ImportState
from core.localization import use_locale

HEADER = ("شماره پرسنلی", "کد ملی", "ماه", "نوع کسر", "طلبکار", "مبلغ")


class Payroll(Office):
    """An office whose files hold deductions; its first three employees are in."""

    kind = "deductions"

    def deductions(self) -> list[tuple[Any, ...]]:
        """All that are stored: number, month, category, creditor, amount, version."""
        return self.sql(
            "select e.personnel_number, d.month, d.category, d.creditor, d.amount, d.version"
            " from external_deduction d join employment e on e.municipality_id ="
            " d.municipality_id and e.id = d.employment_id"
            " where d.municipality_id = :place order by 1, 2, 3, 4"
        )


def line(*cells: str) -> dict[str, str]:
    """One row of a file."""
    return dict(zip(HEADER, cells, strict=True))


@pytest.fixture
def payroll(office: Office) -> Payroll:
    """The payroll office of a town with employees P0 to P2; P3 left in 1400."""
    rows = [*office.staff(3), office.person(3, leave_date="1400/06/31")]
    assert office.bring_in(table(rows)).result["new"] == 4
    there = Payroll(office.province, office.town, office.folder)
    there._base = office._base
    return there


def file_of(payroll: Payroll) -> str:
    """A file by number, by national ID and by both."""
    identities = [payroll.person(number)["کد ملی"] for number in range(3)]
    return table(
        [
            line("p0", "", "1405/08", "دادگاه", "اجرای احکام", "5,000,000"),
            line("", identities[1], "آبان ۱۴۰۵", "مالیات", "امور مالیاتی", "۷۰۰۰۰۰۰"),
            line("P2", identities[2], "140508", "other", "بانک ملی", "3000000"),
            line("P3", "", "1400/06", "سایر", "بانک ملی", "1000"),
        ]
    )


def test_a_second_import_changes_nothing(payroll: Payroll) -> None:
    run = payroll.bring_in(file_of(payroll))
    assert run.result == {"new": 4, "changed": 0, "same": 0, "refused": 0, "kept": 0}
    stored = payroll.deductions()
    assert stored == [
        ("P0", 140508, "court", "اجرای احکام", 5_000_000, 1),
        ("P1", 140508, "tax", "امور مالیاتی", 7_000_000, 1),
        ("P2", 140508, "other", "بانک ملی", 3_000_000, 1),
        ("P3", 140006, "other", "بانک ملی", 1_000, 1),
    ]
    again = payroll.check(file_of(payroll).replace("بانک ملی", "بانك  ملي") + "\n")
    assert (again.checked["same"], again.checked["new"]) == (4, 0)
    assert payroll.deductions() == stored


def test_an_amount_that_changed_and_back(payroll: Payroll) -> None:
    first = payroll.bring_in(file_of(payroll))
    before = payroll.deductions()
    second = payroll.bring_in(file_of(payroll).replace("3000000", "4000000"))
    assert second.result == {"new": 0, "changed": 1, "same": 3, "refused": 0, "kept": 0}
    assert payroll.deductions()[2][4:] == (4_000_000, 2)
    hanging = payroll.undo(first.id)
    assert (hanging.state, hanging.failure["figures"]) == (ImportState.DONE, {"changed": 1})
    assert payroll.undo(second.id).state == ImportState.UNDONE
    assert payroll.deductions() == before
    assert payroll.undo(first.id).state == ImportState.UNDONE
    assert payroll.deductions() == []


def test_who_is_meant(payroll: Payroll) -> None:
    ids = [payroll.person(number)["کد ملی"] for number in range(5)]
    run = payroll.check(
        table(
            [
                line("P9", "", "1405/08", "سایر", "الف", "1"),
                line("P0", ids[1], "1405/08", "سایر", "ب", "1"),
                line("", ids[4], "1405/08", "سایر", "پ", "1"),
                line("P3", "", "1400/07", "سایر", "ت", "1"),
                line("", ids[1], "1395/06", "سایر", "ث", "1"),
                line("P2", "", "1405/08", "سایر", "ج", "1"),
                line("", ids[2], "1405/08", "سایر", "ج", "2"),
                line("P2", "", "1395/07", "سایر", "چ", "1"),
            ]
        )
    )
    assert payroll.reasons(run.id) == {
        2: ["number_unknown"],
        3: ["number_of_other"],
        4: ["person_unknown"],
        5: ["not_employed_then"],
        6: ["not_employed_then"],
        7: ["deduction_twice"],
        8: ["deduction_twice"],
    }
    assert run.checked["new"] == 1
    said = payroll.sql(
        "select errors->0 as error from import_refusal where import_id = :id and row = 4", id=run.id
    )
    error = said[0].error
    assert (error["column"], error["value"], error["about"]) == ("کد ملی", ids[4], "national_id")


def test_two_employments_in_one_month(payroll: Payroll) -> None:
    with payroll.province.owner.begin() as connection:
        connection.execute(
            text(
                "insert into employment (municipality_id, id, person_id, personnel_number, kind,"
                " starts_on, name_key, given_key, sort_key) select municipality_id,"
                " gen_random_uuid(), person_id, 'P8', kind, starts_on, name_key, given_key,"
                " sort_key from employment where municipality_id = :place"
                " and personnel_number = 'P1'"
            ),
            {"place": payroll.place.id},
        )
    identity = payroll.person(1)["کد ملی"]
    run = payroll.check(table([line("", identity, "1405/08", "سایر", "الف", "1")]))
    assert payroll.reasons(run.id) == {2: ["several_at_once"]}


def test_nobody_of_another_municipality(payroll: Payroll) -> None:
    there = Payroll(payroll.province, payroll.province.fardis, payroll.folder)
    assert there.check(file_of(payroll)).checked["refused"] == 4
    assert there.deductions() == []


def test_employees_with_deductions_stay(office: Office, payroll: Payroll) -> None:
    payroll.bring_in(file_of(payroll))
    runs = office.sql(
        "select id from import_run where municipality_id = :place and kind = 'employees'"
    )
    kept = office.undo(runs[0].id)
    assert kept.failure["figures"] == {"external_deduction": 4}
    with use_locale("en"):
        found = failures.explained(kept.failure)
    assert found is not None
    assert "deductions of others (4)" in str(found.message)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("amount = 0", "ck_external_deduction_amount"),
        ("month = 140513", "ck_external_deduction_month"),
        ("category = 'loan'", "ck_external_deduction_category"),
        ("creditor_key = ''", "ck_external_deduction_creditor_key"),
        (
            "month = 140508, category = 'other', creditor_key = 'x',"
            " employment_id = (select min(employment_id::text)::uuid from external_deduction"
            " where municipality_id = :place)",
            "uq_external_deduction_once",
        ),
    ],
)
def test_the_database_keeps_its_rules(payroll: Payroll, change: str, constraint: str) -> None:
    payroll.bring_in(file_of(payroll))
    with (
        payroll.province.owner.connect() as connection,
        pytest.raises(IntegrityError, match=constraint),
    ):
        connection.execute(
            text(f"update external_deduction set {change} where municipality_id = :place"),
            {"place": payroll.place.id},
        )


def test_from_the_page_to_the_page_of_the_employee(app: Flask, payroll: Payroll) -> None:
    desk = Desk(app, payroll, "imports.manage", "people.view", "people.reveal", "audit.view")
    assert "Import deductions of others" in desk.get().text
    assert "Creditor" in desk.get("new", kind="deductions").text
    rows = file_of(payroll).replace(",", "\t").replace('"5\t000\t000"', "5000000")
    run = id_of(desk.post("new", {"rows": rows}, kind="deductions"))
    page = fields_of(desk.get(f"{run}/columns").text)
    assert (page["column_amount"], page["amount_factor"]) == ("مبلغ", "1")
    refused = desk.choose(run, column_personnel_number="", column_national_id="")
    assert "Choose the personnel number, the national ID, or both." in refused.text
    assert desk.choose(run).status_code == 303
    desk.work()
    listed = desk.get(f"{run}/rows").text
    assert "Aban 1405" in listed
    assert "5,000,000" not in listed
    assert "5,000,000" in desk.post(f"{run}/rows/salaries").text
    assert "New deductions" in desk.get(run).text
    assert desk.post(f"{run}/confirm").status_code == 303
    desk.work()
    assert len(payroll.deductions()) == 4
    employment = payroll.facts("P0").id
    own = f"/m/{payroll.town.code}/people/{employment}/"
    page = desk.client.get(own, query_string={"lang": "en"}).text
    assert "Deductions of others" in page
    assert "اجرای احکام" not in page
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    shown = desk.client.post(
        f"{own}reveal?lang=en", data={"csrf_token": token[1], "field": "deductions"}
    ).text
    assert "اجرای احکام" in shown
    assert "Court order" in shown
    assert "5,000,000" in shown
    looked = payroll.sql(
        "select detail->'fields' as fields from audit_entry where municipality_id = :place"
        " and kind = 'read' and subject_id = :id order by number",
        id=str(employment),
    )
    assert [row.fields for row in looked] == [["deductions"], ["deductions"]]
