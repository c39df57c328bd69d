"""Reading deductions."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select

from core.database.unit_of_work import UnitOfWork
from core.deductions.models import ExternalDeduction
from core.people.models import Employment

MOST: Final = 60
"""Deductions that the page of an employee shows; earlier ones stay in the record."""


def deductions_of(
    uow: UnitOfWork, municipality_id: UUID, employment_id: UUID
) -> list[ExternalDeduction]:
    """Return the latest deductions from the pay of an employment, the latest month first."""
    row = ExternalDeduction
    return list(
        uow.session.scalars(
            select(row)
            .where(row.municipality_id == municipality_id, row.employment_id == employment_id)
            .order_by(row.month.desc(), row.category, row.creditor_key)
            .limit(MOST)
        )
    )


def latest_deduction(employment: type[Employment]) -> ScalarSelect[int | None]:
    """Return the latest month with deductions, for a query of employments."""
    row = ExternalDeduction
    return (
        select(func.max(row.month))
        .where(
            row.municipality_id == employment.municipality_id, row.employment_id == employment.id
        )
        .scalar_subquery()
    )
