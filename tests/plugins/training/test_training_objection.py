"""A refused enrolment that is taken up again after an objection holds a seat once more."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from core.policy.viewer import Grant, Viewer
from core.requests import decisions
from core.requests.models import Request
from core.requests.objections import object_to
from core.requests.registry import request_types
from core.testing.factories import Employee
from plugins.training.models import Enrolment
from tests.plugins.training.conftest import School


def hears(school: School, account: int) -> Viewer:
    grant = Grant(school.place.id, None, frozenset({"training.approve"}))
    return Viewer(
        UUID(int=account), None, "مینا", grants=(grant,), organisation_of={school.place.id: None}
    )


def objects(school: School, who: Employee, request_id: UUID) -> Request:
    viewer = Viewer(UUID(int=8), who.person_id, "مریم")
    with school.unit(who) as uow:
        known = (uow, request_types(), viewer, school.place.id, request_id)
        return object_to(*known, why="در این دوره جا هست", key=secrets.token_hex(8))


def approve(school: School, judge: Viewer, request_id: UUID) -> None:
    with school.unit() as uow:
        decisions.approve(uow, request_types(), judge, school.place.id, request_id)


def states(school: School, who: Employee) -> list[str]:
    with school.unit() as uow:
        found = select(Enrolment.state).where(Enrolment.person_id == who.person_id)
        return list(uow.session.scalars(found.order_by(Enrolment.id)))


def test_a_seat_is_held_again_and_confirmed(app: Flask, school: School) -> None:
    maryam, offering = school.employee(), school.offering(capacity=1)
    enrolment_id = school.enrol(maryam, offering)
    request_id = school.enrolment(enrolment_id).request_id
    assert request_id
    school.decide(enrolment_id, reject="ظرفیت نیست")
    assert school.seats(offering) == (0, 0)
    objection = objects(school, maryam, request_id)
    approve(school, hears(school, 9), objection.id)
    assert states(school, maryam) == ["rejected", "pending"]
    assert school.seats(offering) == (1, 0)
    approve(school, hears(school, 9), request_id)
    assert states(school, maryam) == ["rejected", "confirmed"]


def test_when_the_seat_is_gone_it_waits_in_the_queue(app: Flask, school: School) -> None:
    maryam, offering = school.employee(), school.offering(capacity=1)
    enrolment_id = school.enrol(maryam, offering)
    request_id = school.enrolment(enrolment_id).request_id
    assert request_id
    school.decide(enrolment_id, reject="ظرفیت نیست")
    school.seat(offering)
    approve(school, hears(school, 9), objects(school, maryam, request_id).id)
    assert school.seats(offering) == (1, 1)
