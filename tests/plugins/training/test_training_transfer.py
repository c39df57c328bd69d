"""A transfer to another municipality: the passport goes along, open courses are left behind."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from core.localization import clock
from core.plugin_host.host import PluginHost
from core.testing.factories import Employee, reserve_numbers
from core.transfers import services
from plugins.training import queries
from plugins.training.policies import EnrolmentState
from tests.plugins.training.conftest import School


def transferred(school: School, host: PluginHost, who: Employee) -> None:
    """Move somebody from Karaj to Fardis today."""
    karaj, fardis = school.province.karaj, school.province.fardis
    with school.unit() as uow:
        transfer_id = services.release(
            uow,
            school.value,
            who.employment_id,
            version=1,
            to_municipality_id=fardis.id,
            starts_on=clock.today(),
        ).id
    with school.app.app_context(), school.province.unit(karaj, fardis) as uow:
        data: services.NewPlace = {
            "personnel_number": str(reserve_numbers()),
            "kind": "official",
            "unit_id": None,
            "post_id": None,
        }
        services.accept(uow, host, fardis, transfer_id, data)


def test_the_passport_is_intact_and_open_courses_stay_behind(app: Flask, school: School) -> None:
    host: PluginHost = app.extensions["hamyar_plugins"]
    who = school.employee()
    finished = school.offering(number=1)
    seat = school.seat(finished, who)
    school.close(finished)
    school.mark(finished, {seat: 240})
    school.finalise(finished)
    later = school.seat(school.offering(starts_on=clock.today() + timedelta(days=9)), who)
    with school.unit() as uow:
        before = [entry.id for entry in queries.passport(uow, who.person_id)]
    assert before
    transferred(school, host, who)
    with app.app_context(), school.province.unit(school.province.fardis) as uow:
        assert [entry.id for entry in queries.passport(uow, who.person_id)] == before
    with app.app_context(), school.province.unit(person=who.person_id) as uow:
        assert [entry.id for entry in queries.passport(uow, who.person_id)] == before
    assert school.enrolment(seat).state != EnrolmentState.CANCELLED
    assert school.enrolment(later).state == EnrolmentState.CANCELLED, "its seat is free again"
