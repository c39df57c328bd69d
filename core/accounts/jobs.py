"""The jobs of this package."""

from __future__ import annotations

from sqlalchemy import delete

from core.accounts import sessions, throttling
from core.accounts.models import OneTimeCode
from core.database.scope import EMPTY
from core.database.unit_of_work import UnitOfWork, open_unit
from core.sdk import JobDeclaration


def tidy() -> None:
    """Delete what has ended: sessions, windows of throttling, codes."""
    with open_unit(EMPTY) as uow:
        sessions.forget_old(uow)
        throttling.forget_old(uow)
        _forget_codes(uow)


def _forget_codes(uow: UnitOfWork) -> None:
    uow.session.execute(delete(OneTimeCode).where(OneTimeCode.expires_at < uow.now))


JOBS = (JobDeclaration(name="accounts.tidy", run=tidy, cron="10 3 * * *"),)
