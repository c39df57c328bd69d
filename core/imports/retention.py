"""What files said of people is forgotten: nothing of it is needed for long."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select

from core.database.unit_of_work import UnitOfWork
from core.imports import services, storage
from core.imports.models import ImportRefusal, ImportRun
from core.imports.states import CANCELLABLE, IN_WORK
from core.sdk import Municipality

UNFINISHED: Final = timedelta(days=30)
"""So long an upload waits for its confirmation."""
REFUSED: Final = timedelta(days=90)
"""So long refused rows can be taken away."""


def forget_old(uow: UnitOfWork, place: Municipality) -> None:
    """Give up imports that wait for somebody for too long, delete old refused rows."""
    waiting = select(ImportRun.id).where(
        ImportRun.municipality_id == place.id,
        ImportRun.state.in_(CANCELLABLE - IN_WORK),
        ImportRun.created_at < uow.now - UNFINISHED,
    )
    for run_id in uow.session.scalars(waiting).all():
        run = services.cancel(uow, place, run_id)
        storage.forget(uow, place.id, run_id)
        run.samples = []
    old = select(ImportRun.id).where(
        ImportRun.municipality_id == place.id, ImportRun.created_at < uow.now - REFUSED
    )
    uow.session.execute(
        delete(ImportRefusal).where(
            ImportRefusal.municipality_id == place.id, ImportRefusal.import_id.in_(old)
        )
    )
