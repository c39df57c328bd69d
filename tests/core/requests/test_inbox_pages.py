"""The officers' inbox over HTTP: who comes in, filters, one decision, many decisions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.requests.models import Request
from core.testing.app import client_of, post
from core.testing.factories import Employee, Province
from tests.core.requests.inbox import asking_on, book, decide, desk, listed, maryam, url
from tests.core.requests.pages import ask, hidden
from tests.testdummy.asking import plugin

__all__ = ["asking_on", "book", "maryam"]


# Who comes in


def test_each_sees_what_is_his_to_decide(site: Flask, province: Province, book: Request) -> None:
    assert listed(desk(site, province, "asking.review"), url(province)) == [book.reference]
    assert listed(desk(site, province), url(province)) == [book.reference]
    assert listed(desk(site, province, "asking.approve"), url(province)) == []
    assert listed(desk(site, province, "people.view"), url(province)) == []


def test_a_later_decider_sees_it_under_all_but_has_no_buttons(
    site: Flask, province: Province, book: Request
) -> None:
    client = desk(site, province, "asking.approve")
    assert listed(client, url(province, "?state=all")) == [book.reference]
    page = client.get(url(province, book.reference))
    assert page.status_code == 200
    assert 'name="action"' not in page.text
    answer = post(client, url(province, book.reference), {"seen": "1.1", "action": "approve"})
    assert answer.status_code == 403


def test_others_do_not_know_of_it(site: Flask, province: Province, book: Request) -> None:
    client = desk(site, province, "people.view")
    for page in (
        client.get(url(province, book.reference)),
        post(client, url(province, book.reference), {"seen": "1.1", "action": "approve"}),
    ):
        assert page.status_code == 404
    assert listed(client, url(province, "?state=all")) == []


def test_a_foreign_municipality_is_not_found(
    site: Flask, province: Province, book: Request
) -> None:
    client = client_of(site, province.officer(province.fardis).token)
    for path in (url(province), url(province, book.reference)):
        assert client.get(path).status_code == 404
    elsewhere = f"/m/{province.fardis.code}/inbox/"
    assert listed(client, f"{elsewhere}?state=all") == []
    assert client.get(elsewhere + book.reference).status_code == 404
    data = {"ids": f"{book.id}.1.1", "action": "approve"}
    answer = post(client, f"{elsewhere}bulk/decide", data)
    assert answer.status_code == 200
    assert book.reference not in answer.text
    assert listed(desk(site, province), url(province)) == [book.reference]


def test_the_organisations_officer_works_everywhere(
    site: Flask, province: Province, book: Request
) -> None:
    client = client_of(site, province.officer(province.alborz, "asking.review").token)
    assert listed(client, url(province)) == [book.reference]


def test_employees_have_no_inbox(site: Flask, province: Province, maryam: Employee) -> None:
    client = client_of(site, maryam.token)
    assert client.get(url(province)).status_code == 403
    assert post(client, url(province, "bulk"), {"action": "approve"}).status_code == 403


def test_whom_a_request_is_routed_to_comes_in(
    site: Flask, province: Province, book: Request
) -> None:
    manager = province.employee(province.karaj, "Manager")
    with province.unit(province.karaj) as uow:
        uow.session.merge(book).routed_to = [manager.account_id]
    client = client_of(site, manager.token)
    assert listed(client, url(province)) == [book.reference]
    assert listed(desk(site, province, "asking.review"), url(province)) == []
    assert decide(client, url(province, book.reference), "approve").status_code == 303


def test_ones_own_request_is_shown_without_buttons(
    site: Flask, province: Province, maryam: Employee, book: Request
) -> None:
    assert maryam.account_id
    province.grant(maryam.account_id, province.karaj, "asking.review", "asking.approve")
    client = client_of(site, maryam.token)
    assert listed(client, url(province)) == []
    page = client.get(url(province, book.reference))
    assert 'name="action"' not in page.text
    answer = post(client, url(province, book.reference), {"seen": "1.1", "action": "approve"})
    assert answer.status_code == 403
    data = {"ids": f"{book.id}.1.1", "action": "approve"}
    assert 'class="error"' in post(client, url(province, "bulk/decide"), data).text
    assert listed(desk(site, province), url(province)) == [book.reference]


def test_a_grant_of_a_unit_shows_its_subtree(
    site: Flask, province: Province, maryam: Employee
) -> None:
    top = province.org_unit(province.karaj, "فنی")
    below = province.org_unit(province.karaj, "عمران", top)
    beside = province.org_unit(province.karaj, "مالی")
    province.assign(maryam, below)
    sent = ask(site, province.karaj, maryam)
    unassigned = ask(site, province.karaj, province.employee(province.karaj))
    inside = desk(site, province, "asking.review", unit_id=top.id)
    assert listed(inside, url(province)) == [sent.reference]
    assert listed(inside, url(province, "?state=all")) == [sent.reference]
    assert inside.get(url(province, unassigned.reference)).status_code == 404
    outside = desk(site, province, "asking.review", unit_id=beside.id)
    assert listed(outside, url(province)) == []
    assert outside.get(url(province, sent.reference)).status_code == 404


# One decision


def test_approving_step_by_step(site: Flask, province: Province, book: Request) -> None:
    address = url(province, book.reference)
    first = decide(desk(site, province, "asking.review"), address, "approve")
    assert (first.status_code, first.location) == (303, url(province))
    second = desk(site, province, "asking.approve")
    assert decide(second, address, "approve").status_code == 303
    assert plugin.applied[-1] == book.reference
    assert 'name="action"' not in second.get(address).text


def test_who_approved_a_step_leaves_the_next_to_somebody_else(
    site: Flask, province: Province, book: Request
) -> None:
    client, address = desk(site, province), url(province, book.reference)
    assert decide(client, address, "approve").status_code == 303
    page = client.get(address).text
    assert 'name="action"' not in page
    assert "مرحلهٔ پیشین این درخواست را شما تأیید کرده‌اید" in page
    assert listed(client, url(province)) == []
    assert listed(client, url(province, "?state=all")) == [book.reference]
    assert post(client, address, {"seen": "1.2", "action": "approve"}).status_code == 403
    data = {"ids": [f"{book.id}.1.2"], "action": "approve"}
    done = post(client, url(province, "bulk/decide"), data)
    assert re.findall(r'name="ids" value="([^"]+)"', done.text) == data["ids"]
    assert "مرحلهٔ پیشین این درخواست را شما تأیید کرده‌اید" in done.text
    assert listed(desk(site, province), url(province)) == [book.reference]


def test_a_requested_account_is_masked_and_looking_is_on_record(
    site: Flask, province: Province, maryam: Employee
) -> None:
    sheba = "IR820540102680020817909002"
    sent = ask(site, province.karaj, maryam, "people.sheba_change", sheba=sheba)
    client, address = desk(site, province, "requests.review"), url(province, sent.reference)
    page = client.get(address).text
    assert sheba not in page
    assert "9002" in page
    assert looks(province, maryam) == []
    shown = post(client, f"{address}/reveal", {})
    assert sheba in shown.text
    assert looks(province, maryam) == [(str(sent.id), {"fields": ["sheba"]})]
    assert sheba not in client.get(address).text
    other = desk(site, province, "requests.approve")
    assert post(other, f"{address}/reveal", {}).status_code == 403
    assert "/reveal" not in other.get(address).text
    seen = hidden(shown.text, "seen")
    assert post(client, address, {"seen": seen, "action": "approve"}).status_code == 303
    assert len(looks(province, maryam)) == 1


def looks(province: Province, who: Employee) -> list[tuple[str, dict[str, Any]]]:
    with province.unit(province.karaj) as uow:
        statement = select(AuditEntry.subject_id, AuditEntry.detail)
        where = (AuditEntry.kind == "read", AuditEntry.person_id == who.person_id)
        return [
            (row.subject_id, row.detail) for row in uow.session.execute(statement.where(*where))
        ]


def test_a_reason_is_asked_for_at_the_field(site: Flask, province: Province, book: Request) -> None:
    client, address = desk(site, province), url(province, book.reference)
    for action in ("reject", "return"):
        answer = decide(client, address, action)
        assert answer.status_code == 422
        assert 'id="f-reason-error"' in answer.text
    assert decide(client, address, "reject", reason="No money").status_code == 303
    assert "No money" in client.get(address).text


def test_returning_is_offered_only_where_there_is_a_form(
    site: Flask, province: Province, maryam: Employee, book: Request
) -> None:
    seat = ask(site, province.karaj, maryam, "asking.seat", seat="3")
    client = desk(site, province)
    assert 'value="return"' in client.get(url(province, book.reference)).text
    address = url(province, seat.reference)
    assert 'value="return"' not in client.get(address).text
    assert decide(client, address, "return", reason="?").status_code == 409


def test_stale_and_wrong_decisions(site: Flask, province: Province, book: Request) -> None:
    client, address = desk(site, province), url(province, book.reference)
    stale = {"seen": "1.1", "action": "approve"}
    assert decide(client, address, "approve").status_code == 303
    assert post(client, address, stale).status_code == 409
    for seen in ("x", ""):
        assert post(client, address, {"seen": seen, "action": "approve"}).status_code == 422
    assert client.get(url(province, "%00")).status_code == 404
    assert post(client, address, {"seen": "1.2", "action": "delete"}).status_code == 404
    assert decide(desk(site, province), address, "approve").status_code == 303
    assert post(client, address, {"seen": "1.2", "action": "reject"}).status_code == 409


def test_a_broken_service_changes_nothing(site: Flask, province: Province, book: Request) -> None:
    address = url(province, book.reference)
    decide(desk(site, province), address, "approve")
    client = desk(site, province)
    plugin.broken.add("apply")
    assert decide(client, address, "approve").status_code == 503
    plugin.broken.clear()
    assert decide(client, address, "approve").status_code == 303


def test_a_service_in_quarantine_is_said_and_offers_no_buttons(
    site: Flask, province: Province, book: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.extensions["hamyar_plugins"].hooks, "_manifest", lambda _n: None)
    client, address = desk(site, province), url(province, book.reference)
    page = client.get(address)
    assert page.status_code == 200
    assert 'name="action"' not in page.text
    answer = post(client, address, {"seen": "1.1", "action": "approve"})
    assert answer.status_code == 503


def test_the_way_back_keeps_the_filters_and_leads_nowhere_else(
    site: Flask, province: Province, book: Request
) -> None:
    client, address = desk(site, province), url(province, book.reference)
    back = url(province, "?kind=asking.book")
    assert decide(client, address, "approve", next=back).location == back
    for bad in ("https://evil.example/", "//evil.example", f"{url(province)}?a\r\nX: y"):
        other = ask(site, province.karaj, province.employee(province.karaj))
        answer = decide(client, url(province, other.reference), "approve", next=bad)
        assert answer.location == url(province)


# Filters


@pytest.mark.parametrize(
    "typed",
    ["رضايي", "رضایی مریم", "مریم رضا", "مريم", "هم‌مریم"],
)
def test_names_in_any_spelling(site: Flask, province: Province, book: Request, typed: str) -> None:
    found = listed(desk(site, province), url(province, f"?text={typed}"))
    assert found == ([] if typed == "هم‌مریم" else [book.reference])


def test_references_in_any_spelling(site: Flask, province: Province, book: Request) -> None:
    client = desk(site, province)
    year, number = book.reference.removeprefix("HM-").split("-")
    persian = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    for typed in (
        book.reference,
        book.reference.lower(),
        book.reference.translate(persian),
        f"{year}-{int(number)}",
        f"HM-{year}",
    ):
        assert listed(client, url(province, f"?text={typed}")) == [book.reference], typed
    assert listed(client, url(province, f"?text=HM-{year}-99999")) == []


def test_states_kinds_and_overdue(
    site: Flask, province: Province, maryam: Employee, book: Request
) -> None:
    client = desk(site, province)
    seat = ask(site, province.karaj, maryam, "asking.seat", seat="3")
    decide(client, url(province, book.reference), "reject", reason="no")
    both = {book.reference, seat.reference}
    assert listed(client, url(province)) == [seat.reference]
    assert set(listed(client, url(province, "?state=all"))) == both
    assert listed(client, url(province, "?state=rejected")) == [book.reference]
    assert set(listed(client, url(province, "?state=all&kind=asking"))) == both
    assert listed(client, url(province, "?state=all&kind=asking.seat")) == [seat.reference]
    assert listed(client, url(province, "?kind=people.contact_change")) == []
    assert listed(client, url(province, "?overdue=1")) == []
    with province.unit(province.karaj) as uow:
        uow.session.merge(seat).due_on = uow.today.replace(year=2020)
    assert listed(client, url(province, "?overdue=1")) == [seat.reference]
    assert "danger" in client.get(url(province)).text


@pytest.mark.parametrize(
    "query", ["?state=no", "?kind=x", "?cursor=zzz", "?text=%00", "?overdue=maybe", "?unknown=1"]
)
def test_strange_addresses_do_no_harm(
    site: Flask, province: Province, book: Request, query: str
) -> None:
    assert desk(site, province).get(url(province, query)).status_code == 200


# Many
