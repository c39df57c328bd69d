"""Employees change their contact data and bank account by requests."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from core.audit.models import AuditEntry
from core.database.scope import Scope
from core.database.unit_of_work import Actor, open_unit
from core.errors import Conflict, Invalid
from core.people.contacts import change_contacts
from core.people.models import Person
from core.policy.viewer import Grant, Viewer
from core.requests import decisions, services
from core.requests.models import Request
from core.requests.registry import Registry
from core.testing.factories import Employee, Province
from tests.testdummy.hosts import host_of

SHEBA = "IR062960000000100324200001"
REGISTRY = Registry(host_of())


class Story:
    """An employee, an officer and the head of HR."""

    def __init__(self, province: Province, engine: Engine) -> None:
        self.province, self.engine, self.place = province, engine, province.karaj
        self.maryam: Employee = province.employee(self.place)
        self.officer = self.viewer("requests.review")
        self.head = self.viewer("requests.approve")

    def viewer(self, permission: str) -> Viewer:
        account = self.province.officer(self.place, permission).account_id
        grant = Grant(self.place.id, None, frozenset({permission}))
        return Viewer(account_id=account, name=permission, grants=(grant,))

    def unit(self, account: UUID | None, person: UUID | None = None) -> Any:
        actor = Actor("x", account, person)
        return open_unit(Scope.of(self.place.id, person=person), actor, engine=self.engine)

    def ask(self, kind: str, **data: str) -> Request:
        with self.unit(self.maryam.account_id, self.maryam.person_id) as uow:
            return services.submit(
                uow,
                REGISTRY,
                kind,
                municipality_id=self.place.id,
                person_id=self.maryam.person_id,
                employment_id=self.maryam.employment_id,
                data=data,
                key=secrets.token_hex(8),
            )

    def approve(self, viewer: Viewer, request: Request) -> Request:
        with self.unit(viewer.account_id) as uow:
            return decisions.approve(uow, REGISTRY, viewer, self.place.id, request.id)

    def person(self) -> Person:
        with self.province.unit(self.place) as uow:
            return uow.session.get_one(Person, self.maryam.person_id)


@pytest.fixture
def story(province: Province, engine: Engine) -> Story:
    return Story(province, engine)


def test_contact_data_needs_one_approval(story: Story) -> None:
    version = story.person().version
    asked = story.ask("people.contact_change", mobile="۰۹۱۲۳۴۵۶۷۸۹", email="Maryam@Example.IR")
    assert story.person().mobile == ""
    assert story.approve(story.head, asked).state == "applied"
    person = story.person()
    assert (person.mobile, person.email) == ("09123456789", "maryam@example.ir")
    assert person.version == version + 1


def test_what_is_left_empty_stays(story: Story) -> None:
    story.approve(story.head, story.ask("people.contact_change", mobile="09123456789"))
    story.approve(story.head, story.ask("people.contact_change", email="a@example.ir"))
    assert (story.person().mobile, story.person().email) == ("09123456789", "a@example.ir")


def test_a_bank_account_needs_two(story: Story) -> None:
    asked = story.ask("people.sheba_change", sheba=SHEBA, bank="ملت")
    assert story.approve(story.officer, asked).state == "in_review"
    assert story.person().sheba == ""
    assert story.approve(story.head, asked).state == "applied"
    assert story.person().sheba == SHEBA


def test_the_account_is_masked_in_lists_and_in_the_audit(story: Story) -> None:
    asked = story.ask("people.sheba_change", sheba=SHEBA)
    assert SHEBA not in str(asked.summary)
    assert asked.summary["fa"].endswith(SHEBA[-4:])
    story.approve(story.officer, asked)
    story.approve(story.head, asked)
    with story.province.unit(story.place) as uow:
        entry = uow.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "person.contacts")
        ).one()
    assert entry.reason == asked.reference
    assert entry.person_id == story.maryam.person_id
    assert SHEBA not in str(entry.detail)


def test_a_change_meanwhile_is_not_overwritten(story: Story) -> None:
    first = story.ask("people.contact_change", mobile="09123456789")
    second = story.ask("people.contact_change", mobile="09120000000")
    assert story.approve(story.head, first).state == "applied"
    assert story.approve(story.head, second).state == "conflict"
    assert story.person().mobile == "09123456789"


def test_changes_of_different_fields_do_not_meet(story: Story) -> None:
    mobile = story.ask("people.contact_change", mobile="09123456789")
    email = story.ask("people.contact_change", email="a@example.ir")
    assert story.approve(story.head, mobile).state == "applied"
    assert story.approve(story.head, email).state == "applied"


def test_an_empty_form_and_what_is_known_are_refused(story: Story) -> None:
    with pytest.raises(Invalid):
        story.ask("people.contact_change")
    story.approve(story.head, story.ask("people.contact_change", mobile="09123456789"))
    with pytest.raises(Invalid) as caught:
        story.ask("people.contact_change", mobile="+98 912 345 6789", email="a@example.ir")
    assert set(caught.value.fields) == {"mobile"}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("people.contact_change", {"mobile": "123"}),
        ("people.contact_change", {"email": "nobody"}),
        ("people.sheba_change", {"sheba": SHEBA[:-1] + "9"}),
        ("people.sheba_change", {}),
    ],
)
def test_wrong_answers_are_refused(story: Story, kind: str, data: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        story.ask(kind, **data)


def test_somebody_who_has_left_is_nobodys_to_change(story: Story) -> None:
    stranger = story.province.employee(story.province.fardis)
    with story.unit(story.head.account_id) as uow, pytest.raises(Conflict):
        change_contacts(uow, story.place.id, stranger.person_id, {"mobile": "09"}, "HM-1405-1")
