"""An employee has the data of a child corrected, with evidence."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.database.scope import Scope
from core.database.unit_of_work import Actor, open_unit
from core.documents import services as vault
from core.documents.policies import DocumentKind
from core.errors import Conflict, Invalid
from core.people.family_requests import FamilyCorrection
from core.people.models import Dependant
from core.people.services.corrections import moved_start
from core.policy.viewer import Grant, Viewer
from core.requests import decisions, services
from core.requests.models import Request
from core.requests.registry import Registry
from core.testing.app import client_of, post
from core.testing.factories import Employee, Province, reserve_numbers, valid_national_id
from tests.core.documents.samples import fresh_png
from tests.core.requests.pages import hidden, words
from tests.testdummy.hosts import host_of

KIND = "people.family_correction"
BORN, RIGHT = date(2016, 3, 20), date(2016, 4, 20)


class Family:
    """Maryam, her daughter, and an officer."""

    def __init__(self, province: Province, engine: Engine) -> None:
        self.province, self.engine, self.place = province, engine, province.karaj
        self.maryam: Employee = province.employee(self.place)
        self.registry = Registry(host_of())
        account = province.officer(self.place, "requests.approve").account_id
        grant = Grant(self.place.id, None, frozenset({"requests.approve"}))
        self.officer = Viewer(account_id=account, name="officer", grants=(grant,))
        self.child = self.add(BORN)

    def add(self, born: date | None, *, starts_on: date = BORN, national_id: str = "") -> str:
        with Session(self.province.owner) as session, session.begin():
            child = Dependant(
                person_id=self.maryam.person_id, relation="daughter", given_name="زهرا",
                family_name="رضایی", national_id=national_id, birth_date=born, starts_on=starts_on,
            )  # fmt: skip
            session.add(child)
            session.flush()
            return str(child.id)

    def unit(self, account: Any, person: Any = None) -> Any:
        scope = Scope.of(self.place.id, person=person)
        return open_unit(scope, Actor("x", account, person), engine=self.engine)

    def ask(self, **data: Any) -> Request:
        who = self.maryam
        with self.unit(who.account_id, who.person_id) as uow:
            proof = vault.take(
                uow, municipality_id=self.place.id, person_id=who.person_id,
                kind=DocumentKind.FAMILY, name="id.png", data=fresh_png(),
            )  # fmt: skip
            return services.submit(
                uow,
                self.registry,
                KIND,
                municipality_id=self.place.id,
                person_id=who.person_id,
                employment_id=who.employment_id,
                data={"dependant_id": self.child, "evidence": [str(proof.id)], **data},
                key=secrets.token_hex(8),
            )

    def approve(self, request: Request) -> Request:
        with self.unit(self.officer.account_id) as uow:
            where = (uow, self.registry, self.officer, self.place.id, request.id)
            return decisions.approve(*where)

    def now(self) -> Dependant:
        with Session(self.province.owner) as session:
            return session.get_one(Dependant, self.child)

    def change(self, **values: Any) -> None:
        with Session(self.province.owner) as session, session.begin():
            where = Dependant.id == self.child
            session.execute(update(Dependant).where(where).values(**values))


@pytest.fixture
def family(province: Province, engine: Engine) -> Family:
    return Family(province, engine)


def refused(ask: Callable[[], Request]) -> Any:
    with pytest.raises(Invalid) as caught:
        ask()
    return caught.value.fields


def test_a_birth_date_is_corrected_with_the_care_that_began_at_birth(family: Family) -> None:
    asked = family.ask(birth_date=RIGHT.isoformat())
    assert asked.before == {"birth_date": BORN.isoformat()}
    assert family.now().birth_date == BORN
    assert family.approve(asked).state == "applied"
    assert (family.now().birth_date, family.now().starts_on) == (RIGHT, RIGHT)
    assert family.now().given_name == "زهرا"


def test_it_is_on_record_without_whole_national_ids(family: Family, province: Province) -> None:
    national_id = valid_national_id(reserve_numbers())
    asked = family.ask(national_id=national_id)
    family.approve(asked)
    with Session(province.owner) as session:
        entry = session.scalars(
            select(AuditEntry).where(
                AuditEntry.action == "dependant.correct", AuditEntry.subject_id == family.child
            )
        ).one()
    assert entry.reason == asked.reference
    assert national_id not in str(entry.detail)


def test_a_changed_base_is_a_conflict_and_nothing_is_overwritten(family: Family) -> None:
    asked = family.ask(birth_date=RIGHT.isoformat())
    other = date(2016, 5, 1)
    family.change(birth_date=other)
    assert family.approve(asked).state == "conflict"
    assert family.now().birth_date == other


def test_a_change_of_something_else_is_no_conflict(family: Family) -> None:
    asked = family.ask(birth_date=RIGHT.isoformat())
    family.change(given_name="زهرا سادات")
    assert family.approve(asked).state == "applied"
    assert (family.now().given_name, family.now().birth_date) == ("زهرا سادات", RIGHT)


def test_an_end_of_care_meanwhile_is_a_conflict(family: Family) -> None:
    asked = family.ask(birth_date=RIGHT.isoformat())
    family.change(ends_on=date(2020, 1, 1))
    assert family.approve(asked).state == "conflict"


def test_only_ones_own_family_can_be_chosen(family: Family, province: Province) -> None:
    stranger = Family(province, family.engine)
    wrong = refused(lambda: family.ask(dependant_id=stranger.child, given_name="مریم"))
    assert set(wrong) == {"dependant_id"}


def test_evidence_and_something_to_correct_are_asked_for(family: Family) -> None:
    assert set(refused(lambda: family.ask(evidence=[], given_name="مریم"))) == {"evidence"}
    assert set(refused(family.ask)) == {"given_name"}


def test_what_is_on_record_already_is_refused(family: Family) -> None:
    assert set(refused(lambda: family.ask(birth_date=BORN.isoformat()))) == {"birth_date"}


def test_a_birth_after_the_beginning_of_care_is_refused(family: Family) -> None:
    family.change(starts_on=date(2016, 4, 1))
    assert set(refused(lambda: family.ask(birth_date=RIGHT.isoformat()))) == {"birth_date"}


def test_the_national_id_of_another_child_is_refused_at_the_approval(family: Family) -> None:
    taken = valid_national_id(reserve_numbers())
    family.add(None, national_id=taken)
    asked = family.ask(national_id=taken)
    with pytest.raises(Conflict):
        family.approve(asked)
    assert family.now().national_id == ""


@pytest.mark.parametrize(
    ("born", "starts", "ends", "right", "start"),
    [
        (BORN, BORN, None, RIGHT, RIGHT),
        (BORN, date(2018, 1, 1), None, RIGHT, date(2018, 1, 1)),
        (None, date(2018, 1, 1), None, RIGHT, date(2018, 1, 1)),
        (None, RIGHT, None, RIGHT, RIGHT),
        (BORN, date(2016, 4, 1), None, RIGHT, None),
        (BORN, BORN, date(2016, 4, 20), RIGHT, None),
        (BORN, BORN, date(2016, 4, 21), RIGHT, RIGHT),
    ],
)
def test_when_care_began(
    born: date | None, starts: date, ends: date | None, right: date, start: date | None
) -> None:
    child = Dependant(birth_date=born, starts_on=starts, ends_on=ends)
    if start is None:
        with pytest.raises(Invalid):
            moved_start(child, right)
    else:
        assert moved_start(child, right) == start


def test_the_schema_alone_offers_nobody(app: Flask) -> None:
    assert dict(FamilyCorrection().fields)["dependant_id"].options() == []  # type: ignore[attr-defined]


def test_the_pages_show_old_and_new_side_by_side(family: Family, app: Flask) -> None:
    client = client_of(app, family.maryam.token)
    assert f"/requests/new/{KIND}" in client.get("/me/family").text
    url = f"/requests/new/{KIND}"
    form = client.get(url)
    assert "دختر: زهرا رضایی" in words(form.text)
    born = {"birth_date.day": "۱", "birth_date.month": "۲", "birth_date.year": "۱۳۹۵"}
    checked = post(client, url, {
        "idempotency_key": hidden(form.text, "idempotency_key"), "action": "check",
        "dependant_id": family.child, "evidence.new": [(io.BytesIO(fresh_png()), "id.png")], **born,
    })  # fmt: skip
    assert checked.status_code == 200, words(checked.text)
    assert "دختر: زهرا رضایی" in words(checked.text)
    reference = sent(client, url, checked.text)
    officer = client_of(app, family.province.officer(family.place, "requests.approve").token)
    for who, page in (
        (client, f"/requests/{reference}"),
        (officer, f"/m/{family.place.code}/inbox/{reference}"),
    ):
        text = words(who.get(page).text)
        assert "۱۳۹۵/۰۲/۰۱" in text
        assert "۱۳۹۵/۰۱/۰۱" in text
        assert "دختر: زهرا رضایی" in text
        assert "id.png" in text


def sent(client: FlaskClient, url: str, page: str) -> str:
    """Send what a page on which answers are checked carries; return the reference."""
    data: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page):
        data.setdefault(name, []).append(value)
    answer = client.post(url, data={**data, "action": "send"})
    assert answer.status_code == 303, words(answer.text)
    return str(answer.location.split("/")[2])
