"""All certificates of an offering in one file: order, access, audit, parts."""

from __future__ import annotations

import io
from uuid import UUID

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from core.database.extension import db
from core.sdk.documents import revoke
from core.testing.app import client_of, post
from core.testing.queries import count_queries
from plugins.training import certificates
from tests.plugins.training.conftest import School


@pytest.fixture
def officer(app: Flask, school: School) -> FlaskClient:
    return client_of(app, school.province.officer(school.place, "training.view").token)


@pytest.fixture
def ended(school: School) -> UUID:
    """An offering that three people completed and one didn't."""
    offering = school.offering(number=1)
    seats = [school.seat(offering, school.employee(n)) for n in ("یزدی", "آرام", "کریمی", "غایب")]
    school.close(offering)
    school.mark(offering, dict(zip(seats, (240, 240, 240, 0), strict=True)))
    school.finalise(offering)
    return offering


def address(school: School, offering: UUID) -> str:
    return f"/m/{school.place.code}/training/manage/offerings/{offering}/certificates.pdf"


def holders(school: School, offering: UUID) -> list[str]:
    with school.unit() as uow:
        found = certificates.of_offering(uow, school.place.id, offering)
        return [str(one.payload["holder"]).split()[-1] for one in found]


def test_one_file_has_a_sheet_for_each_in_the_order_of_names(
    app: Flask, school: School, officer: FlaskClient, ended: UUID
) -> None:
    base = f"/m/{school.place.code}/training/manage"
    with app.app_context():
        engine = db.engine
    officer.get(base + "/")
    with count_queries(engine) as statements:
        listed = officer.get(f"{base}/certificates?offering={ended}").text
    assert len(statements) <= 7, statements
    assert f'action="{address(school, ended)}"' in listed
    assert "۳ گواهی‌نامه" in listed
    assert address(school, ended) not in officer.get(f"{base}/certificates").text
    answer = post(officer, address(school, ended), {"first": "1"})
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "attachment" in answer.headers["Content-Disposition"]
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    names = holders(school, ended)
    assert names == ["آرام", "کریمی", "یزدی"]
    assert len(pages) == 3
    for page, name in zip(pages, names, strict=True):
        assert name in page.extract_text()


def test_taking_them_away_is_audited(school: School, officer: FlaskClient, ended: UUID) -> None:
    post(officer, address(school, ended))
    query = text(
        "select kind, detail from audit_entry where action = 'training.certificates.download'"
        " and municipality_id = :m and subject_id = :o"
    )
    with school.unit() as uow:
        (entry,) = uow.session.execute(query, {"m": school.place.id, "o": str(ended)}).all()
    assert entry.kind == "export"
    assert entry.detail["people"] == 3
    assert entry.detail["words"]["fa"] == "گواهی‌نامه‌های «ایمنی کار در معابر»"
    assert "یزدی" not in str(entry.detail)


def test_many_come_in_parts(
    school: School, officer: FlaskClient, ended: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "MOST", 2)
    assert certificates.parts(3) == [(1, 2), (3, 3)]
    listed = officer.get(f"/m/{school.place.code}/training/manage/certificates?offering={ended}")
    assert "دریافت ۱ تا ۲" in listed.text
    assert "دریافت ۳ تا ۳" in listed.text
    last = post(officer, address(school, ended), {"first": "3"})
    (page,) = pypdf.PdfReader(io.BytesIO(last.data)).pages
    assert "یزدی" in page.extract_text()
    for first in ("4", "9" * 40):
        assert post(officer, address(school, ended), {"first": first}).status_code == 404


def test_revoked_ones_are_left_out(school: School, officer: FlaskClient, ended: UUID) -> None:
    with school.unit() as uow:
        first = certificates.of_offering(uow, school.place.id, ended)[0]
        revoke(uow, school.place.id, first.id, "نام نادرست بود")
    assert holders(school, ended) == ["کریمی", "یزدی"]
    answer = post(officer, address(school, ended))
    assert len(pypdf.PdfReader(io.BytesIO(answer.data)).pages) == 2


def test_only_officers_of_the_place_get_them(app: Flask, school: School, ended: UUID) -> None:
    someone = school.province.employee(school.place)
    foreign = school.province.officer(school.province.fardis)
    assert post(client_of(app, someone.token), address(school, ended)).status_code == 403
    assert post(client_of(app, foreign.token), address(school, ended)).status_code == 404
    officer = client_of(app, school.province.officer(school.place, "training.view").token)
    assert post(officer, address(school, school.offering())).status_code == 404, "none there"
    assert post(officer, address(school, UUID(int=1))).status_code == 404
