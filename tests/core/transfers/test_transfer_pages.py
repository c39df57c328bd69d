"""The desk's pages of transfers on both sides, and what the employee sees of them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select

from core.database.extension import db
from core.localization import clock
from core.localization.filters import jdate
from core.municipalities.models import Municipality
from core.people.models import Employment
from core.testing.app import client_of
from core.testing.factories import Province
from core.transfers import services
from core.transfers.models import TransferState
from tests.core.people.support import send
from tests.core.transfers.test_transfers import TODAY, released, state_of


@pytest.fixture
def other(app: Flask, province: Province) -> FlaskClient:
    """An officer of Fardis who may do everything there."""
    return client_of(app, province.officer(province.fardis).token)


def url(place: Municipality, tail: str) -> str:
    return f"/m/{place.code}/people/{tail}"


def test_from_release_to_the_new_record(
    app: Flask, province: Province, officer: FlaskClient, other: FlaskClient
) -> None:
    one = province.employee(province.karaj, "مریم", "رضایی")
    form = {
        "version": 1,
        "to_municipality_id": str(province.fardis.id),
        "starts_on": jdate(TODAY),
        "note": "حکم ۱۲",
    }
    answer = send(officer, url(province.karaj, f"{one.employment_id}/transfer"), form)
    assert answer.status_code == 303
    transfer = answer.location.rpartition("/")[2]
    for client, place in ((officer, province.karaj), (other, province.fardis)):
        assert "رضایی" in client.get(url(place, "transfers/")).get_data(as_text=True)
        shown = client.get(url(place, f"transfers/{transfer}")).get_data(as_text=True)
        assert "حکم ۱۲" in shown
    own = client_of(app, one.token).get("/me/").get_data(as_text=True)
    assert "در انتظار پاسخ" in own

    accept = url(province.fardis, f"transfers/{transfer}/accept")
    refused = send(other, accept, {"personnel_number": "", "kind": "contract"})
    assert refused.status_code == 422
    done = send(other, accept, {"personnel_number": "F-77", "kind": "contract"})
    assert done.status_code == 303, done.get_data(as_text=True)
    page = other.get(done.location).get_data(as_text=True)
    assert "F-77" in page
    assert "رضایی" in page
    answered = officer.get(url(province.karaj, "transfers/?show=answered"))
    assert "پذیرفته" in answered.get_data(as_text=True)
    own = client_of(app, one.token).get("/me/").get_data(as_text=True)
    assert "شهرداری فردیس" in own
    assert "شهرداری کرج" in own


def test_each_side_closes_in_its_own_words(
    province: Province, officer: FlaskClient, other: FlaskClient
) -> None:
    sides = (
        (officer, province.karaj, TransferState.WITHDRAWN),
        (other, province.fardis, TransferState.REFUSED),
    )
    for client, place, state in sides:
        transfer_id = released(province, province.employee(province.karaj))
        address = url(place, f"transfers/{transfer_id}/close")
        assert send(client, address, {"reason": ""}).status_code == 422
        assert send(client, address, {"reason": "پست خالی نیست"}).status_code == 303
        assert state_of(province, transfer_id) == state
        assert client.get(address).status_code == 409


def test_the_releasing_side_cannot_accept(province: Province, officer: FlaskClient) -> None:
    transfer_id = released(province, province.employee(province.karaj))
    address = url(province.karaj, f"transfers/{transfer_id}/accept")
    assert officer.get(address).status_code == 404


def test_the_organisation_does_both(app: Flask, province: Province) -> None:
    one = province.employee(province.karaj)
    transfer_id = released(province, one)
    account = province.officer(province.karaj)
    province.grant(account.account_id, province.fardis)
    client = client_of(app, account.token)
    form = {"personnel_number": "F-78", "kind": "official"}
    done = send(client, url(province.fardis, f"transfers/{transfer_id}/accept"), form)
    assert done.status_code == 303
    assert state_of(province, transfer_id) == TransferState.ACCEPTED


def test_nobody_accepts_himself(app: Flask, province: Province) -> None:
    one = province.employee(province.karaj)
    transfer_id = released(province, one)
    province.grant(one.account_id, province.fardis)
    client = client_of(app, one.token)
    assert client.get(url(province.fardis, f"transfers/{transfer_id}")).status_code == 200
    for tail in ("accept", "close"):
        address = url(province.fardis, f"transfers/{transfer_id}/{tail}")
        assert client.get(address).status_code == 403


def test_who_answers_for_a_unit_sees_its_own_only(app: Flask, province: Province) -> None:
    unit = province.org_unit(province.karaj, "مالی")
    inside, outside = province.employee(province.karaj), province.employee(province.karaj)
    coming = province.employee(province.fardis)
    province.assign(inside, unit)
    seen = released(province, inside)
    hidden = released(province, outside)
    with province.unit(province.fardis) as uow:
        incoming = services.release(
            uow,
            province.fardis,
            coming.employment_id,
            version=1,
            to_municipality_id=province.karaj.id,
            starts_on=clock.today(),
        ).id
    limited = client_of(
        app, province.officer(province.karaj, "people.manage", unit_id=unit.id).token
    )
    for transfer_id, status in ((seen, 200), (hidden, 404), (incoming, 404)):
        address = url(province.karaj, f"transfers/{transfer_id}")
        assert limited.get(address).status_code == status


def test_viewers_release_nobody(app: Flask, province: Province) -> None:
    one = province.employee(province.karaj)
    viewer = client_of(app, province.officer(province.karaj, "people.view").token)
    for tail in (f"{one.employment_id}/transfer", "transfers/"):
        assert viewer.get(url(province.karaj, tail)).status_code in (403, 404)
    with province.unit(province.karaj) as uow:
        assert uow.session.scalars(select(Employment.ends_on)).all() == [None]


def test_a_list_asks_few_queries(app: Flask, province: Province, officer: FlaskClient) -> None:
    for _i in range(12):
        released(province, province.employee(province.karaj, account=False))
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    with app.app_context():
        engine: Engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert officer.get(url(province.karaj, "transfers/")).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len([sql for sql in sent if "select" in sql.lower()]) <= 8
