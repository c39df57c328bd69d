"""Reading documents: those of a form or a request, and one with its bytes."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import undefer

from core.database.unit_of_work import UnitOfWork
from core.documents.models import Document
from core.errors import NotFound


def held(uow: UnitOfWork, person_id: UUID | None, ids: Collection[str]) -> dict[str, Document]:
    """Return those of ``ids`` that a person handed in, by id, without their bytes."""
    if not ids:
        return {}
    statement = select(Document).where(
        Document.person_id == person_id, Document.id.in_([UUID(one) for one in ids])
    )
    found = {str(each.id): each for each in uow.session.scalars(statement)}
    return {one: found[one] for one in ids if one in found}


def own(uow: UnitOfWork, person_id: UUID | None, document_id: UUID) -> Document:
    """Return a person's document with its bytes; raise NotFound if he has none such."""
    return _one(uow, Document.person_id == person_id, document_id)


def handed_in(uow: UnitOfWork, municipality_id: UUID, document_id: UUID) -> Document:
    """Return a document of a request with its bytes; raise NotFound where there is none.

    What waits for its request is its owner's alone.
    """
    here = Document.municipality_id == municipality_id
    return _one(uow, here & Document.request_id.is_not(None), document_id)


def _one(uow: UnitOfWork, where: ColumnElement[bool], document_id: UUID) -> Document:
    statement = select(Document).where(where, Document.id == document_id)
    found = uow.session.scalar(statement.options(undefer(Document.content)))
    if found is None or found.content is None:
        raise NotFound()
    return found
