"""The outbox: mail and SMS are written with the change that causes them, and sent by a job.

A letter is one row, sent inside a transaction that holds it: parallel workers skip it, and a
killed one leaves it to the next. Only if a worker dies between the gateway's answer and the
commit is a letter sent twice; its Message-ID is then the same, so mail readers show it once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Protocol

from sqlalchemy import delete, select

from core.database.keys import new_id
from core.database.scope import EMPTY
from core.database.unit_of_work import UnitOfWork, open_unit
from core.jobs.services import defer
from core.localization import use_locale
from core.notifications.models import Outgoing
from core.sdk.text import Text

logger = logging.getLogger("hamyar.notifications")

EMAIL: Final = "email"
SMS: Final = "sms"
JOB: Final = "notifications.deliver"
MOST_ATTEMPTS: Final = 10
"""After as many failures (about 17 hours) a letter is given up."""
BATCH: Final = 200
"""Letters of one run; the next run takes the rest."""
KEPT: Final = timedelta(days=90)


class Gateway(Protocol):
    """What brings letters of one channel to people."""

    def send(self, letter: Outgoing) -> None:
        """Hand a letter over; raises `OSError` (or a subclass) when it could not."""


def put(
    uow: UnitOfWork,
    channel: str,
    recipient: str,
    *,
    subject: Text,
    body: Text,
    locale: str,
    href: str = "",
) -> None:
    """Write a letter in ``locale`` into the outbox; it leaves after the commit."""
    with use_locale(locale):
        letter = Outgoing(
            id=new_id(),
            channel=channel,
            recipient=recipient,
            locale=locale,
            subject=str(subject),
            body=str(body),
            href=href,
            created_at=uow.now,
            due_at=uow.now,
        )
    uow.session.add(letter)
    uow.at_end(JOB, _defer)


def _defer(uow: UnitOfWork) -> None:
    defer(uow, JOB)


def deliver(gateways: Mapping[str, Gateway]) -> int:
    """Send what is due; return how many letters left."""
    sent = 0
    for _each in range(BATCH):
        outcome = _deliver_one(gateways)
        if outcome is None:
            break
        sent += outcome
    return sent


def _deliver_one(gateways: Mapping[str, Gateway]) -> bool | None:
    """Send the next letter; return whether it left, None when nothing is due."""
    with open_unit(EMPTY) as uow:
        letter = uow.session.scalar(
            select(Outgoing)
            .where(Outgoing.done_at.is_(None), Outgoing.due_at <= uow.now)
            .order_by(Outgoing.due_at, Outgoing.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if letter is None:
            return None
        letter.attempts += 1
        try:
            gateways[letter.channel].send(letter)
        except OSError as error:
            _postpone(uow, letter, error)
            return False
        _finish(uow, letter)
        return True


def _postpone(uow: UnitOfWork, letter: Outgoing, error: OSError) -> None:
    """Try again later; the log names neither recipient nor text."""
    letter.error = type(error).__name__
    logger.warning("letter %s was not sent: %s", letter.id, letter.error)
    if letter.attempts >= MOST_ATTEMPTS:
        _finish(uow, letter)
    else:
        letter.due_at = uow.now + timedelta(minutes=2**letter.attempts)


def _finish(uow: UnitOfWork, letter: Outgoing) -> None:
    """Nothing more to do: what was in the letter (perhaps a code) isn't kept."""
    letter.done_at = uow.now
    letter.subject = letter.body = letter.href = ""


def forget_old(uow: UnitOfWork) -> None:
    """Delete the rows of letters that left long ago."""
    uow.session.execute(delete(Outgoing).where(Outgoing.done_at < uow.now - KEPT))
