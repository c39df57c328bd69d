"""The employee's pages over HTTP: choosing, filling in, checking, sending, following."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.database.extension import db
from core.people.models import Employment
from core.requests.models import Request
from core.testing.app import client_of, post
from core.testing.factories import Employee, Province
from core.testing.queries import count_queries
from tests.core.requests.pages import ask, hidden, words

CONTACT = "/requests/new/people.contact_change"
BOOK = "/requests/new/asking.book"
FILLED = {
    "title": "کتاب ي و ك",
    "why": "one\ntwo",
    "price": "۱٬۲۰۰٬۰۰۰",
    "copies": "٣",
    "needed_on": "۱۴۰۵/۱۰/۰۱",
    "born_on.day": "۵",
    "born_on.month": "6",
    "born_on.year": "۱۳۶۵",
    "at": "۸:۳۰",
    "colour": "red",
    "colours": ["red", "blue"],
    "new": "1",
}


@pytest.fixture
def maryam(province: Province) -> Employee:
    return province.employee(province.karaj)


@pytest.fixture
def client(site: Flask, province: Province, maryam: Employee) -> FlaskClient:
    province.activate(province.karaj, "asking")
    return client_of(site, maryam.token)


def fill(client: FlaskClient, url: str, **data: Any) -> Any:
    """Open the form, fill it in, and return the page on which the answers are checked."""
    key = hidden(client.get(url).text, "idempotency_key")
    return post(client, url, {"idempotency_key": key, "action": "check", **data})


def carried(page: str) -> dict[str, Any]:
    """Return what the hidden fields of a page would send."""
    found: dict[str, Any] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page):
        found.setdefault(name, []).append(value)
    return found


def send(client: FlaskClient, url: str, **data: Any) -> Any:
    """Fill in, check, send; return the answer to sending."""
    checked = fill(client, url, **data)
    assert checked.status_code == 200, words(checked.text)
    return client.post(url, data={**carried(checked.text), "action": "send"})


def sent_reference(client: FlaskClient, **data: Any) -> str:
    answer = send(client, CONTACT, **(data or {"mobile": "09123456789"}))
    assert answer.status_code == 303, words(answer.text)
    return answer.location.split("/")[2]


def officer_acts(site: Flask, province: Province, reference: str, action: str, **data: str) -> None:
    desk = client_of(site, province.officer(province.karaj).token)
    url = f"/m/{province.karaj.code}/inbox/{reference}"
    seen = hidden(desk.get(url).text, "seen")
    answer = post(desk, url, {"seen": seen, "action": action, **data})
    assert answer.status_code == 303, words(answer.text)


def count_of(province: Province, maryam: Employee) -> int:
    with Session(province.owner) as session:
        return session.execute(
            select(func.count()).where(Request.person_id == maryam.person_id)
        ).scalar_one()


def test_what_can_be_asked_for_follows_the_switchboard(
    client: FlaskClient, province: Province
) -> None:
    page = client.get("/requests/new/").text
    assert CONTACT in page
    assert BOOK in page
    assert "asking.seat" not in page
    province.activate(province.karaj, "asking", "closing")
    assert BOOK not in client.get("/requests/new/").text
    assert client.get(BOOK).status_code == 404
    assert client.get("/requests/new/asking.seat").status_code == 404
    assert client.get("/requests/new/no.such").status_code == 404


def test_from_the_form_over_the_check_to_the_confirmation(
    client: FlaskClient, province: Province, maryam: Employee
) -> None:
    checked = fill(client, BOOK, **FILLED)
    assert checked.status_code == 200
    text = words(checked.text)
    for shown in ("کتاب ی و ک", "۱٬۲۰۰٬۰۰۰", "۱۴۰۵/۱۰/۰۱", "۱۳۶۵/۰۶/۰۵", "08:30", "Blue colour"):
        assert shown in text, shown
    assert "The library looks at it first." in text
    assert count_of(province, maryam) == 0
    answer = client.post(BOOK, data={**carried(checked.text), "action": "send"})
    assert answer.status_code == 303
    confirmation = client.get(answer.location)
    reference = answer.location.split("/")[2]
    assert reference in confirmation.text
    assert "Look at it" in confirmation.text
    with Session(province.owner) as session:
        stored = session.scalars(select(Request).where(Request.reference == reference)).one()
    assert stored.data == {
        "title": "کتاب ی و ک",
        "why": "one\ntwo",
        "price": 1_200_000,
        "copies": 3,
        "needed_on": "2026-12-22",
        "born_on": "1986-08-27",
        "at": "08:30",
        "colour": "red",
        "colours": ["red", "blue"],
        "new": True,
    }
    assert stored.amount == 1_200_000
    page = words(client.get(f"/requests/{reference}").text)
    for shown in ("کتاب ی و ک", "۱۳۶۵/۰۶/۰۵", "Blue colour"):
        assert shown in page, shown


def test_whoever_has_asked_already_is_told_so(
    site: Flask, client: FlaskClient, province: Province, maryam: Employee
) -> None:
    form = "/requests/new/asking.book?lang=en"
    assert "asked for this already" not in client.get(form).text
    sent = ask(site, province.karaj, maryam)
    page = client.get(form).text
    assert "You have asked for this already" in page
    assert f'href="/requests/{sent.reference}"' in page
    post(client, f"/requests/{sent.reference}/withdraw")
    assert "asked for this already" not in client.get(form).text


def test_change_leads_back_to_the_filled_form(client: FlaskClient) -> None:
    checked = fill(client, BOOK, **FILLED)
    form = client.post(BOOK, data={**carried(checked.text), "action": "change"})
    assert form.status_code == 200
    assert 'value="کتاب ي و ك"' in form.text
    assert 'value="۱۴۰۵/۱۰/۰۱"' in form.text
    assert 'name="born_on.year"' in form.text
    assert form.text.count(" checked") == 3
    key = carried(checked.text)["idempotency_key"]
    assert carried(form.text)["idempotency_key"] == key


def test_mistakes_are_said_at_the_field_and_the_input_is_kept(client: FlaskClient) -> None:
    page = fill(client, CONTACT, mobile="12", email="someone@example.ir")
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert 'value="12"' in page.text
    assert 'value="someone@example.ir"' in page.text
    assert "data-error-summary" in page.text


def test_what_the_type_refuses_is_said_at_the_field(
    site: Flask, client: FlaskClient, province: Province
) -> None:
    reference = sent_reference(client)
    officer_acts(site, province, reference, "approve")
    answer = send(client, CONTACT, mobile="09123456789")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_double_click_and_back_create_one_request(
    client: FlaskClient, province: Province, maryam: Employee
) -> None:
    checked = fill(client, CONTACT, mobile="09123456789")
    data = {**carried(checked.text), "action": "send"}
    first, second = client.post(CONTACT, data=data), client.post(CONTACT, data=data)
    assert first.location == second.location
    back = client.post(CONTACT, data={**carried(checked.text), "action": "check"})
    third = client.post(CONTACT, data={**carried(back.text), "action": "send"})
    assert third.location == first.location
    assert count_of(province, maryam) == 1
    other = client.post(CONTACT, data={**data, "mobile": "09120000000"})
    assert other.status_code == 422
    assert first.location.split("/")[2] in other.text
    assert count_of(province, maryam) == 1


def test_the_list_shows_mine_only_the_latest_first(
    site: Flask, client: FlaskClient, province: Province
) -> None:
    first, second = sent_reference(client), sent_reference(client, email="a@example.ir")
    other = client_of(site, province.employee(province.karaj).token)
    foreign = sent_reference(other)
    page = client.get("/requests/").text
    assert page.index(second) < page.index(first)
    assert foreign not in page
    for rest in ("", "/sent", "/withdraw", "/correct"):
        assert client.get(f"/requests/{foreign}{rest}").status_code == 404
    assert post(client, f"/requests/{foreign}/withdraw").status_code == 404
    absent = client.get("/requests/HM-1405-99999")
    assert absent.status_code == 404
    assert bare(client.get(f"/requests/{foreign}").text) == bare(absent.text)


def bare(page: str) -> str:
    """Leave out what differs from page to page: tokens, the address itself, the request's id."""
    return re.sub(r'value="[^"]*"|href="[^"]*"|<bdi dir="ltr">[^<]*</bdi>', "", page)


def test_withdrawing_asks_once_more(client: FlaskClient) -> None:
    reference = sent_reference(client)
    assert f"/requests/{reference}/withdraw" in client.get(f"/requests/{reference}").text
    assert reference in client.get(f"/requests/{reference}/withdraw").text
    answer = post(client, f"/requests/{reference}/withdraw")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "/withdraw" not in page
    for again in (client.get, partial(post, client)):
        late = again(f"/requests/{reference}/withdraw")
        assert (late.status_code, late.location) == (303, f"/requests/{reference}")
        shown = client.get(late.location).text
        assert f"درخواست {reference} اکنون" in shown, "it says how the request stands"
        assert "/withdraw" not in shown


def test_a_refusal_has_a_reason_and_a_way_to_object(
    site: Flask, client: FlaskClient, province: Province
) -> None:
    with Session(province.owner) as session, session.begin():
        from core.municipalities.models import Municipality

        session.execute(
            update(Municipality)
            .where(Municipality.id == province.karaj.id)
            .values(hr_name="خانم کریمی", hr_phone="026-32200000")
        )
    reference = sent_reference(client)
    officer_acts(site, province, reference, "reject", reason="شماره خوانا نیست")
    page = client.get(f"/requests/{reference}?lang=en").text
    assert "شماره خوانا نیست" in page
    assert "You can object" in page
    assert "026-32200000" in page


def test_a_returned_request_is_corrected_and_sent_again(
    site: Flask, client: FlaskClient, province: Province
) -> None:
    answer = send(client, BOOK, **FILLED)
    reference = answer.location.split("/")[2]
    assert client.get(f"/requests/{reference}/correct").status_code == 303
    officer_acts(site, province, reference, "return", reason="Which edition?")
    url = f"/requests/{reference}/correct"
    form = client.get(url)
    assert "Which edition?" in form.text
    assert 'value="کتاب ی و ک"' in form.text
    assert 'value="۱۴۰۵/۱۰/۰۱"' in form.text
    assert 'value="08:30"' in form.text
    changed = {**FILLED, "title": "Second edition", "action": "check"}
    checked = post(client, url, changed)
    data = {**carried(checked.text), "action": "send"}
    again, twice = client.post(url, data=data), client.post(url, data=data)
    assert again.status_code == twice.status_code == 303
    page = client.get(f"/requests/{reference}").text
    assert "Second edition" in page
    late = client.get(url)
    assert (late.status_code, late.location) == (303, f"/requests/{reference}")
    assert "این کار دیگر ممکن نیست" in client.get(late.location).text


def test_a_former_employee_can_still_look_and_withdraw(
    client: FlaskClient, province: Province, maryam: Employee
) -> None:
    reference = sent_reference(client)
    with Session(province.owner) as session, session.begin():
        session.execute(
            update(Employment)
            .where(Employment.id == maryam.employment_id)
            .values(ends_on="2020-01-01")
        )
    assert reference in client.get("/requests/").text
    assert "/requests/new/people" not in client.get("/requests/new/").text
    assert client.get(CONTACT).status_code == 404
    assert post(client, f"/requests/{reference}/withdraw").status_code == 303
    assert client.get(f"/requests/{reference}").status_code == 200


def test_two_employments_are_asked_apart(
    site: Flask, province: Province, client: FlaskClient, maryam: Employee
) -> None:
    province.link(maryam.person_id, province.fardis)
    with province.unit(province.fardis) as uow:
        second = Employment(
            municipality_id=province.fardis.id,
            person_id=maryam.person_id,
            personnel_number="F-1",
            kind="official",
            starts_on="2020-01-01",
            name_key="",
            given_key="",
            sort_key="",
        )
        uow.session.add(second)
    page = client.get("/requests/new/").text
    assert province.karaj.name_fa in page
    assert province.fardis.name_fa in page
    url = f"{CONTACT}?at={second.id}"
    assert url in page
    answer = send(client, url, mobile="09123456789")
    with Session(province.owner) as session:
        found = session.scalars(
            select(Request).where(Request.reference == answer.location.split("/")[2])
        ).one()
    assert (found.municipality_id, found.employment_id) == (province.fardis.id, second.id)
    assert client.get(f"{BOOK}?at={second.id}").status_code == 404


def test_a_service_out_of_order_is_said(
    site: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = send(client, BOOK, **FILLED)
    url = f"/requests/{answer.location.split('/')[2]}"
    host = site.extensions["hamyar_plugins"]
    monkeypatch.setattr(host.hooks, "_manifest", lambda _name: None)
    assert client.get(BOOK).status_code == 503
    assert client.get(url).status_code == 200
    assert post(client, f"{url}/withdraw").status_code == 503


def test_nobody_without_an_account_comes_in(site: Flask) -> None:
    for path in ("/requests/", "/requests/new/", CONTACT, "/requests/HM-1405-00001"):
        answer = client_of(site, None).get(path)
        assert answer.status_code == 303
        assert "/sign-in" in answer.location


def test_an_officer_without_a_person_has_no_requests(site: Flask, province: Province) -> None:
    client = client_of(site, province.officer(province.karaj).token)
    assert client.get("/requests/").status_code == 200
    assert client.get("/requests/new/").status_code == 200
    assert client.get(CONTACT).status_code == 404


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_query_counts(site: Flask, client: FlaskClient, province: Province, lang: str) -> None:
    reference = sent_reference(client)
    officer_acts(site, province, reference, "return", reason="?")
    paths = ("", "new/", "new/people.contact_change", reference, f"{reference}/sent")
    for path in (*paths, f"{reference}/correct", f"{reference}/withdraw"):
        with site.app_context():
            engine = db.engine
        with count_queries(engine) as statements:
            assert client.get(f"/requests/{path}?lang={lang}").status_code == 200
        assert len(statements) <= 5, (path, statements)


def test_pages_of_many_requests(client: FlaskClient, province: Province, maryam: Employee) -> None:
    reference = sent_reference(client)
    with Session(province.owner) as session, session.begin():
        for number in range(60):
            row = session.scalars(select(Request).where(Request.reference == reference)).one()
            values = {c.key: getattr(row, c.key) for c in Request.__table__.columns}
            from core.database.keys import new_id

            session.add(
                Request(
                    **values
                    | {
                        "id": new_id(),
                        "reference": f"HM-1404-{number:05d}",
                        "idempotency_key": str(number).encode(),
                    }
                )
            )
    first = client.get("/requests/")
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following
    second = client.get(following[1].replace("&amp;", "&"))
    references = re.findall(r"HM-\d{4}-\d{5}(?=</bdi>)", first.text + second.text)
    assert len(set(references)) == 61
    assert 'rel="prev"' in second.text
    with Session(province.owner) as session, session.begin():
        session.execute(delete(Request).where(Request.reference.startswith("HM-1404-")))
