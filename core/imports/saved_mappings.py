"""Mappings that a municipality keeps under a name: saved, found, renamed, deleted, on record."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from core.audit.services import record
from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.errors import Invalid, NotFound
from core.imports.mapping import ColumnMapping, fingerprint, mapping_of
from core.imports.models import ImportMapping
from core.localization import _
from core.sdk import Municipality

TAKEN = "uq_import_mapping_municipality_id_kind_name"


def saved_mappings(uow: UnitOfWork, place_id: UUID, kind: str) -> list[ImportMapping]:
    """Return the saved mappings of a kind of import, by name."""
    return list(
        uow.session.scalars(
            select(ImportMapping)
            .where(ImportMapping.municipality_id == place_id, ImportMapping.kind == kind)
            .order_by(ImportMapping.name)
        )
    )


def all_saved_mappings(uow: UnitOfWork, place_id: UUID) -> list[ImportMapping]:
    """Return the saved mappings of all kinds, by kind and name."""
    return list(
        uow.session.scalars(
            select(ImportMapping)
            .where(ImportMapping.municipality_id == place_id)
            .order_by(ImportMapping.kind.desc(), ImportMapping.name)
        )
    )


def find_mapping(uow: UnitOfWork, place_id: UUID, mapping_id: UUID) -> ImportMapping:
    """Return a saved mapping of the municipality; raise NotFound when there is none."""
    found = uow.session.get(ImportMapping, (place_id, mapping_id))
    if found is None:
        raise NotFound()
    return found


def mapping_named(uow: UnitOfWork, place_id: UUID, kind: str, name: str) -> ColumnMapping | None:
    """Return the mapping that is saved under ``name``; None when there is none."""
    content = uow.session.scalars(
        select(ImportMapping.content).where(
            ImportMapping.municipality_id == place_id,
            ImportMapping.kind == kind,
            ImportMapping.name == name,
        )
    ).one_or_none()
    return mapping_of(content, kind=kind) if content else None


def save_mapping(
    uow: UnitOfWork, place: Municipality, name: str, mapping: ColumnMapping, header: list[str]
) -> None:
    """Save a mapping under a name; one of that name is replaced."""
    facts = {
        "mark": fingerprint(header),
        "content": {**mapping.as_json(), "name": name, "header": header},
        "saved_at": uow.now,
        "saved_by_name": uow.actor.name,
    }
    row = insert(ImportMapping).values(
        municipality_id=place.id, kind=mapping.kind, name=name, **facts
    )
    saved = uow.session.execute(
        row.on_conflict_do_update(
            index_elements=["municipality_id", "kind", "name"], set_=facts
        ).returning(ImportMapping.id)
    ).scalar_one()
    _note(uow, place, saved, "imports.mapping_save", {"name": name})


def rename_mapping(uow: UnitOfWork, place: Municipality, mapping_id: UUID, name: str) -> None:
    """Give a saved mapping another name.

    Raises:
        Invalid: another one of its kind has the name (at ``name``).
        NotFound: there is none.
    """
    found = find_mapping(uow, place.id, mapping_id)
    before = found.name
    if before == name:
        return
    text = _("Another choice of columns has this name. Choose a different one.")
    with refusing(uow, {TAKEN: Invalid(fields={"name": [text]})}):
        uow.session.execute(
            update(ImportMapping)
            .where(ImportMapping.municipality_id == place.id, ImportMapping.id == mapping_id)
            .values(name=name, content={**found.content, "name": name})
        )
    _note(uow, place, mapping_id, "imports.mapping_rename", {"name": name, "before": before})


def delete_mapping(uow: UnitOfWork, place: Municipality, mapping_id: UUID) -> None:
    """Delete a saved mapping; raise NotFound when there is none."""
    name = uow.session.execute(
        delete(ImportMapping)
        .where(ImportMapping.municipality_id == place.id, ImportMapping.id == mapping_id)
        .returning(ImportMapping.name)
    ).scalar_one_or_none()
    if name is None:
        raise NotFound()
    _note(uow, place, mapping_id, "imports.mapping_delete", {"name": name})


def _note(
    uow: UnitOfWork, place: Municipality, mapping_id: UUID, action: str, detail: dict[str, str]
) -> None:
    record(
        uow,
        action,
        municipality_id=place.id,
        subject_type="import_mapping",
        subject_id=mapping_id,
        detail=detail,
    )
