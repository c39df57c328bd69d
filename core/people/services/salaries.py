"""Monthly pay from a day on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import delete, select, update

from core.database.unit_of_work import UnitOfWork
from core.people import policies
from core.people.models import Employment, SalaryFact
from core.people.services.locks import audit_employment, running_employment, span_of
from core.sdk import Municipality


def set_salary(
    uow: UnitOfWork,
    place: Municipality,
    employment_id: UUID,
    *,
    version: int,
    starts_on: date,
    monthly_base: int,
    countable: int | None = None,
) -> None:
    """Set the monthly pay in rial from a day on; the same day replaces what was entered.

    ``countable`` is the part that caps are taken of; missing, all of it.

    Raises:
        Conflict: the employment was changed meanwhile or is over.
        Invalid: a day outside the employment.
    """
    employment = running_employment(uow, place.id, employment_id, version)
    policies.check_within("starts_on", starts_on, span_of(employment))
    policies.check_ahead("starts_on", starts_on, uow.today)
    counted = monthly_base if countable is None else countable
    before = _latest(uow, employment, starts_on)
    detail = {
        "starts_on": [None, starts_on.isoformat()],
        "monthly_base": [before.monthly_base if before else None, monthly_base],
        "countable": [before.countable if before else None, counted],
    }
    if before is not None and before.starts_on == starts_on:
        before.monthly_base, before.countable = monthly_base, counted
    else:
        uow.session.add(
            SalaryFact(
                municipality_id=place.id,
                employment_id=employment.id,
                starts_on=starts_on,
                monthly_base=monthly_base,
                countable=counted,
            )
        )
    employment.version += 1
    uow.session.flush()
    audit_employment(uow, "employment.salary", employment, detail)


def _latest(uow: UnitOfWork, employment: Employment, day: date) -> SalaryFact | None:
    return uow.session.scalars(
        select(SalaryFact)
        .where(
            SalaryFact.municipality_id == employment.municipality_id,
            SalaryFact.employment_id == employment.id,
            SalaryFact.starts_on <= day,
        )
        .order_by(SalaryFact.starts_on.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).one_or_none()


def drop_after(uow: UnitOfWork, employment: Employment) -> dict[str, int]:
    """Drop the pay planned for days after the end; returns what the audit says of it."""
    dropped = uow.session.scalars(
        delete(SalaryFact)
        .where(
            SalaryFact.municipality_id == employment.municipality_id,
            SalaryFact.employment_id == employment.id,
            SalaryFact.starts_on >= employment.ends_on,
        )
        .returning(SalaryFact.id)
    ).all()
    return {"dropped_salaries": len(dropped)} if dropped else {}


def move_start(uow: UnitOfWork, employment: Employment, old_start: date) -> None:
    """Let the pay that began with the employment begin with it again."""
    uow.session.execute(
        update(SalaryFact)
        .where(
            SalaryFact.municipality_id == employment.municipality_id,
            SalaryFact.employment_id == employment.id,
            SalaryFact.starts_on == old_start,
        )
        .values(starts_on=employment.starts_on)
        .execution_options(synchronize_session=False)
    )


def marks(uow: UnitOfWork, employment: Employment) -> list[date]:
    """Return the days from which pay was entered."""
    return list(
        uow.session.scalars(
            select(SalaryFact.starts_on).where(
                SalaryFact.municipality_id == employment.municipality_id,
                SalaryFact.employment_id == employment.id,
            )
        )
    )
