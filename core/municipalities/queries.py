"""Reading municipalities."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from core.database.unit_of_work import UnitOfWork
from core.municipalities.models import Municipality


def members(uow: UnitOfWork, organisation_id: UUID) -> list[Municipality]:
    """Return the municipalities of an organisation, deactivated ones too, large ones first."""
    found = select(Municipality).where(Municipality.organisation_id == organisation_id)
    return list(
        uow.session.scalars(
            found.order_by(
                Municipality.is_active.desc(),
                Municipality.population.desc().nulls_last(),
                Municipality.code,
            )
        )
    )


def member(uow: UnitOfWork, organisation_id: UUID, code: str) -> Municipality | None:
    """Return a municipality of an organisation by its code."""
    return uow.session.scalars(
        select(Municipality).where(
            Municipality.organisation_id == organisation_id, Municipality.code == code
        )
    ).one_or_none()


def get(uow: UnitOfWork, municipality_id: UUID) -> Municipality:
    """Return a municipality that is known to exist, as the one of the address."""
    return uow.session.get_one(Municipality, municipality_id)


def by_code(uow: UnitOfWork, code: str) -> Municipality | None:
    """Return a municipality or the organisation by its code, for the command line."""
    return uow.session.scalars(select(Municipality).where(Municipality.code == code)).one_or_none()


def facts_of(row: Municipality) -> dict[str, object]:
    """Return the editable facts of a municipality as `schemas.MunicipalitySchema` reads them."""
    names = ("name_fa", "name_en", "code", "county_fa", "population")
    contact = ("hr_name", "hr_phone", "hr_email")
    facts: dict[str, object] = {name: getattr(row, name) for name in (*names, *contact)}
    return {**facts, "weekend": [str(day) for day in row.weekend]}
