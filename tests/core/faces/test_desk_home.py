"""The desk's first page: counts and services by permission, few queries."""

from __future__ import annotations

from flask import Flask

from core.testing.app import client_of
from core.testing.factories import Province


def test_the_desk_counts_todays_employees_by_kind(faces: Flask, province: Province) -> None:
    for _number in range(3):
        province.employee(province.karaj, account=False)
    province.employee(province.fardis, account=False)
    officer = province.officer(province.karaj, "people.view")
    page = client_of(faces, officer.token).get(f"/m/{province.karaj.code}/desk/?lang=en").text
    assert "<b>3</b>" in page
    assert "Employees by kind of employment" in page
    assert "Open requests" not in page


def test_services_bring_their_figures_of_the_jalali_year(faces: Flask, province: Province) -> None:
    province.activate(province.karaj, "facing")
    officer = client_of(faces, province.officer(province.karaj).token)
    page = officer.get(f"/m/{province.karaj.code}/desk/?lang=en").text
    assert "Nights" in page
    assert "365 nights" in page or "366 nights" in page
    elsewhere = client_of(faces, province.officer(province.fardis).token)
    assert "Nights" not in elsewhere.get(f"/m/{province.fardis.code}/desk/?lang=en").text


def test_employees_have_no_desk(faces: Flask, province: Province) -> None:
    client = client_of(faces, province.employee(province.karaj).token)
    assert client.get(f"/m/{province.karaj.code}/desk/").status_code == 404


def test_the_desk_asks_few_queries(faces: Flask, province: Province, statements: list[str]) -> None:
    province.activate(province.karaj, "facing")
    officer = client_of(faces, province.officer(province.karaj).token)
    statements.clear()
    assert officer.get(f"/m/{province.karaj.code}/desk/").status_code == 200
    queries = [sql for sql in statements if "select" in sql.lower()]
    # delegations, headcount, inbox and transfers; opening the request is one more
    assert len(queries) == 4
