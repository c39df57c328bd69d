"""Issuing signed documents, revoking them, finding one by its code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from core.audit.services import record
from core.database.keys import new_id
from core.database.unit_of_work import UnitOfWork
from core.errors import Conflict
from core.localization import lazy_gettext
from core.municipalities.models import Municipality
from core.sdk.text import Text
from core.verification.codes import new_code
from core.verification.holders import Holder, holders
from core.verification.keys import KeyRing, Signature
from core.verification.models import LIVE, IssuedDocument
from core.verification.payload import Payload, build, canonical
from core.verification.signing import key_file

BY_CODE = text("select * from issued_document_by_code(:code)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document to issue: what it certifies, about whom, and the fields of its kind.

    ``words`` say in the audit which document it is ("Certificate of …"), without personal values.
    """

    subject: UUID
    person_id: UUID
    fields: Mapping[str, str | int | date]
    issued_on: date | None = None
    words: Text = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A document as the public page sees it; ``genuine``: its signature fits its fields."""

    payload: Payload
    genuine: bool
    issued_at: datetime
    revoked_at: datetime | None
    revoked_reason: str


def issue(
    uow: UnitOfWork,
    *,
    kind: str,
    municipality_id: UUID,
    person_id: UUID,
    subject: UUID,
    fields: Mapping[str, str | int | date],
    issued_on: date | None = None,
) -> IssuedDocument:
    """Sign and register one document; see `issue_many`."""
    draft = Draft(subject=subject, person_id=person_id, fields=fields, issued_on=issued_on)
    return issue_many(uow, kind=kind, municipality_id=municipality_id, drafts=[draft])[subject]


def issue_many(
    uow: UnitOfWork, *, kind: str, municipality_id: UUID, drafts: Sequence[Draft]
) -> dict[UUID, IssuedDocument]:
    """Sign and register documents; return the live one of each subject.

    A subject that has a live document of ``kind`` already keeps it, so issuing twice, even at
    the same moment, makes one document.

    Raises:
        LookupError: a holder neither works in the municipality nor ever did.
        PayloadError: a field can't be signed.
    """
    if not drafts:
        return {}
    known = holders(uow, municipality_id, [draft.person_id for draft in drafts])
    issuer = uow.session.get_one(Municipality, municipality_id).name_fa
    ring = key_file().ring()
    rows = [_signed(uow, ring, kind, issuer, draft, known[draft.person_id]) for draft in drafts]
    for row in rows:
        row["municipality_id"] = municipality_id
    new = uow.session.scalars(
        insert(IssuedDocument)
        .on_conflict_do_nothing(
            index_elements=["municipality_id", "kind", "subject"], index_where=LIVE
        )
        .returning(IssuedDocument),
        rows,
    )
    issued = {document.subject: document for document in new}
    words = {draft.subject: draft.words for draft in drafts}
    for document in issued.values():
        _audit(uow, document, "document.issue", words=words[document.subject])
    missing = [draft.subject for draft in drafts if draft.subject not in issued]
    return issued | _live(uow, kind, municipality_id, missing)


def _signed(
    uow: UnitOfWork, ring: KeyRing, kind: str, issuer: str, draft: Draft, holder: Holder
) -> dict[str, object]:
    code = new_code()
    payload = build(
        code=code,
        kind=kind,
        issuer=issuer,
        issued_on=draft.issued_on or uow.today,
        holder=holder.name,
        holder_id=holder.national_id,
        fields=draft.fields,
    )
    signature = ring.sign(canonical(payload))
    return {
        "id": new_id(),
        "code": code,
        "kind": kind,
        "subject": draft.subject,
        "person_id": draft.person_id,
        "payload": payload,
        "signature": signature.value,
        "key_id": signature.key_id,
        "issued_at": uow.now,
        "issued_by_name": uow.actor.name,
    }


def _live(
    uow: UnitOfWork, kind: str, municipality_id: UUID, subjects: Sequence[UUID]
) -> dict[UUID, IssuedDocument]:
    if not subjects:
        return {}
    found = uow.session.scalars(
        select(IssuedDocument).where(
            IssuedDocument.municipality_id == municipality_id,
            IssuedDocument.kind == kind,
            IssuedDocument.subject.in_(subjects),
            LIVE,
        )
    )
    return {document.subject: document for document in found}


def revoke(uow: UnitOfWork, municipality_id: UUID, document_id: UUID, reason: str) -> None:
    """Revoke a document; ``reason`` is shown to whoever checks it.

    Raises:
        Conflict: it is revoked already, or there is none in the scope.
    """
    document = uow.session.scalars(
        update(IssuedDocument)
        .where(
            IssuedDocument.municipality_id == municipality_id,
            IssuedDocument.id == document_id,
            LIVE,
        )
        .values(revoked_at=uow.now, revoked_by_name=uow.actor.name, revoked_reason=reason)
        .returning(IssuedDocument)
    ).one_or_none()
    if document is None:
        raise Conflict(lazy_gettext("This document is already revoked."), code="revoked")
    _audit(uow, document, "document.revoke", reason)


def find(uow: UnitOfWork, code: str) -> Found | None:
    """Return the document with the normalised ``code``, whoever issued it; check its signature."""
    row = uow.session.execute(BY_CODE, {"code": code}).one_or_none()
    if row is None:
        return None
    signature = Signature(bytes(row.signature), bytes(row.key_id))
    genuine = row.payload.get("code") == code and key_file().ring().verify(
        canonical(row.payload), signature
    )
    return Found(row.payload, genuine, row.issued_at, row.revoked_at, row.revoked_reason)


def _audit(
    uow: UnitOfWork, document: IssuedDocument, action: str, reason: str = "", words: Text = ""
) -> None:
    record(
        uow,
        action,
        municipality_id=document.municipality_id,
        subject_type="issued_document",
        subject_id=document.id,
        person_id=document.person_id,
        reason=reason,
        detail={"kind": document.kind, "code": document.code},
        words=words,
    )
