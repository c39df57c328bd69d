"""What a plugin's demo data is made of: where it is on, who works there, acting in the past."""

from __future__ import annotations

from sqlalchemy import select

from core.activation.queries import states
from core.activation.states import OPEN
from core.database.unit_of_work import UnitOfWork
from core.demo.scenes import acting
from core.municipalities.models import Municipality
from core.municipalities.place import Place
from core.people.roll import Member, members

__all__ = ["Member", "acting", "members", "places_with"]


def places_with(uow: UnitOfWork, service: str) -> list[Place]:
    """Return the municipalities of the scope where ``service`` is on or closing, by code."""
    known = states(uow, uow.scope.municipalities)
    on = [place for (place, name), one in known.items() if name == service and one.state in OPEN]
    rows = uow.session.scalars(
        select(Municipality).where(Municipality.id.in_(on)).order_by(Municipality.code)
    )
    return [Place.of(row) for row in rows]
