"""What services add to requests in the inbox, and columns that nothing fills."""

from __future__ import annotations

import pytest
from flask import Flask

from core.database.extension import db
from core.requests.models import Request
from core.testing.app import post
from core.testing.factories import Employee, Province
from core.testing.queries import count_queries
from tests.core.requests.inbox import asking_on, book, decide, desk, listed, maryam, url
from tests.core.requests.pages import ask, words
from tests.testdummy.asking import plugin

__all__ = ["asking_on", "book", "maryam"]

FACTS = "Copies left: 7 · Readers waiting: 2"
AMOUNT = "مبلغ"


def test_a_service_adds_facts_to_row_page_and_question(
    site: Flask, province: Province, maryam: Employee, book: Request
) -> None:
    seat = ask(site, province.karaj, maryam, "asking.seat", seat="7")
    client = desk(site, province, "asking.review")
    row = words(client.get(url(province)).text)
    assert row.count(FACTS) == 1, "the book's alone"
    page = words(client.get(url(province, book.reference)).text)
    assert "Copies left 7 Readers waiting 2" in page
    assert "Copies left" not in words(client.get(url(province, seat.reference)).text)
    data = {"ids": [f"{book.id}.1.1", f"{seat.id}.1.1"], "action": "approve"}
    question = words(post(client, url(province, "bulk"), data).text)
    assert question.count(FACTS) == 1
    assert "Masnavi" in question, "what is asked for, not only the kind"


def test_what_is_decided_needs_no_facts(site: Flask, province: Province, book: Request) -> None:
    client = desk(site, province, "asking.review")
    decide(client, url(province, book.reference), "reject", reason="No money")
    assert "Copies left" not in client.get(url(province, book.reference)).text
    assert "Copies left" not in client.get(url(province, "?state=all")).text


@pytest.mark.parametrize("state", ["closing", "off"])
def test_a_closing_service_is_asked_and_one_that_is_off_is_not(
    site: Flask, province: Province, book: Request, state: str
) -> None:
    province.activate(province.karaj, "asking", state=state)
    page = desk(site, province, "asking.review").get(url(province)).text
    assert ("Copies left" in page) is (state == "closing")


def test_a_service_that_fails_leaves_the_inbox_usable(
    site: Flask, province: Province, book: Request
) -> None:
    plugin.broken.add("details")
    client = desk(site, province, "asking.review")
    assert listed(client, url(province)) == [book.reference]
    assert "Copies left" not in client.get(url(province)).text
    assert decide(client, url(province, book.reference), "approve").status_code == 303


def test_the_facts_of_many_rows_cost_one_question(
    site: Flask, province: Province, maryam: Employee, book: Request
) -> None:
    client = desk(site, province, "asking.review")
    with site.app_context():
        engine = db.engine
    counts = []
    for _round in range(3):  # the first one also notes that the session is in use
        with count_queries(engine) as statements:
            client.get(url(province))
        counts.append(len(statements))
        for _more in range(5):
            ask(site, province.karaj, maryam)
    assert counts[1] == counts[2] <= counts[0] <= 7


def test_a_column_that_nothing_fills_is_left_away(
    site: Flask, province: Province, maryam: Employee
) -> None:
    seat = ask(site, province.karaj, maryam, "asking.seat", seat="7")
    client = desk(site, province, "asking.review")
    question = {"ids": f"{seat.id}.1.1", "action": "approve"}
    assert AMOUNT not in client.get(url(province)).text
    assert AMOUNT not in post(client, url(province, "bulk"), question).text
    book = ask(site, province.karaj, maryam, title="Masnavi", price="1200000")
    both = {"ids": [f"{seat.id}.1.1", f"{book.id}.1.1"], "action": "approve"}
    for page in (client.get(url(province)), post(client, url(province, "bulk"), both)):
        assert page.text.count(f'data-l="{AMOUNT}"') == 2
        assert "۱٬۲۰۰٬۰۰۰" in page.text
