"""What several tests of people share: reading back, pressing forms."""

from __future__ import annotations

import re
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.audit.models import AuditEntry
from core.localization.filters import jdate
from core.testing.factories import Province
from tests.core.people.conftest import new_employee

EDITS = ("person", "contacts", "employment", "assignment", "salary", "end", "dependants/new")
"""The forms on an employee's page."""


def last_entry(province: Province, person_id: UUID) -> AuditEntry:
    with province.unit(province.karaj, province.fardis) as uow:
        return uow.session.scalars(
            select(AuditEntry)
            .filter_by(person_id=person_id)
            .order_by(AuditEntry.at.desc(), AuditEntry.number.desc())
        ).first()


def csrf(client: FlaskClient, url: str) -> str:
    """Return the token of a form on a page."""
    body = client.get(url).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', body)
    assert found, body[:500]
    return found[1]


def send(
    client: FlaskClient, url: str, data: dict, *, token_from: str | None = None
) -> TestResponse:
    token = csrf(client, token_from or url)
    return client.post(url, data={"csrf_token": token, **data}, buffered=True)


def people_url(province: Province, tail: str = "") -> str:
    return f"/m/{province.karaj.code}/people/{tail}"


def form_of_hire(**changes: object) -> dict:
    data = new_employee(**changes)
    sent = {name: value for name, value in data.items() if value not in (None, False)}
    sent["starts_on"] = jdate(data["starts_on"])
    sent["birth_date"] = jdate(data["birth_date"])
    return sent
