"""Reading pages as the tests need it."""

from __future__ import annotations

import re
import secrets

from flask import Flask

from core.database.scope import Scope
from core.database.unit_of_work import Actor, open_unit
from core.municipalities.models import Municipality
from core.requests.models import Request
from core.requests.registry import request_types
from core.requests.services import submit
from core.testing.factories import Employee


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'type="hidden" name="{name}"[^>]* value="([^"]*)"', page)
    assert found, f"no hidden field {name} in: {words(page)}"
    return found[1]


def words(page: str) -> str:
    """Return the text of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def ask(
    site: Flask, place: Municipality, who: Employee, kind: str = "asking.book", **data: str
) -> Request:
    """Send a request as an employee would."""
    actor = Actor("x", who.account_id, who.person_id)
    with site.app_context(), open_unit(Scope.of(place.id, person=who.person_id), actor) as uow:
        return submit(
            uow,
            request_types(),
            kind,
            municipality_id=place.id,
            person_id=who.person_id,
            employment_id=who.employment_id,
            data=data or {"title": "A book"},
            key=secrets.token_hex(8),
        )
