"""Telling somebody something: in his inbox at once, by mail through the outbox."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, exists, func, select, update

from core.accounts.models import Account
from core.database.keys import new_id
from core.database.unit_of_work import UnitOfWork
from core.localization import DEFAULT
from core.localization.languages import in_every_language
from core.notifications import mail
from core.notifications.models import Message, OptOut
from core.notifications.queries import mine
from core.people.models import Person
from core.sdk.text import Text


@dataclass(frozen=True, slots=True)
class Addressee:
    """Where mail about a topic goes; ``email`` '' = it isn't wanted, or no address is known."""

    email: str
    locale: str


def notify(
    uow: UnitOfWork,
    topic: str,
    *,
    municipality_id: UUID,
    person_id: UUID | None = None,
    account_id: UUID | None = None,
    title: Text,
    body: Text = "",
    href: str = "",
) -> None:
    """Put a message into the inbox of a person or an account, and mail it.

    Written in this transaction, so it is told only if the change happens. Lazy texts are kept
    in both languages. ``href`` is a path on this site. ``topic`` is one of
    `core.notifications.topics`; who doesn't want mail about it gets the message only.
    """
    uow.session.add(
        Message(
            municipality_id=municipality_id,
            id=new_id(),
            account_id=account_id,
            person_id=person_id,
            topic=topic,
            title=in_every_language(title),
            body=in_every_language(body),
            href=href,
            created_at=uow.now,
        )
    )
    to = _addressee(uow, topic, person_id, account_id)
    if to.email:
        mail.send(uow, to.email, title, body, to.locale, href=href)


def _addressee(
    uow: UnitOfWork, topic: str, person_id: UUID | None, account_id: UUID | None
) -> Addressee:
    """Read address and language; of a person outside the scope nothing is known."""
    unwanted = exists().where(OptOut.account_id == Account.id, OptOut.topic == topic)
    email = func.coalesce(func.nullif(Account.email, ""), func.nullif(Person.email, ""))
    columns = select(email, Account.locale, unwanted)
    if account_id is not None:
        statement = columns.select_from(Account).outerjoin(Person, Person.id == Account.person_id)
        statement = statement.where(Account.id == account_id)
    else:
        statement = columns.select_from(Person).outerjoin(Account, Account.person_id == Person.id)
        statement = statement.where(Person.id == person_id)
    row = uow.session.execute(statement).one_or_none()
    if row is None or row[2] or not row[0]:
        return Addressee("", DEFAULT)
    return Addressee(row[0], row[1] or DEFAULT)


def mark_read(
    uow: UnitOfWork, account_id: UUID, person_id: UUID | None, message_id: UUID | None = None
) -> None:
    """Mark one message of somebody's inbox, or all of them, as read."""
    statement = update(Message).where(mine(account_id, person_id), Message.read_at.is_(None))
    if message_id is not None:
        statement = statement.where(Message.id == message_id)
    uow.session.execute(statement.values(read_at=uow.now))


def choose_topics(
    uow: UnitOfWork, account_id: UUID, topics: Iterable[str], wanted: Collection[str]
) -> None:
    """Keep about which of ``topics`` an account wants mail."""
    uow.session.execute(delete(OptOut).where(OptOut.account_id == account_id))
    uow.session.add_all(
        OptOut(account_id=account_id, topic=topic) for topic in topics if topic not in wanted
    )
