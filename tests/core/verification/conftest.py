"""A context in which documents are signed, and one issued document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from core.database.keys import new_id
from core.testing.factories import Employee, Province
from core.verification.models import IssuedDocument
from core.verification.services import issue

FIELDS = {"course": "ایمنی کار در معابر", "minutes": 960, "ended_on": date(2026, 11, 20)}

Issue = Callable[..., IssuedDocument]


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """The application context that finds the signing keys."""
    with app.app_context():
        yield


@pytest.fixture
def holder(province: Province) -> Employee:
    """An employee of karaj."""
    return province.employee(province.karaj, "مریم", "حسینی‌نژاد", account=False)


@pytest.fixture
def new(province: Province, holder: Employee, context: None) -> Issue:
    """Issue a document of karaj in a transaction of its own."""

    def make(subject: UUID | None = None, kind: str = "other.paper") -> IssuedDocument:
        with province.unit(province.karaj) as uow:
            return issue(
                uow,
                kind=kind,
                municipality_id=province.karaj.id,
                person_id=holder.person_id,
                subject=subject or new_id(),
                fields=FIELDS,
            )

    return make
