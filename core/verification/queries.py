"""Reading issued documents: the issuer's own, and those about oneself."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from core.database.unit_of_work import UnitOfWork
from core.verification.models import IssuedDocument


def documents(
    uow: UnitOfWork, municipality_id: UUID, ids: Iterable[UUID]
) -> dict[UUID, IssuedDocument]:
    """Return the documents of a municipality with these ids."""
    found = uow.session.scalars(
        select(IssuedDocument).where(
            IssuedDocument.municipality_id == municipality_id, IssuedDocument.id.in_(list(ids))
        )
    )
    return {document.id: document for document in found}


def document_by_code(uow: UnitOfWork, code: str, kind: str) -> IssuedDocument | None:
    """Return the document with a normalised code, if the scope covers its issuer or holder."""
    return uow.session.scalars(
        select(IssuedDocument).where(IssuedDocument.code == code, IssuedDocument.kind == kind)
    ).one_or_none()
