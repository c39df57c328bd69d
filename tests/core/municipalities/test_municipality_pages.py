"""The organisation's list and each municipality's own page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.municipalities import queries, services
from core.municipalities.models import Municipality
from core.testing.app import client_of, post
from core.testing.factories import Province

FACTS = {
    "name_fa": "شهرداری نمونه",
    "name_en": "Municipality of Sample",
    "code": "sample",
    "county_fa": "كرج",
    "population": "۱۲٬۳۴۵",
    "hr_name": "زهرا کریمی",
    "hr_phone": "۰۲۶-۳۲۲۰۱",
    "hr_email": "HR@Sample.example",
    "weekend": ["5", "6"],
}


@pytest.fixture
def admin(app: Flask, province: Province) -> FlaskClient:
    return client_of(app, province.officer(province.alborz).token)


def url(province: Province, rest: str = "") -> str:
    return f"/m/{province.alborz.code}/organisation/{rest}"


def facts(province: Province, **changes: Any) -> dict[str, Any]:
    return {**FACTS, "code": f"sample-{province.alborz.code[-6:]}", **changes}


def stored(province: Province, code: str) -> Municipality | None:
    with province.unit(province.alborz) as uow:
        return queries.member(uow, province.alborz.id, code)


def audited(province: Province, place: Municipality) -> list[tuple[str, dict[str, Any]]]:
    with province.unit(place) as uow:
        rows = uow.session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
        return [(row.action, row.detail) for row in rows]


def test_a_municipality_is_added_in_any_spelling(province: Province, admin: FlaskClient) -> None:
    assert post(admin, url(province, "new"), facts(province)).status_code == 303
    row = stored(province, facts(province)["code"])
    assert row
    assert (row.population, row.county_fa, row.hr_phone) == (12345, "کرج", "026-32201")
    assert (row.hr_email, row.weekend) == ("hr@sample.example", [5, 6])
    assert row.organisation_id == province.alborz.id
    assert row.name_fa in admin.get(url(province)).text
    assert audited(province, province.alborz)[0][0] == "municipality.add"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "Two Words"),
        ("code", "1sample"),
        ("code", ""),
        ("name_fa", ""),
        ("population", "many"),
        ("population", "-1"),
        ("hr_email", "nobody"),
        ("hr_phone", "call me"),
        ("weekend", ["9"]),
    ],
)
def test_wrong_facts_are_told_at_the_field(
    province: Province, admin: FlaskClient, field: str, value: Any
) -> None:
    answer = post(admin, url(province, "new"), facts(province, **{field: value}))
    assert answer.status_code == 422
    assert f"f-{field}-error" in answer.text
    assert "شهرداری نمونه" in answer.text or field == "name_fa"


def test_a_code_is_taken_once(province: Province, admin: FlaskClient) -> None:
    taken = facts(province, code=province.karaj.code)
    answer = post(admin, url(province, "new"), taken)
    assert answer.status_code == 422
    assert "f-code-error" in answer.text
    address = url(province, f"{province.fardis.code}/edit")
    assert "f-code-error" in post(admin, address, taken).text
    fardis = stored(province, province.fardis.code)
    assert fardis
    assert fardis.name_fa == province.fardis.name_fa


def test_editing_is_audited_with_what_changed(province: Province, admin: FlaskClient) -> None:
    code = province.karaj.code
    page = admin.get(url(province, f"{code}/edit"))
    assert re.search(r'name="population"[^>]* value="۱۵۹۲۴۹۲"', page.text)
    changed = facts(province, code=code, name_fa=province.karaj.name_fa)
    assert post(admin, url(province, f"{code}/edit"), changed).status_code == 303
    (action, detail), *_rest = audited(province, province.alborz)
    assert action == "municipality.change"
    assert detail["population"] == [1_592_492, 12345]
    assert "name_fa" not in detail


def test_a_deactivated_municipality_is_gone_until_it_comes_back(
    app: Flask, province: Province, admin: FlaskClient
) -> None:
    code = province.karaj.code
    employee = client_of(app, province.employee(province.karaj).token)
    assert employee.get(f"/m/{code}/services/").status_code == 403
    ask = admin.get(url(province, f"{code}/deactivate"))
    assert ask.status_code == 200
    assert post(admin, url(province, f"{code}/deactivate")).status_code == 303
    assert employee.get(f"/m/{code}/services/").status_code == 404
    assert admin.get(f"/m/{code}/services/").status_code == 404
    assert post(admin, url(province, f"{code}/activate")).status_code == 303
    assert admin.get(f"/m/{code}/services/").status_code == 200


@pytest.mark.parametrize("state", ["on", "closing"])
def test_services_that_are_on_keep_a_municipality_active(
    province: Province, admin: FlaskClient, state: str
) -> None:
    code = province.karaj.code
    province.activate(province.karaj, "loans", state)
    ask = admin.get(url(province, f"{code}/deactivate"))
    assert f"/m/{code}/services/" in ask.text
    assert 'class="btn danger"' not in ask.text
    assert post(admin, url(province, f"{code}/deactivate")).status_code == 409
    assert admin.get(f"/m/{code}/services/").status_code == 200


def test_nothing_is_concluded_from_what_the_scope_hides(province: Province) -> None:
    province.activate(province.karaj, "loans")
    with province.unit(province.alborz) as uow:
        row = queries.member(uow, province.alborz.id, province.karaj.code)
        assert row
        with pytest.raises(LookupError):
            services.deactivate(uow, row, noted_in=province.alborz.id)


def test_the_list_is_the_organisations_alone(app: Flask, province: Province) -> None:
    own = client_of(app, province.officer(province.karaj).token)
    for rest in ("", "new", f"{province.karaj.code}/edit"):
        assert own.get(f"/m/{province.karaj.code}/organisation/{rest}").status_code == 404
        assert own.get(url(province, rest)).status_code == 404


def test_another_organisations_municipality_is_not_found(
    province: Province, admin: FlaskClient, owner_engine: Any, engine: Any
) -> None:
    from core.testing.factories import make_province

    other = make_province(owner_engine, engine)
    for address in (f"{other.karaj.code}/edit", f"{other.karaj.code}/deactivate"):
        assert admin.get(url(province, address)).status_code == 404
        assert post(admin, url(province, address), facts(province)).status_code == 404


def test_a_municipality_edits_its_own_contact_and_nothing_else(
    app: Flask, province: Province
) -> None:
    own = client_of(app, province.officer(province.karaj, "municipalities.manage").token)
    address = f"/m/{province.karaj.code}/municipality/"
    assert province.karaj.name_fa in own.get(address).text
    contact = {"hr_name": "مینا", "hr_phone": "121", "hr_email": "", "weekend": ["6"]}
    assert post(own, address, contact).status_code == 303
    row = stored(province, province.karaj.code)
    assert row
    assert (row.hr_name, row.population) == ("مینا", 1_592_492)
    assert audited(province, province.karaj)[0][0] == "municipality.change"
    assert post(own, address, {**contact, "population": "1"}).status_code == 422
    without = client_of(app, province.officer(province.karaj, "people.view").token)
    assert without.get(address).status_code == 403
