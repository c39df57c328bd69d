"""The registry of issued documents: a signed snapshot each, never edited, never deleted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, TableClass, TenantKey
from core.verification.payload import Payload

LIVE = text("revoked_at is null")


class IssuedDocument(TenantKey, Base):
    """A document as it was signed (docs/adr/0010-signed-documents.md).

    ``payload`` holds all signed fields, names of holder and issuer among them, so the document
    outlives both. ``subject`` is what it certifies (an enrolment): one live document for each
    kind and subject. ``signature`` are 64 bytes of Ed25519, ``key_id`` 8 bytes. Of a row only the
    revocation may change, and ``person_id`` when the person is erased.
    """

    __tablename__ = "issued_document"
    __table_args__ = (
        UniqueConstraint("municipality_id", "code"),
        Index("ix_issued_document_code", "code"),
        Index(
            "uq_issued_document_live",
            "municipality_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=LIVE,
        ),
        Index("ix_issued_document_person", "person_id", "issued_at"),
        CheckConstraint("(revoked_at is null) = (revoked_reason = '')", name="revoked"),
        CheckConstraint("octet_length(signature) = 64", name="signature"),
    )
    table_class = TableClass.TENANT

    code: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[UUID]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    payload: Mapped[Payload] = mapped_column(JSONB)
    signature: Mapped[bytes]
    key_id: Mapped[bytes]
    issued_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    issued_by_name: Mapped[str]
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_by_name: Mapped[str] = mapped_column(server_default="", default="")
    revoked_reason: Mapped[str] = mapped_column(server_default="", default="")
