"""Request types for the tests, people who send and people who decide."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, update

from core.database.extension import db
from core.database.scope import Scope
from core.database.unit_of_work import Actor, UnitOfWork, open_unit
from core.database.urls import DatabaseUrls
from core.errors import Invalid
from core.forms import FormSchema, fields
from core.localization import clock
from core.municipalities.models import Municipality
from core.people.models import Person
from core.plugin_host.host import PluginHost
from core.policy.viewer import Grant, Viewer
from core.requests import decisions, queries, services
from core.requests.models import Request
from core.requests.registry import KnownType, Registry
from core.sdk.declarations import RequestFacts, RequestType, Step
from core.testing.app import make_app
from core.testing.factories import Employee, Province
from tests.testdummy.hosts import host_of

SATURDAY = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
ONE, TWO = "lending.review", "lending.approve"


class Wish(FormSchema):
    note = fields.Text(label="Note", required=True)
    amount = fields.Money(label="Amount")
    day = fields.Date(label="Day")


def step(name: str, permission: str, **more: Any) -> Step:
    return Step(name=name, title=name.title(), permission=permission, days=2, **more)


@dataclass
class Effects:
    """What the types of the tests were asked to do; `fail` lets the next one raise."""

    closed: list[UUID] = field(default_factory=list)
    submitted: list[UUID] = field(default_factory=list)
    base: str = "1"
    fail: Exception | SystemExit | None = None

    def apply(self, uow: UnitOfWork, request: RequestFacts) -> None:
        """Leave a mark in the database: twice applied would be seen."""
        uow.session.execute(
            update(Person)
            .where(Person.id == request.person_id)
            .values(father_name=Person.father_name + "+")
        )
        if self.fail:
            raise self.fail

    def on_closed(self, uow: UnitOfWork, request: RequestFacts) -> None:
        if self.fail:
            raise self.fail
        self.closed.append(request.id)

    def on_submitted(self, uow: UnitOfWork, request: RequestFacts) -> None:
        if request.data["note"] == "refuse":
            raise Invalid(fields={"note": ["refused by the type"]})
        self.submitted.append(request.id)

    def digest(self, uow: UnitOfWork, request: RequestFacts) -> str:
        return self.base

    def type(self, name: str, *steps: Step, **more: Any) -> RequestType:
        return RequestType(
            name=name,
            title=f"Title of {name}",
            schema=Wish,
            apply=self.apply,
            steps=steps,
            submitted=self.on_submitted,
            closed=self.on_closed,
            base=self.digest,
            amount=lambda data: data["amount"] or 0,
            describe=lambda data: data["note"],
            **more,
        )

    def types(self) -> tuple[KnownType, ...]:
        two = (step("first", ONE), step("second", TWO))
        dear = step("dear", TWO, above=1_000_000)
        return (
            KnownType(None, self.type("people.instant")),
            KnownType(None, self.type("people.single", step("first", ONE))),
            KnownType(None, self.type("people.double", *two)),
            KnownType(None, self.type("people.dear", step("first", ONE), dear)),
            KnownType("lending", self.type("lending.wish", step("first", ONE))),
        )


class TestRegistry(Registry):
    """Knows the types of the tests only."""

    __test__ = False

    def __init__(self, host: PluginHost, types: tuple[KnownType, ...]) -> None:
        super().__init__(host)
        self.types = types

    def all(self) -> tuple[KnownType, ...]:
        return self.types


@dataclass
class Office:
    """A municipality with one employee who asks and officers who decide."""

    province: Province
    place: Municipality
    maryam: Employee
    effects: Effects
    registry: TestRegistry
    engine: Engine

    def viewer(
        self,
        *permissions: str,
        person_id: UUID | None = None,
        unit_id: UUID | None = None,
        place: Municipality | None = None,
        name: str = "Officer",
    ) -> Viewer:
        place = place or self.place
        grant = Grant(place.id, unit_id, frozenset(permissions))
        held = permissions or ("none.view",)
        account = self.province.officer(place, *held, name=name).account_id
        return Viewer(
            account_id=account,
            person_id=person_id,
            name=name,
            grants=(grant,),
            organisation_of={place.id: place.organisation_id},
        )

    @property
    def asker(self) -> Viewer:
        return Viewer(
            account_id=self.maryam.account_id, person_id=self.maryam.person_id, name="مریم رضایی"
        )

    def unit(self, viewer: Viewer, place: Municipality | None = None) -> Any:
        actor = Actor(viewer.name, viewer.account_id, viewer.person_id, origin="test")
        scope = Scope.of((place or self.place).id, person=viewer.person_id)
        return open_unit(scope, actor, engine=self.engine)

    def send(
        self, kind: str = "people.single", *, key: str | None = None, uow: Any = None, **data: Any
    ) -> Request:
        given = {"note": "A wish", **data}
        key = key or secrets.token_hex(8)
        if uow is not None:
            return self._submit(uow, kind, given, key)
        with self.unit(self.asker) as own:
            return self._submit(own, kind, given, key)

    def _submit(self, uow: UnitOfWork, kind: str, data: dict[str, Any], key: str) -> Request:
        return services.submit(
            uow,
            self.registry,
            kind,
            municipality_id=self.place.id,
            person_id=self.maryam.person_id,
            employment_id=self.maryam.employment_id,
            data=data,
            key=key,
        )

    def act(self, name: str, viewer: Viewer, request: Request, **more: Any) -> Request:
        """Run ``approve``, ``reject``, ``send_back``, ``withdraw`` or ``resubmit``."""
        function = getattr(decisions, name, None) or getattr(services, name)
        with self.unit(viewer) as uow:
            return function(uow, self.registry, viewer, self.place.id, request.id, **more)

    def approve(self, viewer: Viewer, request: Request, **more: Any) -> Request:
        return self.act("approve", viewer, request, **more)

    def now(self, request: Request) -> Request:
        with self.province.unit(self.place) as uow:
            return queries.request_at(uow, self.place.id, request.reference)

    def codes(self, request: Request) -> list[str]:
        with self.province.unit(self.place) as uow:
            return [event.code for event in queries.events_of(uow, request)]

    def marks(self) -> int:
        """How often an effect took place."""
        with self.province.unit(self.place) as uow:
            return len(uow.session.get_one(Person, self.maryam.person_id).father_name)


@pytest.fixture
def office(province: Province, engine: Engine) -> Office:
    effects = Effects()
    return Office(
        province,
        province.karaj,
        province.employee(province.karaj),
        effects,
        TestRegistry(host_of("lending"), effects.types()),
        engine,
    )


@pytest.fixture
def saturday() -> Iterator[datetime]:
    """A Saturday morning; the week's closed day is Friday, 27 November."""
    with clock.frozen(SATURDAY) as instant:
        yield instant


@pytest.fixture(scope="session")
def site(session_urls: DatabaseUrls) -> Iterator[Flask]:
    """The application with a service that takes requests."""
    app = make_app(session_urls, host=host_of("asking"))
    yield app
    with app.app_context():
        db.engine.dispose()
