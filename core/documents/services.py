"""Use cases of the vault: taking a file, giving files to a request, opening one, forgetting."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update

from core.audit.services import record
from core.database.keys import new_id
from core.database.unit_of_work import UnitOfWork
from core.documents.content import Checked, Fault, RefusedFileError, check
from core.documents.models import Document
from core.documents.policies import (
    KEPT,
    LARGEST_MB,
    MEGABYTE,
    MOST_WAITING,
    WAITING,
    DocumentKind,
    file_name,
)
from core.errors import Invalid
from core.localization import _
from core.people.models import Person
from core.sdk import Municipality


def take(
    uow: UnitOfWork,
    *,
    municipality_id: UUID,
    person_id: UUID,
    kind: DocumentKind,
    name: str,
    data: bytes,
) -> Document:
    """Put an upload into the vault, where it waits for its request.

    The same file again is the same document.

    Raises:
        RefusedFileError: it isn't a file that is taken, or too many wait already.
    """
    if len(data) > LARGEST_MB * MEGABYTE:
        raise RefusedFileError(Fault.TOO_LARGE)
    checked = check(data)
    # One upload of a person at a time, so that the number can be counted.
    locked = select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)
    uow.session.execute(locked)
    waiting = select(Document).where(
        Document.municipality_id == municipality_id,
        Document.person_id == person_id,
        Document.request_id.is_(None),
    )
    digest = hashlib.sha256(checked.content).digest()
    same = uow.session.scalar(waiting.where(Document.sha256 == digest, Document.kind == kind))
    if same is not None:
        same.uploaded_at = uow.now
        uow.session.flush()
        return same
    count = uow.session.execute(select(func.count()).select_from(waiting.subquery())).scalar_one()
    if count >= MOST_WAITING:
        raise RefusedFileError(Fault.TOO_MANY)
    return _added(uow, municipality_id, person_id, kind, name, checked, digest)


def _added(
    uow: UnitOfWork,
    municipality_id: UUID,
    person_id: UUID,
    kind: DocumentKind,
    name: str,
    checked: Checked,
    digest: bytes,
) -> Document:
    document = Document(
        municipality_id=municipality_id,
        id=new_id(),
        person_id=person_id,
        kind=kind,
        name=file_name(name, checked.media_type),
        media_type=checked.media_type,
        size=len(checked.content),
        sha256=digest,
        width=checked.width,
        height=checked.height,
        content=checked.content,
        uploaded_at=uow.now,
        uploaded_by_name=uow.actor.name,
    )
    uow.session.add(document)
    uow.session.flush()
    return document


def attach(
    uow: UnitOfWork,
    *,
    municipality_id: UUID,
    person_id: UUID,
    request_id: UUID,
    field: str,
    ids: Sequence[str],
) -> None:
    """Give a person's uploads to his request, for good; those that it has already stay.

    Raises:
        Invalid: at ``field``, as one isn't his, is gone, or belongs to another request.
    """
    if not ids:
        return
    statement = (
        update(Document)
        .where(
            Document.municipality_id == municipality_id,
            Document.person_id == person_id,
            Document.id.in_([UUID(one) for one in ids]),
            or_(Document.request_id.is_(None), Document.request_id == request_id),
            Document.erased_at.is_(None),
        )
        .values(request_id=request_id)
        .returning(Document.id, Document.sha256)
        .execution_options(synchronize_session=False)
    )
    attached = {str(row.id): row.sha256.hex() for row in uow.session.execute(statement)}
    if len(attached) < len(ids):
        raise Invalid(fields={field: [_("A file isn't there any more. Add it again.")]})
    record(
        uow,
        "document.attach",
        municipality_id=municipality_id,
        subject_type="request",
        subject_id=request_id,
        person_id=person_id,
        detail={"sha256": sorted(attached.values())},
    )


def note_look(uow: UnitOfWork, document: Document) -> None:
    """Put on record that an officer opened a document; its owner sees by whom."""
    record(
        uow,
        "document.open",
        municipality_id=document.municipality_id,
        subject_type="document",
        subject_id=document.id,
        person_id=document.person_id,
        kind="read",
        detail={"kind": document.kind},
    )


def forget(uow: UnitOfWork, place: Municipality) -> None:
    """Delete uploads whose request never came; erase the bytes of those kept long enough."""
    from core.requests.queries import ended_before

    here = Document.municipality_id == place.id
    uow.session.execute(
        delete(Document).where(
            here, Document.request_id.is_(None), Document.uploaded_at < uow.now - WAITING
        )
    )
    for kind, time in KEPT.items():
        uow.session.execute(
            update(Document)
            .where(
                here,
                Document.kind == kind,
                Document.erased_at.is_(None),
                Document.request_id.in_(ended_before(place.id, uow.now - time)),
            )
            .values(content=None, erased_at=uow.now)
            .execution_options(synchronize_session=False)
        )
