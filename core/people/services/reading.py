"""Putting on record who looked at masked data, and who took a list away."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from core.audit.services import record
from core.database.unit_of_work import UnitOfWork
from core.sdk import Municipality


def record_reveal(
    uow: UnitOfWork,
    place: Municipality,
    *,
    employment_id: UUID,
    person_id: UUID,
    fields: Collection[str],
) -> None:
    """Record that masked fields of a person were shown; the person sees by whom."""
    record(
        uow,
        "person.reveal",
        municipality_id=place.id,
        subject_type="employment",
        subject_id=employment_id,
        person_id=person_id,
        kind="read",
        detail={"fields": sorted(fields)},
    )


def record_export(
    uow: UnitOfWork, place: Municipality, *, rows: int, detail: dict[str, Any]
) -> None:
    """Record that a list of employees was taken away, with its filters and columns."""
    record(
        uow,
        "people.export",
        municipality_id=place.id,
        subject_type="employment",
        subject_id="",
        kind="export",
        detail={"rows": rows, **detail},
    )
