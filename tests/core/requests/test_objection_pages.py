"""Story: refused, objects, is heard. The pages of the employee and of the desk."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from core.requests.models import Request
from core.testing.app import client_of, post
from core.testing.factories import Employee, Province
from tests.core.requests.inbox import asking_on, book, decide, desk, listed, maryam, url
from tests.core.requests.pages import hidden, words

__all__ = ["asking_on", "book", "maryam"]

OBJECT = "/requests/{}/object"


@pytest.fixture
def client(site: Flask, maryam: Employee) -> FlaskClient:
    return client_of(site, maryam.token)


@pytest.fixture
def judge(site: Flask, province: Province, book: Request) -> FlaskClient:
    """The officer who has refused the book."""
    officer = desk(site, province, "asking.review", name="Refuser")
    address = url(province, book.reference)
    assert decide(officer, address, "reject", reason="Too dear").status_code == 303
    return officer


def sends(client: FlaskClient, book: Request, why: str = "It is on sale.") -> str:
    address = OBJECT.format(book.reference)
    key = hidden(client.get(address).text, "idempotency_key")
    data = {"idempotency_key": key, "about": book.reference, "why": why}
    answers = [post(client, address, data) for _press in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303], answers[0].text
    assert answers[0].location == answers[1].location
    return str(answers[0].location.split("/")[2])


def english(client: FlaskClient, address: str) -> str:
    return words(client.get(f"{address}?lang=en").text)


def test_refused_objects_and_is_heard(
    site: Flask, province: Province, client: FlaskClient, book: Request, judge: FlaskClient
) -> None:
    page = english(client, f"/requests/{book.reference}")
    assert "Too dear" in page
    assert "You can object until" in page
    objection = sends(client, book)
    page = english(client, f"/requests/{book.reference}")
    assert f"Objection sent: {objection}" in page
    assert "Object to the refusal" not in page
    sent = english(client, f"/requests/{objection}")
    assert "Objection to a refusal" in sent
    assert "It is on sale." in sent
    assert book.reference in sent
    assert listed(judge, url(province)) == []
    seen = english(judge, url(province, objection))
    assert "Somebody else hears it now" in seen
    answer = post(judge, url(province, objection), {"seen": "1.1", "action": "approve"})
    assert answer.status_code == 403
    other = desk(site, province, "asking.review", name="Hearer")
    assert listed(other, url(province)) == [objection]
    shown = english(other, url(province, objection))
    assert "Too dear" in shown
    assert "It is on sale." in shown
    assert decide(other, url(province, objection), "approve").status_code == 303
    assert listed(judge, url(province)) == []
    assert listed(other, url(province)) == [book.reference]
    page = english(client, f"/requests/{book.reference}")
    assert f"Objection {objection} upheld: taken up again" in page
    assert "Rejected: Look at it" in page
    assert "Your objection was upheld" in english(client, "/messages/")
    assert decide(other, url(province, book.reference), "approve").status_code == 303
    assert "Under review" in english(client, f"/requests/{book.reference}")


def test_a_rejected_objection_says_why_on_both(
    site: Flask, province: Province, client: FlaskClient, book: Request, judge: FlaskClient
) -> None:
    objection = sends(client, book)
    other = desk(site, province, "asking.review")
    address = url(province, objection)
    assert decide(other, address, "return", reason="?").status_code == 409
    assert decide(other, address, "reject", reason="Still too dear").status_code == 303
    for reference in (book.reference, objection):
        page = english(client, f"/requests/{reference}")
        assert "Still too dear" in page
        assert "Object to the refusal" not in page
        answer = client.get(OBJECT.format(reference))
        assert (answer.status_code, answer.location) == (303, f"/requests/{reference}")


def test_an_objection_needs_words_and_keeps_them(
    client: FlaskClient, book: Request, judge: FlaskClient
) -> None:
    address = OBJECT.format(book.reference)
    assert 'lang="fa"' in client.get(address).text
    key = hidden(client.get(address).text, "idempotency_key")
    answer = post(client, address, {"idempotency_key": key, "about": book.reference, "why": ""})
    assert answer.status_code == 422
    assert 'href="#f-why"' in answer.text or re.search(r'id="[^"]*why', answer.text)
    long = post(client, address, {"idempotency_key": key, "why": "x" * 2001})
    assert long.status_code == 422
    assert "x" * 2001 in long.text


def test_after_ten_working_days_there_is_no_way(
    client: FlaskClient, province: Province, book: Request, judge: FlaskClient
) -> None:
    assert client.get(OBJECT.format(book.reference)).status_code == 200
    with province.owner.begin() as connection:
        connection.execute(
            text("update request set decided_at = decided_at - interval '20 days' where id = :id"),
            {"id": book.id},
        )
    page = english(client, f"/requests/{book.reference}")
    assert "The time to object is over" in page
    assert client.get(OBJECT.format(book.reference)).status_code == 303
    data = {"idempotency_key": "late", "about": book.reference, "why": "x"}
    assert post(client, OBJECT.format(book.reference), data).status_code == 409


def test_others_have_nothing_to_object_to(
    site: Flask, province: Province, book: Request, judge: FlaskClient
) -> None:
    stranger = client_of(site, province.employee(province.karaj).token)
    address = OBJECT.format(book.reference)
    assert stranger.get(address).status_code == 404
    assert post(stranger, address, {"why": "x", "idempotency_key": "k"}).status_code == 404


def test_it_is_no_request_to_begin_by_oneself(client: FlaskClient) -> None:
    assert "requests.objection" not in client.get("/requests/new/").text
    assert client.get("/requests/new/requests.objection").status_code == 404
