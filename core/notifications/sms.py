"""SMS to a number."""

from __future__ import annotations

from core.database.unit_of_work import UnitOfWork
from core.notifications.outbox import SMS, put
from core.sdk.text import Text


def send(uow: UnitOfWork, to: str, body: Text, locale: str) -> None:
    """Write an SMS into the outbox; ``to`` is a mobile number as 09xxxxxxxxx."""
    put(uow, SMS, to, subject="", body=body, locale=locale)
