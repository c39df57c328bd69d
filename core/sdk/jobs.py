"""What background jobs of a plugin use: a transaction for each municipality with the service."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from core.activation.queries import services_on
from core.database.scope import EMPTY, Scope
from core.database.unit_of_work import Actor, UnitOfWork, open_unit
from core.municipalities.models import Municipality
from core.municipalities.place import Place

__all__ = ["in_each_municipality"]


def in_each_municipality(
    service: str, job: str, work: Callable[[UnitOfWork, Place], object]
) -> None:
    """Run ``work`` in a transaction of its own wherever ``service`` is on or closing.

    ``job`` names the job in the audit. An application context is needed.
    """
    actor = Actor("system", origin=f"job:{job}")
    with open_unit(EMPTY, actor, read_only=True) as uow:
        rows = uow.session.scalars(select(Municipality).where(Municipality.is_active))
        places = [_place(row) for row in rows]
    for place in places:
        with open_unit(Scope.of(place.id), actor) as uow:
            if service in services_on(uow, place):
                work(uow, place)


def _place(row: Municipality) -> Place:
    return Place.of(row)
