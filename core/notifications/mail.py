"""Mail to an address; who wants to reach a person calls `core.notifications.services.notify`."""

from __future__ import annotations

from core.database.unit_of_work import UnitOfWork
from core.notifications.outbox import EMAIL, put
from core.sdk.text import Text


def send(
    uow: UnitOfWork, to: str, subject: Text, body: Text, locale: str, *, href: str = ""
) -> None:
    """Write a mail into the outbox; ``href`` is a path on this site, shown as a button."""
    put(uow, EMAIL, to, subject=subject, body=body, locale=locale, href=href)
