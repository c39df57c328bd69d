"""A document of the vault: what it is, whose, for which request, and its bytes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, TableClass, TenantKey
from core.database.relations import tenant_fk
from core.documents.policies import ENDINGS, LARGEST_MB, MEGABYTE, DocumentKind

KINDS = ", ".join(f"'{kind}'" for kind in DocumentKind)
MEDIA_TYPES = ", ".join(f"'{media_type}'" for media_type in ENDINGS)


class Document(TenantKey, Base):
    """A file that a person handed in.

    Until its request is sent ``request_id`` is empty and only the person sees it; from then on
    the two stay together. ``content`` is what `core.documents.content` kept of the upload,
    ``sha256`` and ``size`` (bytes) are its own; it goes when it was kept long enough
    (``erased_at``), while the row stays as proof of what was handed in.
    """

    __tablename__ = "document"
    __table_args__ = (
        tenant_fk("request_id", "request"),
        CheckConstraint(f"kind in ({KINDS})", name="kind"),
        CheckConstraint(f"media_type in ({MEDIA_TYPES})", name="media_type"),
        CheckConstraint(f"size between 1 and {LARGEST_MB * MEGABYTE}", name="size"),
        CheckConstraint("(content is null) = (erased_at is not null)", name="erased"),
        CheckConstraint("octet_length(content) = size and sha256(content) = sha256", name="sha256"),
        Index("ix_document_person", "person_id", "uploaded_at"),
        Index("ix_document_request", "municipality_id", "request_id"),
        Index(
            "uq_document_waiting",
            "municipality_id",
            "person_id",
            "kind",
            "sha256",
            unique=True,
            postgresql_where=text("request_id is null"),
        ),
    )
    table_class = TableClass.TENANT

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    request_id: Mapped[UUID | None]
    kind: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[bytes]
    width: Mapped[int | None]
    height: Mapped[int | None]
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    uploaded_at: Mapped[datetime]
    uploaded_by_name: Mapped[str]
    erased_at: Mapped[datetime | None]

    @property
    def is_picture(self) -> bool:
        """Whether it can be looked at in the browser."""
        return self.media_type.startswith("image/")
