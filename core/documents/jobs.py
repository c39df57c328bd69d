"""The daily job that forgets documents that aren't needed any more."""

from __future__ import annotations

from typing import Final

from core.database.scope import EMPTY, Scope
from core.database.unit_of_work import Actor, open_unit
from core.documents import services
from core.people.jobs import active_places
from core.sdk import JobDeclaration

NAME: Final = "documents.forget"
ACTOR: Final = Actor("system", origin=f"job:{NAME}")


def forget() -> None:
    """Forget, one municipality after the other."""
    with open_unit(EMPTY, ACTOR, read_only=True) as uow:
        places = active_places(uow)
    for place in places:
        with open_unit(Scope.of(place.id), ACTOR) as uow:
            services.forget(uow, place)


JOBS: Final = (JobDeclaration(name=NAME, run=forget, cron="50 3 * * *"),)
