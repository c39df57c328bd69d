"""Officers and accounts: lists, slips, closing, new access by two persons, scope."""

from __future__ import annotations

import io
import re
from uuid import UUID

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from core.localization.digits import to_latin
from core.testing.app import client_of, post
from core.testing.factories import Officer, Province
from tests.core.accounts.conftest import NEW_PASSWORD, Desk, Known


def codes_in(data: bytes) -> list[str]:
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    return re.findall(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", to_latin("\n".join(pages)))


def employment_of(desk: Desk, person_id: UUID) -> UUID:
    found = desk.value("select id from employment where person_id = :p", p=person_id)
    assert isinstance(found, UUID)
    return found


def test_the_list_shows_accounts_of_this_municipality(
    at_desk: FlaskClient, here: str, employee: Known, province: Province
) -> None:
    elsewhere = province.employee(province.fardis, "کاوه", "آهنگر")
    page = at_desk.get(f"{here}/accounts/").text
    assert "مریم رضایی" in page
    assert str(elsewhere.account_id) not in page
    assert employee.national_id not in page, "the national ID is masked"


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=رضایی مریم", True), ("q=مريم", True), ("q=کریمی", False), ("state=closed", False)],
)
def test_search_and_filter(
    at_desk: FlaskClient, here: str, employee: Known, desk: Desk, query: str, found: bool
) -> None:
    desk.run(
        "update account a set name_key = p.name_key, sort_key = p.sort_key from person p"
        " where p.id = a.person_id and a.id = :id",
        id=employee.account_id,
    )
    page = at_desk.get(f"{here}/accounts/?{query}").text
    assert (str(employee.account_id) in page) is found


@pytest.mark.parametrize("typed", ["KR-77", "kr-77", "Kr-77"])
def test_search_by_a_personnel_number_in_any_letters(
    at_desk: FlaskClient, here: str, employee: Known, desk: Desk, typed: str
) -> None:
    desk.run("update employment set personnel_number = 'Kr-77' where person_id = :p",
             p=employee.person_id)  # fmt: skip
    assert str(employee.account_id) in at_desk.get(f"{here}/accounts/?q={typed}").text


def test_lists_need_few_queries(
    app: Flask, at_desk: FlaskClient, here: str, province: Province, engine: Engine
) -> None:
    for _each in range(3):
        province.employee(province.karaj)
        province.employee(province.karaj, account=False)
    from core.database.extension import db

    with app.app_context():
        bind = db.engine
    for path in ("accounts/", "accounts/slips/", "grants/", "roles/", "audit/"):
        counted: list[str] = []

        def count(*args: object, counted: list[str] = counted) -> None:
            counted.append(str(args[2]))

        event.listen(bind, "before_cursor_execute", count)
        at_desk.get(f"{here}/{path}")
        event.remove(bind, "before_cursor_execute", count)
        assert len(counted) <= 7, f"{path}: {len(counted)} and the request's own"


def test_slips_for_many(
    app: Flask, at_desk: FlaskClient, here: str, newcomer: Known, province: Province, desk: Desk
) -> None:
    other = province.employee(province.karaj, "رضا", "کریمی", account=False)
    ids = [str(employment_of(desk, p)) for p in (newcomer.person_id, other.person_id)]
    question = post(at_desk, f"{here}/accounts/slips/ask", {"ids": ids})
    assert "۲ برگه چاپ شود؟" in question.text
    answer = post(at_desk, f"{here}/accounts/slips/print", {"ids": ids})
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    codes = codes_in(answer.data)
    assert len(codes) == 2
    browser = client_of(app, None)
    post(browser, "/activate", {"name": newcomer.national_id, "action": "slip"})
    outcomes = {
        post(
            browser, "/activate/code",
            {"code": code, "password": NEW_PASSWORD, "again": NEW_PASSWORD},
        ).status_code
        for code in codes
    }  # fmt: skip
    assert 303 in outcomes, "one of the codes is the newcomer's"
    printed = desk.rows(
        "select person_id from audit_entry where action = 'account.slip_printed'"
        " and municipality_id = :m",
        m=province.karaj.id,
    )
    assert {row[0] for row in printed} == {newcomer.person_id, other.person_id}  # type: ignore[index]


def test_all_results_can_be_printed(
    at_desk: FlaskClient, here: str, newcomer: Known, province: Province
) -> None:
    province.employee(province.karaj, "کاوه", "آهنگر", account=False)
    narrowed = {"everything": "1", "q": "آهنگر"}
    assert "۱ برگه چاپ شود؟" in post(at_desk, f"{here}/accounts/slips/ask", narrowed).text


def test_the_personnel_number_is_on_paper_as_it_is_kept(
    at_desk: FlaskClient, here: str, newcomer: Known, desk: Desk
) -> None:
    employment = employment_of(desk, newcomer.person_id)
    number = desk.value("select personnel_number from employment where id = :e", e=employment)
    answer = post(at_desk, f"{here}/accounts/slips/print", {"ids": [str(employment)]})
    page = pypdf.PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    assert str(number) in page
    listed = at_desk.get(f"{here}/accounts/slips/").text
    assert f'<bdi dir="ltr">{number}</bdi>' in listed


def test_who_can_sign_in_gets_no_slip(
    at_desk: FlaskClient, here: str, employee: Known, desk: Desk
) -> None:
    ids = [str(employment_of(desk, employee.person_id))]
    assert post(at_desk, f"{here}/accounts/slips/print", {"ids": ids}).status_code == 422


def test_an_account_with_a_role_elsewhere_gets_no_slip(
    at_desk: FlaskClient, here: str, employee: Known, province: Province, desk: Desk
) -> None:
    """Otherwise a municipality's officer could become the organisation's administrator."""
    desk.run("update account set password = null where id = :id", id=employee.account_id)
    province.grant(employee.account_id, province.alborz)
    ids = [str(employment_of(desk, employee.person_id))]
    assert post(at_desk, f"{here}/accounts/slips/print", {"ids": ids}).status_code == 422
    assert desk.value("select count(*) from one_time_code where account_id = :a",
                      a=employee.account_id) == 0  # fmt: skip


def test_slips_of_others_are_out_of_reach(
    at_desk: FlaskClient, here: str, province: Province, desk: Desk
) -> None:
    foreign = province.employee(province.fardis, account=False)
    ids = [str(foreign.employment_id)]
    assert post(at_desk, f"{here}/accounts/slips/print", {"ids": ids}).status_code == 422
    assert post(at_desk, f"{here}/accounts/slips/ask", {"ids": ["x"]}).status_code == 303


def test_closing_signs_out_and_keeps_the_reason(
    app: Flask, at_desk: FlaskClient, here: str, province: Province, desk: Desk
) -> None:
    someone = province.employee(province.karaj)
    page = f"{here}/accounts/{someone.account_id}"
    assert post(at_desk, f"{page}/close").status_code == 422, "a reason is asked for"
    assert post(at_desk, f"{page}/close", {"reason": "Long leave"}).status_code == 303
    assert client_of(app, someone.token).get("/account/").status_code == 303
    reason = desk.value(
        "select reason from audit_entry where action = 'account.closed' and subject_id = :a",
        a=str(someone.account_id),
    )
    assert reason == "Long leave"
    assert post(at_desk, f"{page}/reopen").status_code == 303
    assert desk.value("select active from account where id = :a", a=someone.account_id) is True


def test_signing_out(app: Flask, at_desk: FlaskClient, here: str, province: Province) -> None:
    someone = province.employee(province.karaj)
    page = f"{here}/accounts/{someone.account_id}"
    assert post(at_desk, f"{page}/sign-out").status_code == 303
    assert client_of(app, someone.token).get("/account/").status_code == 303


def test_new_access_for_an_employee_is_a_slip(
    at_desk: FlaskClient, here: str, employee: Known
) -> None:
    page = f"{here}/accounts/{employee.account_id}"
    answer = post(at_desk, f"{page}/access", {"reason": "Lost phone"})
    assert answer.mimetype == "application/pdf"
    assert len(codes_in(answer.data)) == 1


def test_new_access_for_an_officer_needs_two(
    app: Flask, at_desk: FlaskClient, here: str, province: Province, desk: Desk
) -> None:
    target = province.officer(province.karaj, "people.view", name="علی نوری")
    page = f"{here}/accounts/{target.account_id}"
    asked = post(at_desk, f"{page}/access", {"reason": "Lost phone"})
    assert asked.status_code == 303, "no slip yet"
    assert post(at_desk, f"{page}/access/confirm").status_code == 403, "not by the same officer"
    assert post(at_desk, f"{page}/access", {"reason": "Again"}).status_code == 409
    second = client_of(app, province.officer(province.karaj, "accounts.manage").token)
    assert "Lost phone" in second.get(page).text
    answer = post(second, f"{page}/access/confirm")
    assert answer.mimetype == "application/pdf"
    assert len(codes_in(answer.data)) == 1
    assert post(second, f"{page}/access/confirm").status_code == 404, "only once"
    told = desk.value("select count(*) from message where account_id = :a", a=target.account_id)
    assert told == 2


def test_new_access_can_be_withdrawn(at_desk: FlaskClient, here: str, province: Province) -> None:
    target = province.officer(province.karaj, "people.view")
    page = f"{here}/accounts/{target.account_id}"
    post(at_desk, f"{page}/access", {"reason": "Lost phone"})
    assert post(at_desk, f"{page}/access/cancel").status_code == 303
    assert post(at_desk, f"{page}/access", {"reason": "Again"}).status_code == 303


@pytest.mark.parametrize("act", ["access", "close", "sign-out"])
def test_rights_elsewhere_protect_an_account(
    app: Flask, at_desk: FlaskClient, here: str, province: Province, act: str
) -> None:
    someone = province.employee(province.karaj)
    assert someone.account_id
    province.grant(someone.account_id, province.alborz)
    page = f"{here}/accounts/{someone.account_id}"
    assert post(at_desk, f"{page}/{act}", {"reason": "Because"}).status_code == 403
    assert client_of(app, someone.token).get("/account/").status_code == 200
    chief = client_of(app, province.officer(province.alborz, "accounts.manage").token)
    assert post(chief, f"{page}/{act}", {"reason": "Because"}).status_code == 303


def test_who_gets_a_slip_is_told(
    at_desk: FlaskClient, here: str, employee: Known, newcomer: Known, desk: Desk
) -> None:
    post(at_desk, f"{here}/accounts/{employee.account_id}/access", {"reason": "Lost phone"})
    ids = [str(employment_of(desk, newcomer.person_id))]
    post(at_desk, f"{here}/accounts/slips/print", {"ids": ids})
    for known in (employee, newcomer):
        told = desk.rows(
            "select m.title->>'fa', m.topic from message m join account a on a.id = m.account_id"
            " where a.person_id = :p",
            p=known.person_id,
        )
        assert [row[1] for row in told] == ["accounts.security"]  # type: ignore[index]
        mails = desk.value("select count(*) from outgoing where recipient = :e", e=known.email)
        assert mails == 1


@pytest.mark.parametrize("act", ["access", "close", "sign-out", "access/confirm"])
def test_nobody_does_it_to_himself(
    at_desk: FlaskClient, here: str, officer: Officer, act: str
) -> None:
    page = f"{here}/accounts/{officer.account_id}"
    assert post(at_desk, f"{page}/{act}", {"reason": "Because"}).status_code == 403


def test_the_database_knows_two_persons_too(
    province: Province, officer: Officer, engine: Engine
) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import IntegrityError

    target = province.officer(province.karaj, "people.view")
    statement = text(
        "insert into account_reset (municipality_id, id, account_id, requested_by,"
        " requested_by_name, requested_at, reason, confirmed_by, confirmed_at)"
        " values (:m, gen_random_uuid(), :a, :o, '', now(), '', :o, now())"
    )
    values = {"m": province.karaj.id, "a": target.account_id, "o": officer.account_id}
    with pytest.raises(IntegrityError, match="two_persons"), province.unit(province.karaj) as uow:
        uow.session.execute(statement, values)


def test_foreign_accounts_are_absent(at_desk: FlaskClient, here: str, province: Province) -> None:
    foreign = province.employee(province.fardis)
    strange = at_desk.get(f"{here}/accounts/{UUID(int=5)}")
    seen = at_desk.get(f"{here}/accounts/{foreign.account_id}")
    assert (seen.status_code, strange.status_code) == (404, 404)
    assert post(at_desk, f"{here}/accounts/{foreign.account_id}/close",
                {"reason": "Because"}).status_code == 404  # fmt: skip


def test_looking_is_not_changing(app: Flask, here: str, province: Province) -> None:
    someone = province.employee(province.karaj)
    looker = client_of(app, province.officer(province.karaj, "accounts.view").token)
    page = f"{here}/accounts/{someone.account_id}"
    assert looker.get(page).status_code == 200
    assert "بستن حساب" not in looker.get(page).text
    assert post(looker, f"{page}/close", {"reason": "Because"}).status_code == 403


def test_an_officer_of_a_unit_sees_its_people_only(
    app: Flask, here: str, province: Province
) -> None:
    finance = province.org_unit(province.karaj, "مالی")
    payroll = province.org_unit(province.karaj, "حقوق", finance)
    parks = province.org_unit(province.karaj, "فضای سبز")
    inside = province.employee(province.karaj, "کاوه", "آهنگر")
    outside = province.employee(province.karaj, "آرش", "کمانگیر")
    province.assign(inside, payroll)
    province.assign(outside, parks)
    limited = province.officer(province.karaj, "accounts.manage", unit_id=finance.id)
    client = client_of(app, limited.token)
    page = client.get(f"{here}/accounts/").text
    assert str(inside.account_id) in page
    assert str(outside.account_id) not in page
    assert client.get(f"{here}/accounts/{outside.account_id}").status_code == 404
    missing = province.employee(province.karaj, "رستم", "دستان", account=False)
    province.assign(missing, parks)
    assert "دستان" not in client.get(f"{here}/accounts/slips/").text


def test_an_account_for_an_officer(at_desk: FlaskClient, here: str, desk: Desk) -> None:
    name = f"a.nouri{UUID(int=9).hex[:6]}"
    data = {"name": "علی نوری", "username": name.upper(), "email": f"{name}@office.ir"}
    answer = post(at_desk, f"{here}/accounts/new", data)
    assert answer.location == f"{here}/grants/give?who={name}"
    again = post(at_desk, f"{here}/accounts/new", data)
    assert again.status_code == 422
    assert "از آنِ کس دیگری است" in again.text
    assert "علی نوری" in again.text, "what was typed stays"
    desk.run("delete from account where username = :n", n=name)


def test_a_user_name_has_a_form(at_desk: FlaskClient, here: str) -> None:
    data = {"name": "علی نوری", "username": "علی", "email": ""}
    answer = post(at_desk, f"{here}/accounts/new", data)
    assert answer.status_code == 422
    assert "حرف لاتین" in answer.text
