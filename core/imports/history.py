"""What the audit keeps of an import."""

from __future__ import annotations

from typing import Any

from core.audit.services import record
from core.database.unit_of_work import UnitOfWork
from core.imports.models import ImportRun


def note(uow: UnitOfWork, run: ImportRun, action: str, detail: dict[str, Any]) -> None:
    """Audit an act on an import; ``detail`` holds figures and names of files, no people."""
    record(
        uow,
        action,
        municipality_id=run.municipality_id,
        subject_type="import",
        subject_id=run.id,
        detail=detail,
    )
