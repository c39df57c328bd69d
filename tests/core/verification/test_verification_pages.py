"""The public pages: four answers, every signed field, no account, no service needed."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from core.accounts.throttling import HOUR, Limit
from core.cli import hamyar
from core.sdk import LabelledField, VerifiableDocument
from core.testing.factories import Province
from core.verification import views
from core.verification.codes import grouped
from core.verification.models import IssuedDocument
from core.verification.services import revoke
from tests.core.verification.conftest import Issue

OTHER = VerifiableDocument(
    "other.paper",
    "گواهی‌نامهٔ آزمایشی",
    (
        LabelledField("course", "دوره"),
        LabelledField("minutes", "مدت", "minutes"),
        LabelledField("ended_on", "تاریخ پایان", "date"),
    ),
)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def page(client: FlaskClient, code: str, **query: str) -> tuple[int, str]:
    answer = client.get(f"/verify/{code}", query_string=query)
    return answer.status_code, answer.get_data(as_text=True)


def tamper(engine: Engine, document: IssuedDocument) -> None:
    """Change a signed name, as somebody with the database in his hands could."""
    with engine.begin() as connection:
        connection.execute(text("alter table issued_document disable trigger keep"))
        connection.execute(
            text(
                'update issued_document set payload = payload || \'{"holder": "دیگری"}\''
                " where id = :id"
            ),
            {"id": document.id},
        )
        connection.execute(text("alter table issued_document enable trigger keep"))


def test_a_genuine_document_shows_every_signed_field(
    client: FlaskClient, new: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_declared", lambda: {OTHER.kind: OTHER})
    document = new()
    status, body = page(client, grouped(document.code))
    assert status == 200
    assert "اصیل و معتبر" in body
    shown = ["مریم حسینی‌نژاد", "شهرداری کرج", "ایمنی کار در معابر", "۱۶ ساعت", "۲۹ آبان ۱۴۰۵"]
    assert [value for value in [*shown, grouped(document.code)] if value not in body] == []
    assert body.count("<dt>") == len(document.payload)
    assert all(label in body for label in ("گواهی‌نامهٔ آزمایشی", "مدت", "تاریخ پایان"))


def test_without_its_plugin_the_names_stand_in(client: FlaskClient, new: Issue) -> None:
    document = new()
    status, body = page(client, document.code)
    assert status == 200
    assert "other.paper" in body
    assert "<dt>ended_on</dt>" in body
    assert body.count("<dt>") == len(document.payload)


def test_a_changed_document_is_forged(
    client: FlaskClient, new: Issue, owner_engine: Engine
) -> None:
    document = new()
    tamper(owner_engine, document)
    status, body = page(client, document.code)
    assert status == 200
    assert "جعلی" in body
    assert "اصیل" not in body


def test_a_revoked_document_says_why(client: FlaskClient, new: Issue, province: Province) -> None:
    document = new()
    with province.unit(province.karaj) as uow:
        revoke(uow, province.karaj.id, document.id, "نام نادرست بود")
    _status, body = page(client, document.code)
    assert "باطل‌شده" in body
    assert "نام نادرست بود" in body


@pytest.mark.parametrize("code", ["K7M3P-9QXAT-2HV4D", "000000000000000", "nonsense", "<script>"])
def test_an_unknown_code_is_not_found(client: FlaskClient, code: str) -> None:
    status, body = page(client, code)
    assert status == 404
    assert "پیدا نشد" in body
    assert "<script>" not in body


def test_looking_up_codes_is_throttled(
    client: FlaskClient, new: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LOOKS", Limit("verify-test", 2, HOUR))
    code = new().code
    statuses = [page(client, code)[0] for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert page(client, "mistyped")[0] == 404


def test_a_code_may_be_typed_as_it_comes(client: FlaskClient, new: Issue) -> None:
    code = new().code
    persian = code.lower().translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    answer = client.get("/verify/", query_string={"code": f" {persian[:5]} – {persian[5:]} "})
    assert answer.status_code == 303
    assert answer.location == f"/verify/{grouped(code)}"


def test_the_form_asks_in_both_languages(client: FlaskClient) -> None:
    assert "راستی‌آزمایی سند" in client.get("/verify/").get_data(as_text=True)
    assert "Verify a document" in client.get("/verify/?lang=en").get_data(as_text=True)
    kept = client.get("/verify/?code=nonsense").get_data(as_text=True)
    assert 'value="nonsense"' in kept


@pytest.mark.parametrize("typed", ["", "  "])
def test_nothing_typed_is_said_at_the_field(client: FlaskClient, typed: str) -> None:
    answer = client.get("/verify/", query_string={"code": typed})
    assert answer.status_code == 422
    said = re.search(r'<p class="error" id="f-code-error">(.*?)</p>', answer.text)
    assert said
    assert "کد سند را بنویسید" in said[1]
    assert 'aria-invalid="true"' in answer.text
    assert "پیدا نشد" not in answer.text
    english = client.get("/verify/", query_string={"code": typed, "lang": "en"}).text
    assert "Type the document code" in english


def test_what_can_be_no_code_is_said_at_the_field(client: FlaskClient) -> None:
    answer = client.get("/verify/?code=K7M3P-9QXAT&lang=fa")
    assert answer.status_code == 422
    said = re.search(r'<p class="error" id="f-code-error">(.*?)</p>', answer.text)
    assert said
    assert "۱۵" in said[1]
    assert "آن را نپذیرید" in answer.text


def test_keys_are_listed_and_rotated(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAMYAR_SIGNING_KEYS", str(tmp_path_factory.mktemp("keys") / "ring.json"))
    run = CliRunner().invoke
    before = run(hamyar, ["keys", "list"]).output.split()
    assert before[1:] == ["signs"]
    rotated = run(hamyar, ["keys", "rotate", "--yes"]).output.split()[-1]
    listed = run(hamyar, ["keys", "list"]).output
    assert before[0] in listed
    assert f"{rotated}  signs" in listed
