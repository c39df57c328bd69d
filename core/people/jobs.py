"""Daily jobs: telling services what begins and ends today, and carrying out plans for units."""

from __future__ import annotations

from typing import Final

from flask import current_app
from sqlalchemy import select

from core.database.scope import EMPTY, Scope
from core.database.unit_of_work import Actor, UnitOfWork, open_unit
from core.municipalities.models import Municipality
from core.municipalities.place import Place
from core.people.services.telling import BATCH, tell_due
from core.people.services.unit_changes import follow
from core.sdk import JobDeclaration

NAME: Final = "people.tell_changes"
ACTOR: Final = Actor("system", origin=f"job:{NAME}")
UNITS: Final = "people.apply_unit_changes"
CALENDAR: Final = Actor("system", origin=f"job:{UNITS}")


def tell_changes() -> None:
    """Tell what has become due, one transaction per batch; running it again tells nothing twice."""
    host = current_app.extensions["hamyar_plugins"]
    with open_unit(EMPTY, ACTOR, read_only=True) as uow:
        places = active_places(uow)
    for place in places:
        told = BATCH
        while told == BATCH:
            with open_unit(Scope.of(place.id), ACTOR) as uow:
                told = tell_due(uow, host, place)


def apply_unit_changes() -> None:
    """Let units be called and placed as planned for today; lists read the plans themselves."""
    with open_unit(EMPTY, CALENDAR, read_only=True) as uow:
        places = active_places(uow)
    for place in places:
        with open_unit(Scope.of(place.id), CALENDAR) as uow:
            follow(uow, place.id)


def active_places(uow: UnitOfWork) -> list[Place]:
    """Return every municipality in use, the organisation too."""
    row = Municipality
    columns = (row.id, row.code, row.kind, row.organisation_id, row.name_fa, row.name_en)
    return [Place(*facts) for facts in uow.session.execute(select(*columns).where(row.is_active))]


JOBS: Final = (
    JobDeclaration(name=NAME, run=tell_changes, cron="5 0 * * *"),
    JobDeclaration(name=UNITS, run=apply_unit_changes, cron="1 0 * * *"),
)
