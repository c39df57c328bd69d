"""Audit rows, chained by hash per municipality (docs/adr/0006-audit-chain.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, TableClass


class AuditEntry(Base):
    """One act. ``number`` is gapless per municipality; ``hash`` covers the row and the last hash.

    ``person_id`` is the person whose data was touched (he may see the row), ``detail`` the diff
    or figures. Written by the function ``audit_write`` only.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("kind in ('change', 'read', 'export', 'sign_in')", name="kind"),
        Index("ix_audit_entry_person", "person_id", "at"),
        Index("ix_audit_entry_at", "municipality_id", "at"),
    )
    table_class = TableClass.TENANT

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    kind: Mapped[str]
    action: Mapped[str]
    actor_account_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    on_behalf_of: Mapped[UUID | None]
    origin: Mapped[str]
    person_id: Mapped[UUID | None]
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default=text("''"))
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB)
    canonical: Mapped[bytes]
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]


class AuditHead(Base):
    """The last number and hash of each municipality's chain; locked while a row is added."""

    __tablename__ = "audit_head"
    table_class = TableClass.TENANT

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]
