"""Many decisions at once over HTTP: the question, the number, the outcome of each row."""

from __future__ import annotations

import re

from flask import Flask

from core.requests.models import Request
from core.testing.app import post
from core.testing.factories import Province
from tests.core.requests.inbox import asking_on, book, decide, desk, listed, maryam, url
from tests.core.requests.pages import ask, words

__all__ = ["asking_on", "book", "maryam"]


def three(site: Flask, province: Province) -> list[Request]:
    return [
        ask(site, province.karaj, province.employee(province.karaj), title=f"Book {n}")
        for n in range(3)
    ]


def test_many_are_approved_after_one_question_with_the_number(
    site: Flask, province: Province
) -> None:
    sent, client = three(site, province), desk(site, province, "asking.review")
    marks = re.findall(r'name="ids" value="([^"]+)"', client.get(url(province)).text)
    assert len(marks) == 3
    question = post(client, url(province, "bulk"), {"ids": marks[:2], "action": "approve"})
    assert question.status_code == 200
    assert "۲" in words(question.text)
    ids = re.findall(r'name="ids" value="([^"]+)"', question.text)
    assert ids == marks[:2]
    assert len(listed(client, url(province))) == 3
    done = post(client, url(province, "bulk/decide"), {"ids": ids, "action": "approve"})
    assert done.status_code == 200
    assert listed(client, url(province)) == [sent[2].reference]


def test_everything_means_what_the_filters_find(site: Flask, province: Province) -> None:
    sent, client = three(site, province), desk(site, province, "asking.review")
    data = {"everything": "1", "text": sent[0].reference, "action": "reject"}
    question = post(client, url(province, "bulk"), data)
    ids = re.findall(r'name="ids" value="([^"]+)"', question.text)
    assert ids == [f"{sent[0].id}.1.1"]
    question = post(client, url(province, "bulk"), {"everything": "1", "action": "reject"})
    assert len(re.findall('name="ids"', question.text)) == 3


def test_rejecting_many_needs_a_reason(site: Flask, province: Province) -> None:
    sent, client = three(site, province), desk(site, province, "asking.review")
    data = {"ids": [f"{r.id}.1.1" for r in sent], "action": "reject"}
    answer = post(client, url(province, "bulk/decide"), data)
    assert answer.status_code == 422
    assert len(re.findall('name="ids"', answer.text)) == 3
    done = post(client, url(province, "bulk/decide"), {**data, "reason": "Budget is spent"})
    assert done.status_code == 200
    assert listed(client, url(province)) == []
    assert len(listed(client, url(province, "?state=rejected"))) == 3


def test_valid_ones_are_done_and_failed_ones_stay_chosen(site: Flask, province: Province) -> None:
    sent, client = three(site, province), desk(site, province, "asking.review")
    decide(client, url(province, sent[0].reference), "return", reason="?")
    data = {"ids": [f"{r.id}.1.1" for r in sent], "action": "approve"}
    done = post(client, url(province, "bulk/decide"), data)
    assert re.findall(r'name="ids" value="([^"]+)"', done.text) == [f"{sent[0].id}.1.1"]
    assert 'class="error"' in done.text
    again = post(client, url(province, "bulk/decide"), data)
    assert len(re.findall('class="error"', again.text)) == 3
    assert listed(client, url(province)) == []


def test_nothing_chosen_or_nonsense_is_sent_back(site: Flask, province: Province) -> None:
    client = desk(site, province, "asking.review")
    for rest, data in (
        ("bulk", {"action": "approve"}),
        ("bulk", {"action": "approve", "ids": "nonsense"}),
        ("bulk/decide", {"action": "approve"}),
        ("bulk/decide", {"action": "approve", "ids": "1.2.3"}),
    ):
        assert post(client, url(province, rest), data).status_code == 303
    sent = three(site, province)
    for rest in ("bulk", "bulk/decide"):
        data = {"ids": f"{sent[0].id}.1.1", "action": "return"}
        assert post(client, url(province, rest), data).status_code == 404
