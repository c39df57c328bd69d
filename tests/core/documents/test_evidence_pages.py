"""Files in the form of a request: added, checked, sent, corrected, opened."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from core.accounts.models import Account
from core.audit.models import AuditEntry
from core.documents.models import Document
from core.localization import clock
from core.requests.models import Request
from core.testing.app import client_of, post
from core.testing.factories import Employee, Province
from core.testing.queries import count_queries
from tests.core.documents.samples import GPS, fresh_png, heic, jpeg, pdf, segment
from tests.core.requests.pages import hidden, words

SHEBA = "/requests/new/people.sheba_change"
IBAN = "IR820540102680020817909002"
NEW = "evidence.new"
Upload = tuple[io.BytesIO, str]


@pytest.fixture
def maryam(province: Province) -> Employee:
    return province.employee(province.karaj)


@pytest.fixture
def client(app: Flask, maryam: Employee) -> FlaskClient:
    return client_of(app, maryam.token)


@pytest.fixture
def officer(app: Flask, province: Province) -> Iterator[FlaskClient]:
    token = province.officer(province.karaj, "requests.review", "requests.approve").token
    return client_of(app, token)  # type: ignore[return-value]


def upload(data: bytes, name: str = "card.png") -> Upload:
    return (io.BytesIO(data), name)


def fill(client: FlaskClient, *uploads: Upload, **data: Any) -> Any:
    """Fill in the form and go on to the page on which the answers are checked."""
    key = hidden(client.get(SHEBA).text, "idempotency_key")
    given = {"idempotency_key": key, "action": "check", "sheba": IBAN, NEW: list(uploads), **data}
    return post(client, SHEBA, given)


def carried(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page):
        found.setdefault(name, []).append(value)
    return found


def send(client: FlaskClient, *uploads: Upload) -> str:
    checked = fill(client, *uploads)
    assert checked.status_code == 200, words(checked.text)
    answer = client.post(SHEBA, data={**carried(checked.text), "action": "send"})
    assert answer.status_code == 303, words(answer.text)
    return str(answer.location.split("/")[2])


def documents_of(province: Province, who: Employee) -> list[Document]:
    with Session(province.owner) as session:
        where = select(Document).where(Document.person_id == who.person_id)
        return list(session.scalars(where.order_by(Document.uploaded_at, Document.id)))


def looks_at(province: Province, who: Employee) -> int:
    with Session(province.owner) as session:
        return session.execute(
            select(func.count()).where(
                AuditEntry.person_id == who.person_id,
                AuditEntry.action == "document.open",
                AuditEntry.kind == "read",
            )
        ).scalar_one()


def test_the_form_states_the_limits_before(client: FlaskClient) -> None:
    page = client.get(SHEBA).text
    assert 'enctype="multipart/form-data"' in page
    assert 'accept="image/jpeg,image/png,application/pdf"' in page
    assert "JPEG, PNG, PDF" in words(page)


def test_a_file_goes_from_the_form_over_the_check_to_the_request(
    client: FlaskClient, province: Province, maryam: Employee
) -> None:
    photo = jpeg(16, 8, segment(0xE1, GPS))
    checked = fill(client, upload(photo, "کارت بانکی.jpg"), upload(pdf(), "letter.pdf"))
    assert "کارت بانکی.jpg" in words(checked.text)
    assert "letter.pdf" in words(checked.text)
    answer = client.post(SHEBA, data={**carried(checked.text), "action": "send"})
    reference = answer.location.split("/")[2]
    assert "letter.pdf" in words(client.get(f"/requests/{reference}").text)
    assert all(one.request_id for one in documents_of(province, maryam))


def test_sending_twice_is_one_request(client: FlaskClient, maryam: Employee, app: Flask) -> None:
    data = {**carried(fill(client, upload(fresh_png())).text), "action": "send"}
    first, second = client.post(SHEBA, data=data), client.post(SHEBA, data=data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location


def test_a_file_outlives_a_form_that_is_refused(client: FlaskClient, province: Province) -> None:
    refused = fill(client, upload(fresh_png()), sheba="IR00")
    assert refused.status_code == 422
    box = re.search(r'type="checkbox" name="evidence"[^>]* value="([^"]+)" checked', refused.text)
    assert box, words(refused.text)
    checked = fill(client, evidence=[box[1]])
    assert carried(checked.text)["evidence"] == [box[1]]


def test_unticked_files_are_taken_out(client: FlaskClient) -> None:
    checked = fill(client, upload(fresh_png(), "a.png"), upload(fresh_png(), "b.png"))
    first, _second = carried(checked.text)["evidence"]
    again = fill(client, evidence=[first])
    assert carried(again.text)["evidence"] == [first]
    assert "b.png" not in words(again.text)


def test_what_is_not_taken_is_told_at_the_field_and_the_rest_is_kept(client: FlaskClient) -> None:
    answer = fill(client, upload(heic(), "IMG_1.HEIC"), upload(fresh_png(), "good.png"))
    assert answer.status_code == 422
    assert "IMG_1.HEIC" in answer.text
    assert "good.png" in answer.text
    assert IBAN in answer.text
    assert 'href="#f-evidence"' in answer.text


def test_what_was_wrong_with_one_form_is_not_told_in_another(
    client: FlaskClient, app: Flask, province: Province
) -> None:
    assert "IMG_1.HEIC" in fill(client, upload(heic(), "IMG_1.HEIC")).text
    other = client_of(app, province.employee(province.karaj).token)
    assert "IMG_1.HEIC" not in other.get(SHEBA).text
    assert fill(other, upload(fresh_png())).status_code == 200


def test_a_name_tells_nothing_and_cannot_run(client: FlaskClient) -> None:
    answer = fill(client, upload(b"<svg onload=alert(1)>", "<b>x.png"))
    assert answer.status_code == 422
    assert "<b>x.png" not in answer.text


def test_too_many_files_are_refused(client: FlaskClient) -> None:
    answer = fill(client, *(upload(fresh_png(), f"{n}.png") for n in range(4)))
    assert answer.status_code == 422
    assert "۳" in words(answer.text)


def test_ids_of_others_and_nonsense_are_left_out(
    client: FlaskClient, app: Flask, province: Province
) -> None:
    other = client_of(app, province.employee(province.karaj).token)
    theirs = carried(fill(other, upload(fresh_png(), "theirs.png")).text)["evidence"]
    checked = fill(client, evidence=[*theirs, "nonsense", "\0"])
    assert checked.status_code == 200
    assert "evidence" not in carried(checked.text)
    assert "theirs.png" not in checked.text


def test_the_owner_looks_at_his_picture_in_a_sandbox(
    client: FlaskClient, province: Province, maryam: Employee
) -> None:
    data = fresh_png()
    fill(client, upload(data))
    answer = client.get(f"/documents/{documents_of(province, maryam)[0].id}")
    assert answer.data == data
    assert answer.mimetype == "image/png"
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("inline")


def test_a_pdf_is_only_saved(client: FlaskClient, province: Province, maryam: Employee) -> None:
    fill(client, upload(pdf(), "نامه.pdf"))
    answer = client.get(f"/documents/{documents_of(province, maryam)[0].id}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")


def test_nobody_else_opens_it(
    client: FlaskClient, app: Flask, province: Province, maryam: Employee, officer: FlaskClient
) -> None:
    fill(client, upload(fresh_png()))
    document = documents_of(province, maryam)[0].id
    colleague = client_of(app, province.employee(province.karaj).token)
    assert colleague.get(f"/documents/{document}").status_code == 404
    assert officer.get(f"/documents/{document}").status_code == 404
    at_desk = f"/m/{province.karaj.code}/documents/{document}"
    assert post(officer, at_desk).status_code == 404  # it waits, and is the employee's alone
    assert app.test_client().get(f"/documents/{document}").status_code == 303


def test_an_officer_of_the_request_opens_it_on_record(
    client: FlaskClient, app: Flask, province: Province, maryam: Employee, officer: FlaskClient
) -> None:
    data = fresh_png()
    reference = send(client, upload(data, "card.png"))
    document = documents_of(province, maryam)[0].id
    desk = f"/m/{province.karaj.code}"
    assert "card.png" in words(officer.get(f"{desk}/inbox/{reference}").text)
    assert looks_at(province, maryam) == 0
    assert post(officer, f"{desk}/documents/{document}").data == data
    assert looks_at(province, maryam) == 1
    for token in (
        province.officer(province.karaj, "people.manage").token,
        province.employee(province.karaj).token,
    ):
        stranger = client_of(app, token)
        assert post(stranger, f"{desk}/documents/{document}").status_code == 404
    foreign = client_of(app, province.officer(province.fardis, "requests.review").token)
    for place in (province.karaj, province.fardis):
        answer = post(foreign, f"/m/{place.code}/documents/{document}")
        assert answer.status_code == 404
    assert looks_at(province, maryam) == 1


def test_a_delegate_opens_it_in_both_names(
    client: FlaskClient, app: Flask, province: Province, maryam: Employee
) -> None:
    manager = province.officer(province.karaj, "requests.review", name="رضا کریمی")
    deputy = province.employee(province.karaj, "زهرا", "مرادی")
    reference = send(client, upload(fresh_png()))
    at_desk = f"/m/{province.karaj.code}/documents/{documents_of(province, maryam)[0].id}"
    delegate = client_of(app, deputy.token)
    assert post(delegate, at_desk).status_code == 404
    with Session(province.owner) as session:
        name = session.get_one(Account, deputy.account_id).username
    today = str(clock.today())
    answer = post(
        client_of(app, manager.token),
        f"/m/{province.karaj.code}/delegations/give",
        {"who": name, "starts_on": today, "last_day": today, "reason": "مرخصی"},
    )
    assert answer.status_code == 303, words(answer.text)
    assert delegate.get(f"/m/{province.karaj.code}/inbox/{reference}").status_code == 200
    assert post(delegate, at_desk).status_code == 200
    with Session(province.owner) as session:
        entry = session.scalars(
            select(AuditEntry).where(
                AuditEntry.action == "document.open", AuditEntry.person_id == maryam.person_id
            )
        ).one()
    assert (entry.actor_account_id, entry.on_behalf_of) == (deputy.account_id, manager.account_id)


def test_the_employee_reads_who_opened_it(
    client: FlaskClient, province: Province, maryam: Employee, officer: FlaskClient
) -> None:
    send(client, upload(fresh_png()))
    document = documents_of(province, maryam)[0].id
    post(officer, f"/m/{province.karaj.code}/documents/{document}")
    assert "فایلی که فرستاده‌اید باز شد" in client.get("/me/seen").text


def test_the_inbox_says_how_many_files_there_are(
    client: FlaskClient, province: Province, officer: FlaskClient, engine: Engine
) -> None:
    inbox = f"/m/{province.karaj.code}/inbox/"
    reference = send(client, upload(fresh_png(), "a.png"), upload(fresh_png(), "b.png"))
    with count_queries(engine) as queries:
        page = officer.get(inbox, query_string={"text": reference}).text
    assert "۲ فایل" in words(page)
    assert len(queries) <= 8


def test_a_correction_keeps_and_changes_files(
    client: FlaskClient, province: Province, maryam: Employee, officer: FlaskClient
) -> None:
    reference = send(client, upload(fresh_png(), "old.png"), upload(fresh_png(), "kept.png"))
    desk = f"/m/{province.karaj.code}/inbox/{reference}"
    seen = hidden(officer.get(desk).text, "seen")
    post(officer, desk, {"seen": seen, "action": "return", "reason": "unreadable"})
    url = f"/requests/{reference}/correct"
    form = client.get(url)
    boxes = dict(
        re.findall(r'name="evidence"[^>]* value="([^"]+)" checked.*?<bdi>(\w+)', form.text)
    )
    kept = next(one for one, name in boxes.items() if name == "kept")
    key = hidden(form.text, "idempotency_key")
    typed = {"idempotency_key": key, "action": "check", "sheba": IBAN, "evidence": [kept]}
    checked = post(client, url, {**typed, NEW: [upload(fresh_png(), "new.png")]})
    answer = client.post(url, data={**carried(checked.text), "action": "send"})
    assert answer.status_code == 303, words(answer.text)
    page = words(officer.get(desk).text)
    assert "kept.png" in page
    assert "new.png" in page
    assert "old.png" not in page
    with Session(province.owner) as session:
        content = session.execute(
            select(Request.data).where(Request.reference == reference)
        ).scalar_one()
    assert content["evidence"][0] == kept
