"""Fields for evidence in a form: taking their uploads, finding their files, giving them away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema
from werkzeug.datastructures import FileStorage, MultiDict

from core.database.unit_of_work import UnitOfWork
from core.documents import queries, services
from core.documents.content import RefusedFileError
from core.documents.models import Document
from core.documents.policies import LARGEST_MB, MEGABYTE
from core.documents.wording import complaint
from core.forms.fields import Documents
from core.localization.filters import filesize

NEW: Final = ".new"
"""After the name of a field: its new uploads."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who hands in, and where."""

    municipality_id: UUID
    person_id: UUID


def fields_of(schema: Schema) -> dict[str, Documents]:
    """Return the fields for evidence of a schema."""
    return {name: one for name, one in schema.fields.items() if isinstance(one, Documents)}


def ids_in(schema: Schema, content: Mapping[str, Any]) -> list[str]:
    """Return the ids of all files in the answers to a form."""
    return [one for name in fields_of(schema) for one in content.get(name) or []]


def count_in(schema: Schema, content: Mapping[str, Any]) -> int:
    """Return how many files the answers to a form have."""
    return len(ids_in(schema, content))


def receive(
    uow: UnitOfWork,
    owner: Owner,
    schema: Schema,
    form: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
) -> MultiDict[str, str]:
    """Take the uploads of a submission; return what was typed with their ids at the fields.

    Ids of files that aren't the person's are left out. What isn't taken is told at its field.
    """
    typed = MultiDict(form)
    for name, field in fields_of(schema).items():
        kept = [one for one in form.getlist(name) if _is_id(one)]
        for upload in files.getlist(name + NEW):
            if upload.filename and len(kept) <= field.most:
                kept += _taken(uow, owner, field, upload)
        found = queries.held(uow, owner.person_id, list(dict.fromkeys(kept)))
        typed.setlist(name, list(found))
        field.held = labels(found)
    return typed


def show(
    uow: UnitOfWork, person_id: UUID | None, schema: Schema, content: Mapping[str, Any]
) -> None:
    """Let the fields of a form show the files that its first values name."""
    for name, field in fields_of(schema).items():
        field.held = labels(queries.held(uow, person_id, content.get(name) or []))


def attach(
    uow: UnitOfWork, owner: Owner, request_id: UUID, schema: Schema, content: Mapping[str, Any]
) -> None:
    """Give the files in the answers to a form to its request.

    Raises:
        Invalid: at the field whose file isn't the person's, is gone, or is another request's.
    """
    for name in fields_of(schema):
        services.attach(
            uow,
            municipality_id=owner.municipality_id,
            person_id=owner.person_id,
            request_id=request_id,
            field=name,
            ids=content.get(name) or [],
        )


def labels(found: Mapping[str, Document]) -> tuple[tuple[str, str], ...]:
    """Return id and label of files."""
    return tuple((one, f"{each.name} ({filesize(each.size)})") for one, each in found.items())


def _taken(uow: UnitOfWork, owner: Owner, field: Documents, upload: FileStorage) -> list[str]:
    name = str(upload.filename)
    try:
        data = upload.stream.read(LARGEST_MB * MEGABYTE + 1)
        document = services.take(
            uow,
            municipality_id=owner.municipality_id,
            person_id=owner.person_id,
            kind=field.kind,
            name=name,
            data=data,
        )
    except RefusedFileError as error:
        field.complaints += (complaint(error.fault, name),)
        return []
    return [str(document.id)]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
