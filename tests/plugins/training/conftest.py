"""A municipality with training switched on, and what tests do in it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from core.database.unit_of_work import Actor, UnitOfWork
from core.localization import clock
from core.municipalities.models import Municipality
from core.municipalities.place import Place
from core.policy.viewer import Grant, Viewer
from core.requests import decisions
from core.requests.registry import request_types
from core.testing.factories import Employee, Province
from plugins.training import queries
from plugins.training.models import Enrolment, Offering
from plugins.training.services import attendance, courses, enrolments, finalising, offerings

COURSE: dict[str, Any] = {
    "code": "ER-101",
    "title_fa": "ایمنی کار در معابر",
    "title_en": "Safety in street works",
    "about_fa": "علائم، حفاظ‌گذاری و کار در شب.",
    "about_en": "",
    "kind": "job_specific",
    "minutes": 480,
    "threshold": 80,
    "retired": False,
    "requires": [],
}


@dataclass
class School:
    """Training in one municipality; every method is a transaction of its own."""

    app: Flask
    province: Province
    place: Municipality

    @contextmanager
    def unit(self, who: Employee | None = None) -> Iterator[UnitOfWork]:
        """Open a unit of work in the municipality, as an employee or as the system.

        The application context ends with it: one around a whole test would let requests of
        different clients share Flask's ``g``.
        """
        person = who.person_id if who else None
        with self.app.app_context(), self.province.unit(self.place, person=person) as uow:
            yield uow

    def offering(
        self,
        capacity: int = 20,
        *,
        starts_on: date | None = None,
        number: int = 2,
        state: str = "open",
        course: dict[str, Any] | None = None,
        **facts: Any,
    ) -> UUID:
        """Plan an offering of a new course, and open it; ``course``: what differs in that."""
        first = starts_on or clock.today()
        with self.unit() as uow:
            code = f"ER-{secrets.token_hex(3)}"
            new = courses.add(uow, self.place.id, COURSE | {"code": code} | (course or {}))
            rest = {
                "capacity": capacity,
                "opens_on": first - timedelta(days=10),
                "closes_on": first,
                "withdraw_by": first,
                "place": "سالن آموزش",
                "instructor": "",
                "note": "",
            }
            sessions = offerings.sessions(first, time(8), time(12), number=number, every=1)
            row = offerings.plan(uow, new, rest | facts, sessions)
            if state == "open":
                offerings.open_enrolment(uow, self.place.id, row.id)
        return row.id

    def employee(self, name: str = "رضایی") -> Employee:
        """Employ somebody without an account."""
        return self.province.employee(self.place, "مریم", name, account=False)

    def enrol(self, who: Employee, offering_id: UUID, key: str = "") -> UUID:
        """Send the request for a seat; return the enrolment's id."""
        with self.unit(who) as uow:
            uow.actor = Actor("مریم", person_id=who.person_id)
            offering = uow.session.get_one(Offering, (self.place.id, offering_id))
            row = enrolments.enrol(
                uow,
                self.value,
                person_id=who.person_id,
                employment_id=who.employment_id,
                offering=offering,
                key=key or secrets.token_hex(8),
            )
            return row.id

    @property
    def value(self) -> Place:
        """The municipality as hooks know it."""
        p = self.place
        return Place(p.id, p.code, p.kind, p.organisation_id, p.name_fa, p.name_en)

    @property
    def officer(self) -> Viewer:
        """A viewer who may approve here."""
        grant = Grant(self.place.id, None, frozenset({"training.approve", "training.manage"}))
        account = UUID(int=7)
        return Viewer(account, None, "زهرا", grants=(grant,), organisation_of={self.place.id: None})

    def decide(self, enrolment_id: UUID, *, reject: str = "") -> None:
        """Approve, or reject with a reason."""
        with self.unit() as uow:
            row = uow.session.get_one(Enrolment, (self.place.id, enrolment_id))
            known = (uow, request_types(), self.officer, self.place.id, row.request_id)
            if reject:
                decisions.reject(*known, reason=reject)
            else:
                decisions.approve(*known)

    def seat(self, offering_id: UUID, who: Employee | None = None) -> UUID:
        """Enrol and approve somebody."""
        enrolment_id = self.enrol(who or self.employee(), offering_id)
        self.decide(enrolment_id)
        return enrolment_id

    def withdraw(self, who: Employee, enrolment_id: UUID, reason: str = "") -> None:
        """Withdraw as the employee himself."""
        viewer = Viewer(account_id=UUID(int=8), person_id=who.person_id)
        with self.unit(who) as uow:
            enrolments.withdraw(uow, viewer, self.place.id, enrolment_id, reason)

    def enrolment(self, enrolment_id: UUID) -> Enrolment:
        """Read an enrolment."""
        with self.unit() as uow:
            return uow.session.get_one(Enrolment, (self.place.id, enrolment_id))

    def seats(self, offering_id: UUID) -> tuple[int, int]:
        """Read how many seats are used and how many people wait."""
        with self.unit() as uow:
            row = uow.session.get_one(Offering, (self.place.id, offering_id))
            return row.used, row.waiting

    def close(self, offering_id: UUID) -> None:
        """Close enrolment."""
        with self.unit() as uow:
            offerings.close_enrolment(uow, self.place.id, offering_id)

    def mark(self, offering_id: UUID, minutes: dict[UUID, int]) -> None:
        """Mark the same minutes in every session."""
        with self.unit() as uow:
            row = queries.offering(uow, self.place.id, offering_id)
            for meeting in queries.meetings(uow, row):
                attendance.mark(uow, self.place.id, offering_id, meeting.id, minutes)

    def finalise(self, offering_id: UUID) -> None:
        """End the offering."""
        with self.unit() as uow:
            finalising.finalise(uow, self.place.id, offering_id)


@pytest.fixture
def school(app: Flask, province: Province) -> School:
    """Training in karaj."""
    province.activate(province.karaj, "training")
    return School(app, province, province.karaj)


def at(day: date, hour: int = 8) -> datetime:
    """Return an instant of a day in Tehran."""
    return datetime.combine(day, time(hour), clock.TEHRAN)
