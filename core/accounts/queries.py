"""Reads of accounts."""

from __future__ import annotations

from sqlalchemy import select

from core.database.unit_of_work import UnitOfWork
from core.localization import current_locale
from core.municipalities.models import Municipality


def places_to_choose(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Return code and name of every municipality, the organisation first, large ones next."""
    rows = uow.session.scalars(
        select(Municipality)
        .where(Municipality.is_active)
        .order_by(Municipality.kind.desc(), Municipality.population.desc().nulls_last())
    )
    return [(place.code, place.name(current_locale())) for place in rows]
