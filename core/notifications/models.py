"""Message, outgoing letter, and the topics that somebody doesn't want by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, Id, TableClass, TenantKey


class Message(TenantKey, Base):
    """A message in somebody's inbox; ``title`` and ``body`` hold both languages.

    Addressed to a person (who may have no account yet) or to an account. Written in the scope
    of a municipality, read and marked by the addressee only.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("num_nonnulls(account_id, person_id) = 1", name="addressee"),
        Index("ix_message_person", "person_id", "id"),
        Index("ix_message_account", "account_id", "id"),
        Index("ix_message_unread_person", "person_id", postgresql_where=text("read_at is null")),
        Index("ix_message_unread_account", "account_id", postgresql_where=text("read_at is null")),
    )
    table_class = TableClass.TENANT

    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    topic: Mapped[str]
    title: Mapped[dict[str, Any]] = mapped_column(JSONB)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    href: Mapped[str] = mapped_column(server_default="", default="")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Outgoing(Id, Base):
    """A mail or SMS on its way; subject and body are emptied once it is sent or given up."""

    __tablename__ = "outgoing"
    __table_args__ = (
        CheckConstraint("channel in ('email', 'sms')", name="channel"),
        Index("ix_outgoing_due", "due_at", postgresql_where=text("done_at is null")),
    )
    table_class = TableClass.GLOBAL
    table_reason = "written before anyone is signed in; read by the sending job only"

    channel: Mapped[str]
    recipient: Mapped[str]
    locale: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    href: Mapped[str] = mapped_column(server_default="", default="")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    error: Mapped[str] = mapped_column(server_default="", default="")


class OptOut(Base):
    """An account wants no mail about a topic."""

    __tablename__ = "notification_opt_out"
    table_class = TableClass.GLOBAL
    table_reason = "belongs to an account, which has no municipality"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    topic: Mapped[str] = mapped_column(primary_key=True)
