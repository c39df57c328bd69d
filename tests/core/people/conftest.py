"""A plugin host that remembers what it is told, and forms of new employees."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.people.services import NewEmployee
from core.plugin_host.host import PluginHost
from core.testing.app import client_of
from core.testing.factories import Province, reserve_numbers, valid_national_id
from tests.testdummy.good import plugin as good


@pytest.fixture(scope="session")
def host() -> PluginHost:
    """A host whose only plugin is ``good``; `told` shows what it heard."""
    return PluginHost(["tests.testdummy.good.plugin"], [])


@pytest.fixture
def told(province: Province) -> list[tuple[str, tuple[UUID, ...]]]:
    """What the plugin ``good``, on in Karaj, hears during the test."""
    province.activate(province.karaj, "good")
    good.told.clear()
    return good.told


@pytest.fixture
def officer(app: Flask, province: Province) -> FlaskClient:
    """An officer of Karaj who may do everything there."""
    return client_of(app, province.officer(province.karaj).token)


def new_employee(**changes: Any) -> NewEmployee:
    """Return a valid form; each call has new numbers."""
    number = reserve_numbers()
    data: dict[str, Any] = {
        "national_id": valid_national_id(number),
        "given_name": "نرگس",
        "family_name": "کریمی",
        "birth_date": date(1990, 5, 1),
        "father_name": "حسن",
        "sex": "female",
        "marital_status": "",
        "mobile": "09121234567",
        "email": "",
        "personnel_number": f"T-{number}",
        "kind": "official",
        "starts_on": date(2020, 3, 20),
        "last_day": None,
        "unit_id": None,
        "post_id": None,
        "monthly_base": None,
        "countable": None,
        "second_employment": False,
    }
    return {**data, **changes}  # type: ignore[typeddict-item]
