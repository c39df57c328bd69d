"""What plugins can do with requests through the SDK."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from core.database.keys import new_id
from core.errors import Conflict
from core.policy.viewer import Viewer
from core.sdk import requests as sdk
from core.testing.factories import Employee, Province
from tests.core.requests.pages import ask


@pytest.fixture
def maryam(province: Province) -> Employee:
    province.activate(province.karaj, "asking")
    return province.employee(province.karaj)


def test_a_plugin_sends_finds_and_takes_back(
    site: Flask, province: Province, maryam: Employee
) -> None:
    place = province.karaj.id
    given: dict[str, Any] = {"data": {"seat": 3}, "key": "enrolment-1"}
    with site.app_context(), province.unit(province.karaj, person=maryam.person_id) as uow:
        sent, again = (
            sdk.submit_request(
                uow,
                "asking.seat",
                municipality_id=place,
                person_id=maryam.person_id,
                employment_id=maryam.employment_id,
                **given,
            )
            for _time in range(2)
        )
        assert sent == again
        assert (sent.state, sent.data) == ("submitted", {"seat": 3})
        assert sdk.request_facts(uow, place, sent.id) == sent
        assert sdk.request_facts(uow, place, new_id()) is None
        assert sdk.open_requests_of(uow, place, ["asking.seat"]) == [sent]
        assert sdk.open_requests_of(uow, place, ["asking.book"]) == []
        nobody = new_id()
        assert sdk.open_requests_of(uow, place, ["asking.seat"], person_id=nobody) == []
    viewer = Viewer(account_id=maryam.account_id, person_id=maryam.person_id)
    with site.app_context(), province.unit(province.karaj, person=maryam.person_id) as uow:
        sdk.withdraw_request(uow, viewer, place, sent.id)
        assert sdk.open_requests_of(uow, place, ["asking.seat"]) == []
    with site.app_context(), province.unit(province.karaj) as uow, pytest.raises(Conflict):
        sdk.withdraw_request(uow, viewer, place, sent.id)


def test_what_falls_away_is_closed_for_all(
    site: Flask, province: Province, maryam: Employee
) -> None:
    other = province.employee(province.karaj)
    sent = [ask(site, province.karaj, who, "asking.seat", seat="1") for who in (maryam, other)]
    ids = [request.id for request in sent]
    for _time in range(2):
        with site.app_context(), province.unit(province.karaj) as uow:
            sdk.lock_requests(uow, province.karaj.id, ids)
            sdk.overtake_requests(uow, province.karaj.id, ids)
            found = [sdk.request_facts(uow, province.karaj.id, each) for each in ids]
            assert [facts and facts.state for facts in found] == ["conflict", "conflict"]
