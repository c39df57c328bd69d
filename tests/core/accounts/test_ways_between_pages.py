"""Ways between the pages of people, slips and accounts, and back from forms."""

from __future__ import annotations

import re
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from core.database.keys import new_id
from core.testing.app import client_of, post
from core.testing.factories import Province
from tests.core.accounts.conftest import Desk, Known


def employment_of(desk: Desk, person_id: UUID) -> UUID:
    found = desk.value("select id from employment where person_id = :p", p=person_id)
    assert isinstance(found, UUID)
    return found


def test_pages_that_answered_a_form_lead_back_when_opened_again(
    app: Flask, here: str, employee: Known, province: Province, desk: Desk
) -> None:
    """Whoever switches the language there asks for the address of the form."""
    officer = province.officer(
        province.karaj, "accounts.manage", "people.view", "people.reveal", "services.manage",
        "requests.decide", "training.manage",
    )  # fmt: skip
    province.activate(province.karaj, "training")
    offering = f"{here}/training/manage/offerings/{new_id()}"
    client, one = client_of(app, officer.token), employment_of(desk, employee.person_id)
    ends = {
        f"{offering}/sessions": offering,
        f"{here}/people/{one}/reveal": f"{here}/people/{one}/",
        f"{here}/accounts/slips/ask": f"{here}/accounts/slips/",
        f"{here}/accounts/slips/print": f"{here}/accounts/slips/",
        f"{here}/accounts/{employee.account_id}/close": f"{here}/accounts/{employee.account_id}",
        f"{here}/accounts/{employee.account_id}/access": f"{here}/accounts/{employee.account_id}",
        f"{here}/services/training/settings": f"{here}/services/training/",
        f"{here}/inbox/bulk": f"{here}/inbox/",
        f"{here}/inbox/bulk/decide": f"{here}/inbox/",
    }
    answers = {url: client.get(url) for url in ends}
    assert {a.status_code for a in answers.values()} == {303}
    assert {url: answer.location for url, answer in answers.items()} == ends


def test_nobody_ticked_leads_back_to_the_list(at_desk: FlaskClient, here: str) -> None:
    answer = post(at_desk, f"{here}/accounts/slips/ask", {"q": "رضایی"})
    assert answer.status_code == 303
    assert answer.location.startswith(f"{here}/accounts/slips/?q=")
    page = at_desk.get(answer.location).text
    assert "دست‌کم یک کارمند" in page
    assert 'value="رضایی"' in page


def test_from_person_to_slip_to_account_and_back(
    app: Flask, here: str, newcomer: Known, province: Province, desk: Desk
) -> None:
    officer = province.officer(province.karaj, "accounts.manage", "accounts.view", "people.view")
    client, one = client_of(app, officer.token), employment_of(desk, newcomer.person_id)
    link = re.search(
        r'href="([^"]+/accounts/slips/\?q=[^"]+)"', client.get(f"{here}/people/{one}/").text
    )
    assert link
    assert str(one) in client.get(link[1]).text
    post(client, f"{here}/accounts/slips/print", {"ids": [str(one)]})
    assert "۱ برگه چاپ شد." in client.get(link[1]).text
    found = desk.value("select id from account where person_id = :p", p=newcomer.person_id)
    assert f"{here}/people/{one}/" in client.get(f"{here}/accounts/{found}").text
