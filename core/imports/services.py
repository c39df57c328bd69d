"""Use cases of imports: upload, map, confirm, apply chunk by chunk, stop, undo.

What takes long is done by a worker or by the command line (`core.imports.running`); here is what
happens in one transaction each.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.errors import Conflict, Invalid, NotFound
from core.imports import storage
from core.imports.checking import waiting_rows
from core.imports.examination import Verdict
from core.imports.history import note
from core.imports.kinds import EMPLOYEES, kind_of
from core.imports.mapping import ColumnMapping, MappingError, header_key
from core.imports.models import ImportChunk, ImportRun
from core.imports.reading.errors import ReadError
from core.imports.reading.limits import MEGABYTE, Limits
from core.imports.reading.table import open_table
from core.imports.sample_files import refuse_if_forbidden
from core.imports.states import (
    CANCELLABLE,
    IN_WORK,
    MAPPABLE,
    RESUMABLE,
    UNDOABLE,
    ImportState,
    after_stop,
)
from core.jobs import progress
from core.jobs.models import ACTIVE, BackgroundJob
from core.localization import _
from core.localization.text import clean
from core.sdk import Municipality

SAMPLES: Final = 5
"""Rows shown beside the choice of columns."""
LARGEST_MB: Final = 40
PEEK: Final = Limits(file_bytes=LARGEST_MB * MEGABYTE, cpu_seconds=10, stall_seconds=10.0)
"""Bounds while somebody waits for the answer."""


def upload(
    uow: UnitOfWork,
    place: Municipality,
    *,
    name: str,
    path: Path,
    kind: str = EMPLOYEES.name,
) -> ImportRun:
    """Take a file in, after a first look at its columns; raise Invalid at ``file``.

    The same file, sent by the same person before any column was chosen, is the same import.
    """
    try:
        facts = _peek(path)
    except ReadError as error:
        raise Invalid(fields={"file": [error.message, error.remedy]}, code=error.code) from error
    file_hash = storage.digest(path)
    waiting = _waiting(uow, place.id, kind, file_hash)
    if waiting is not None:
        return waiting
    run = ImportRun(
        municipality_id=place.id,
        kind=kind,
        state=ImportState.UPLOADED,
        file_name=clean(Path(name.replace("\\", "/")).name)[:200] or "file",
        file_bytes=path.stat().st_size,
        file_hash=file_hash,
        created_at=uow.now,
        created_by=uow.actor.account_id,
        created_by_name=uow.actor.name,
        **facts,
    )
    uow.session.add(run)
    uow.session.flush()
    storage.keep(uow, place.id, run.id, path)
    note(uow, run, "imports.upload", {"file": run.file_name, "sha256": run.file_hash})
    return run


def _waiting(uow: UnitOfWork, place_id: UUID, kind: str, file_hash: str) -> ImportRun | None:
    """Return the import that a second press of the button would double."""
    return uow.session.scalars(
        select(ImportRun)
        .where(
            ImportRun.municipality_id == place_id,
            ImportRun.kind == kind,
            ImportRun.file_hash == file_hash,
            ImportRun.state == ImportState.UPLOADED,
            ImportRun.created_by.is_not_distinct_from(uow.actor.account_id),
        )
        .limit(1)
    ).one_or_none()


def _peek(path: Path, sheet: str | None = None) -> dict[str, Any]:
    """Return columns, first rows and sheets of a file; raises `ReadError`."""
    with open_table(path, sheet=sheet, limits=PEEK) as table:
        samples = [list(row.cells) for row, _n in zip(table, range(SAMPLES), strict=False)]
        return {
            "header": list(table.header),
            "samples": samples,
            "sheet": table.sheet,
            "sheets": list(table.sheets),
        }


def choose_sheet(uow: UnitOfWork, place: Municipality, run_id: UUID, sheet: str) -> None:
    """Read another sheet of the workbook; raise Invalid at ``sheet``."""
    run = locked(uow, place.id, run_id)
    _require(run, MAPPABLE)
    if sheet not in run.sheets:
        raise Invalid(fields={"sheet": [_("Choose one of its sheets.")]})
    try:
        with storage.kept(uow, place.id, run_id) as path:
            facts = _peek(path, sheet)
    except ReadError as error:
        raise Invalid(fields={"sheet": [error.message, error.remedy]}) from error
    for name, value in facts.items():
        setattr(run, name, value)
    run.state, run.mapping, run.checked, run.failure = ImportState.UPLOADED, None, {}, {}


def locked(uow: UnitOfWork, place_id: UUID, run_id: UUID) -> ImportRun:
    """Return an import, locked; one whose job ended before its time is put right.

    Raises NotFound when there is none in the municipality.
    """
    run = uow.session.execute(
        select(ImportRun)
        .where(ImportRun.municipality_id == place_id, ImportRun.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if run is None:
        raise NotFound()
    if run.state in IN_WORK and run.job_id and not _works(uow, place_id, run.job_id):
        complete = not waiting_rows(uow, place_id, run_id)
        run.state = after_stop(ImportState(run.state), complete=complete)
    return run


def _works(uow: UnitOfWork, place_id: UUID, job_id: UUID) -> bool:
    job = uow.session.get(BackgroundJob, (place_id, job_id), populate_existing=True)
    return job is not None and job.state in ACTIVE


def _require(run: ImportRun, states: frozenset[ImportState]) -> None:
    if ImportState(run.state) not in states:
        raise _at_another_step()


def _at_another_step() -> Conflict:
    text = _("This import is at another step by now. Open it again to see where it stands.")
    return Conflict(text, code="state")


def mapping_key(mapping: ColumnMapping, sheet: str | None) -> str:
    """Return what, with the hash of the file, is the idempotency key of an import.

    Spelling of headers and options that are left out make no difference.
    """
    options = kind_of(mapping.kind).options(mapping.options)
    columns = {name: header_key(column) for name, column in mapping.columns.items()}
    plain = replace(mapping, columns=columns, options=options)
    return hashlib.sha256(f"{plain.digest()}\x1f{sheet or ''}".encode()).hexdigest()


def map_columns(
    uow: UnitOfWork,
    place: Municipality,
    run_id: UUID,
    mapping: ColumnMapping,
    *,
    test_ids: bool = False,
) -> ImportRun:
    """Fix the columns of an import; the dry run comes next. ``test_ids``: they may be made here.

    Raises:
        Conflict: rows were applied already.
        Invalid: the mapping doesn't fit, or asks for test identities where there may be none.
    """
    refuse_if_forbidden(mapping, permitted=test_ids)
    run = locked(uow, place.id, run_id)
    _require(run, MAPPABLE)
    if applied_chunks(uow, run):
        raise _at_another_step()
    try:
        kind_of(run.kind).rules(run.header, mapping, today=uow.today)
    except MappingError as error:
        raise Invalid(fields={"_schema": [error.message, error.remedy]}) from error
    run.mapping = mapping.as_json()
    run.mapping_hash = mapping_key(mapping, run.sheet)
    run.state, run.checked, run.failure = ImportState.MAPPED, {}, {}
    return run


def confirm(uow: UnitOfWork, place: Municipality, run_id: UUID) -> ImportRun:
    """Let the checked rows go in.

    Raises:
        Conflict: it isn't waiting for that, would change nothing, or the same file went in
            already by the same mapping.
    """
    run = locked(uow, place.id, run_id)
    _require(run, frozenset({ImportState.CHECKED}))
    if not run.checked[Verdict.NEW] + run.checked[Verdict.CHANGED]:
        text = _("Nothing would change: all rows are stored as they are in the file.")
        raise Conflict(text, code="unchanged")
    run.effective_on = uow.today
    run.confirmed_at = uow.now
    run.confirmed_by, run.confirmed_by_name = uow.actor.account_id, uow.actor.name
    _take_place(uow, run)
    note(uow, run, "imports.confirm", dict(run.checked))
    return run


def resume(uow: UnitOfWork, place: Municipality, run_id: UUID) -> ImportRun:
    """Let the rest of a stopped import go in; raise Conflict when there is none."""
    run = locked(uow, place.id, run_id)
    _require(run, RESUMABLE)
    if not (run.confirmed_at and waiting_rows(uow, place.id, run_id)):
        raise _at_another_step()
    run.failure, run.finished_at = {}, None
    _take_place(uow, run)
    note(uow, run, "imports.resume", {})
    return run


def _take_place(uow: UnitOfWork, run: ImportRun) -> None:
    text = _("This file was already imported with these columns. Nothing is left to do.")
    with refusing(uow, {"uq_import_run_once": Conflict(text, code="imported")}):
        run.state = ImportState.CONFIRMED


def cancel(uow: UnitOfWork, place: Municipality, run_id: UUID) -> ImportRun:
    """Stop an import: the chunk at work is finished, what went in stays until it is undone."""
    run = locked(uow, place.id, run_id)
    _require(run, CANCELLABLE)
    if run.job_id:
        progress.cancel(uow, place.id, run.job_id)
    run.state, run.finished_at = ImportState.CANCELLED, uow.now
    if not applied_chunks(uow, run):
        storage.forget(uow, place.id, run_id)
        storage.forget_refusals(uow, place.id, run_id)
        run.samples = []
    note(uow, run, "imports.cancel", {})
    return run


def begin_undo(uow: UnitOfWork, place: Municipality, run_id: UUID) -> ImportRun:
    """Ask for an import to be taken back; raise Conflict when no row of it is in."""
    run = locked(uow, place.id, run_id)
    _require(run, UNDOABLE)
    if not applied_chunks(uow, run):
        raise _at_another_step()
    run.state, run.failure = ImportState.UNDOING, {}
    return run


def applied_chunks(uow: UnitOfWork, run: ImportRun) -> int:
    """Return how many chunks went in."""
    return uow.session.execute(
        select(func.count()).where(
            ImportChunk.municipality_id == run.municipality_id,
            ImportChunk.import_id == run.id,
            ImportChunk.applied_at.is_not(None),
        )
    ).scalar_one()
