"""What services say must be settled before an employment ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core.errors import Invalid
from core.localization import clock
from core.localization.filters import jdate
from core.people import services
from core.people.models import Employment
from core.people.services.clearance import SILENT
from core.plugin_host.host import PluginHost
from core.testing.app import client_of
from core.testing.factories import Employee, Province
from tests.core.people.support import last_entry, people_url, send

TODAY = clock.today()


def end(province: Province, host: PluginHost, one: Employee, **how: object) -> None:
    with province.unit(province.karaj) as uow:
        services.end_employment(
            uow,
            host,
            province.karaj,
            one.employment_id,
            version=1,
            last_day=TODAY + timedelta(days=3),
            end_reason="resigned",
            **how,  # type: ignore[arg-type]
        )


def ends_on(province: Province, one: Employee) -> object:
    with province.unit(province.karaj) as uow:
        return uow.session.get_one(Employment, (province.karaj.id, one.employment_id)).ends_on


def test_what_is_open_stands_against_an_end(province: Province, host: PluginHost) -> None:
    province.activate(province.karaj, "good", "off")  # ever on: obligations outlive a service
    one = province.employee(province.karaj)
    with pytest.raises(Invalid, match="A debt") as refused:
        end(province, host, one, override="مأمور است")
    assert refused.value.code == "obstacles"
    assert ends_on(province, one) is None


def test_who_may_override_must_say_why_and_it_is_on_record(
    province: Province, host: PluginHost
) -> None:
    province.activate(province.karaj, "good")
    one = province.employee(province.karaj)
    with pytest.raises(Invalid) as refused:
        end(province, host, one, may_override=True)
    assert list(refused.value.fields) == ["override"]
    end(province, host, one, may_override=True, override="فوت کارمند")
    entry = last_entry(province, one.person_id)
    assert entry.detail["overridden"] == "A debt"
    assert entry.detail["override"] == "فوت کارمند"
    assert entry.reason == "", "the employee doesn't read it"


def test_correcting_the_reason_asks_nobody_again(province: Province, host: PluginHost) -> None:
    province.activate(province.karaj, "good")
    one = province.employee(province.karaj)
    end(province, host, one, may_override=True, override="توافق")
    with province.unit(province.karaj) as uow:
        services.end_employment(
            uow,
            host,
            province.karaj,
            one.employment_id,
            version=2,
            last_day=TODAY + timedelta(days=3),
            end_reason="retired",
        )
        assert uow.session.scalars(select(Employment.end_reason)).one() == "retired"


def test_a_service_that_cannot_answer_stands_against_it_itself(
    province: Province, host: PluginHost
) -> None:
    province.activate(province.karaj, "gone")
    one = province.employee(province.karaj)
    with province.unit(province.karaj) as uow:
        found = services.obstacles(uow, host, province.karaj, one.employment_id, TODAY)
    assert [obstacle.code for obstacle in found] == [SILENT]
    with pytest.raises(Invalid, match="gone"):
        end(province, host, one)


def test_the_page_shows_it_before_and_takes_the_reason(app: Flask, province: Province) -> None:
    province.activate(province.karaj, "gone")
    one = province.employee(province.karaj)
    address = people_url(province, f"{one.employment_id}/end")
    form = {"version": 1, "last_day": jdate(TODAY), "end_reason": "resigned", "note": ""}
    plain = client_of(app, province.officer(province.karaj, "people.manage").token)
    page = plain.get(address).get_data(as_text=True)
    assert "gone" in page
    assert 'name="override"' not in page
    assert send(plain, address, form).status_code == 422
    assert send(plain, address, {**form, "override": "چرا"}).status_code == 422
    assert ends_on(province, one) is None
    boss = client_of(
        app, province.officer(province.karaj, "people.manage", "people.override").token
    )
    assert 'name="override"' in boss.get(address).get_data(as_text=True)
    assert send(boss, address, {**form, "override": ""}).status_code == 422
    assert send(boss, address, {**form, "override": "حکم دادگاه"}).status_code == 303
    assert ends_on(province, one) == TODAY + timedelta(days=1)
