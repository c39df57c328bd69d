"""What the tests of the inbox share: a desk, its addresses and lists, a service that asks."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.requests.models import Request
from core.testing.app import client_of, post
from core.testing.factories import Employee, Province
from tests.core.requests.pages import ask, hidden
from tests.testdummy.asking import plugin


@pytest.fixture(autouse=True)
def asking_on(province: Province) -> Any:
    province.activate(province.karaj, "asking")
    plugin.broken.clear()
    yield
    plugin.broken.clear()


@pytest.fixture
def maryam(province: Province) -> Employee:
    return province.employee(province.karaj)


@pytest.fixture
def book(site: Flask, province: Province, maryam: Employee) -> Request:
    return ask(site, province.karaj, maryam, title="Masnavi")


def desk(site: Flask, province: Province, *permissions: str, **more: Any) -> FlaskClient:
    return client_of(site, province.officer(province.karaj, *permissions, **more).token)


def url(province: Province, rest: str = "") -> str:
    return f"/m/{province.karaj.code}/inbox/{rest}"


def decide(client: FlaskClient, address: str, action: str, **data: str) -> Any:
    seen = hidden(client.get(address).text, "seen")
    return post(client, address, {"seen": seen, "action": action, **data})


def listed(client: FlaskClient, address: str) -> list[str]:
    page = client.get(address)
    assert page.status_code == 200
    return re.findall(r'<bdi dir="ltr">(HM-\d{4}-\d{5,})</bdi>', page.text)
