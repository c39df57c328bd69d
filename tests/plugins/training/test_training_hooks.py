"""What training tells core: through the real façade of hooks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from core.localization import clock, use_locale
from core.plugin_host.hooks import Hooks
from core.policy.viewer import Grant, Viewer
from core.sdk import Employee as Told
from core.sdk import Period, ServiceChange
from core.testing.factories import Employee
from plugins.training import queries
from plugins.training.services import offerings
from plugins.training.services.finalising import Result, certificate_fields
from tests.plugins.training.conftest import School

ONLY = {"training"}


@pytest.fixture
def hooks(app: Flask) -> Hooks:
    found: Hooks = app.extensions["hamyar_plugins"].hooks
    return found


def told(school: School, who: Employee) -> Told:
    return Told(who.person_id, who.employment_id, school.value, "مریم", "official")


def finished(school: School, who: Employee) -> None:
    """Let somebody complete a course of eight hours."""
    offering = school.offering(number=1)
    one = school.seat(offering, who)
    school.close(offering)
    school.mark(offering, {one: 240})
    school.finalise(offering)


def viewer(school: School, *permissions: str) -> Viewer:
    grant = Grant(school.place.id, None, frozenset(permissions))
    return Viewer(grants=(grant,), organisation_of={school.place.id: None})


def test_the_menu_is_for_those_who_may_look(school: School, hooks: Hooks) -> None:
    def items(who: Viewer) -> tuple[Any, ...]:
        return hooks.navigation(municipality=school.value, viewer=who, only=ONLY)

    assert [a.value.href for a in items(viewer(school, "training.view"))] == [
        f"/m/{school.place.code}/training/manage/"
    ]
    assert items(viewer(school, "people.view")) == ()


def test_home_shows_hours_next_session_and_what_to_attend(school: School, hooks: Hooks) -> None:
    who = school.employee()
    finished(school, who)
    tomorrow = clock.today() + timedelta(days=1)
    school.seat(school.offering(starts_on=tomorrow, number=1), who)
    with school.unit(who) as uow, use_locale("fa"):
        (card,) = hooks.home_cards(uow=uow, employee=told(school, who), only=ONLY)
        (task,) = hooks.tasks(uow=uow, employee=told(school, who), only=ONLY)
        assert str(card.value.figure) == "امسال ۸ ساعت"
        assert "ایمنی کار در معابر" in str(card.value.summary)
        assert card.value.href.endswith("/training/mine")
        assert task.value.due == tomorrow
        assert task.value.on_day
        assert "۰۸:۰۰" in str(task.value.detail)


def test_courses_that_outlast_the_employment_stand_against_its_end(
    school: School, hooks: Hooks
) -> None:
    who = school.employee()
    day = clock.today() + timedelta(days=9)
    school.seat(school.offering(starts_on=day, number=1), who)

    def found(days: int) -> list[str]:
        with school.unit(who) as uow, use_locale("fa"):
            answers = hooks.clearance_obstacles(
                uow=uow,
                employee=told(school, who),
                ends_on=day + timedelta(days=days),
                ever=ONLY,
            )
            return [str(answer.value.title) for answer in answers]

    assert found(1) == []
    (title,) = found(0)
    assert "ایمنی کار در معابر" in title


def test_home_leads_to_the_catalogue_when_nothing_is_planned(school: School, hooks: Hooks) -> None:
    who = school.employee()
    with school.unit(who) as uow:
        (card,) = hooks.home_cards(uow=uow, employee=told(school, who), only=ONLY)
        assert hooks.tasks(uow=uow, employee=told(school, who), only=ONLY) == ()
    assert card.value.href == f"/m/{school.place.code}/training/"


def test_officers_see_hours_on_the_employees_page(school: School, hooks: Hooks) -> None:
    who = school.employee()
    finished(school, who)
    with school.unit() as uow, use_locale("fa"):
        known = {"uow": uow, "employee": told(school, who), "only": ONLY}
        (panel,) = hooks.employee_panels(**known, viewer=viewer(school, "training.view"))
        facts = [str(text) for _label, text in panel.value.facts]
        assert facts == ["۸ ساعت", "۸ ساعت"]
        assert hooks.employee_panels(**known, viewer=viewer(school, "people.view")) == ()


def test_the_dashboard_counts_the_period(school: School, hooks: Hooks) -> None:
    finished(school, school.employee())
    school.offering()
    today = clock.today()
    for start, expected in ((today, [1, 8, 1]), (today + timedelta(days=1), [1, 0, 0])):
        period = Period(start, start + timedelta(days=30))
        with school.unit() as uow:
            answers = hooks.dashboard_figures(
                uow=uow, municipality=school.value, period=period, only=ONLY
            )
        assert [a.value.value for a in answers] == expected


def test_offerings_under_way_block_switching_off(school: School, hooks: Hooks) -> None:
    def blockers(change: ServiceChange) -> list[tuple[str, int]]:
        with school.unit() as uow:
            found = hooks.service_blockers(
                "training", uow=uow, municipality=school.value, change=change
            )
        return [(a.value.code, a.value.count) for a in found]

    assert blockers(ServiceChange.DISABLE) == []
    offering = school.offering(capacity=1)
    for _ in range(3):
        school.enrol(school.employee(), offering)
    assert blockers(ServiceChange.DISABLE) == [("offerings", 1), ("enrolments", 3)]
    assert blockers(ServiceChange.CLOSE) == []
    with school.unit() as uow:
        offerings.cancel(uow, school.place.id, offering, reason="علت")
    assert blockers(ServiceChange.DISABLE) == []


def test_seats_are_commitments_until_the_course_is_over(school: School, hooks: Hooks) -> None:
    who = school.employee()
    school.enrol(who, school.offering())
    with school.unit() as uow, use_locale("en"):
        (one,) = hooks.commitments(uow=uow, employee=told(school, who), ever=ONLY)
        assert str(one.value.title) == "Safety in street works"
    assert one.value.reference.startswith("HM-")


def test_who_leaves_frees_his_seat(school: School, hooks: Hooks) -> None:
    leaver = school.employee()
    offering = school.offering(capacity=1)
    mine, other = school.seat(offering, leaver), school.seat(offering)
    with school.unit() as uow:
        failures = hooks.employee_left(
            uow=uow,
            municipality=school.value,
            employment_ids=[leaver.employment_id],
            ever=ONLY,
        )
    assert failures == ()
    assert school.enrolment(mine).state == "cancelled"
    assert school.enrolment(other).state == "confirmed"


def test_declared_words_name_every_signed_field(app: Flask, school: School) -> None:
    hooks: Hooks = app.extensions["hamyar_plugins"].hooks
    (document,) = [
        a.value for a in hooks.verifiable_documents() if a.value.kind == "training.certificate"
    ]
    offering = school.offering()
    one = school.seat(offering)
    with school.unit() as uow:
        row = queries.offering(uow, school.place.id, offering)
        result = Result(school.enrolment(one), 240, 240, school.enrolment(one).current_state)
        signed = certificate_fields(row, result)
    assert set(signed) == {field.name for field in document.fields}
