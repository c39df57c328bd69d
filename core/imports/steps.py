"""The steps of an import that a worker or the command line takes, each in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, text, update

from core.database.unit_of_work import UnitOfWork
from core.imports import application, storage
from core.imports.checking import Watch, check, waiting_rows
from core.imports.examination import Verdict
from core.imports.history import note
from core.imports.kinds import kind_of
from core.imports.mapping import mapping_of
from core.imports.models import ImportChunk, ImportRun
from core.imports.states import ImportState, after_stop
from core.plugin_host.hooks import Hooks
from core.sdk import Municipality

S = ImportState
HANGS: Final = "hangs"
"""Code of an import that can't be undone; the figures count rows by table."""
ONE_AT_A_TIME: Final = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")


class Stopped(Exception):
    """Somebody stopped the import meanwhile."""


def check_step(uow: UnitOfWork, place: Municipality, run_id: UUID, watch: Watch) -> None:
    """Check the file of a mapped import.

    Raises:
        Stopped: it isn't mapped, or not any more.
        ReadError, MappingError, Guessing: see `core.imports.checking.check`.
    """
    run = _run(uow, place, run_id)
    if run.state != S.MAPPED:
        raise Stopped
    found = check(uow, run, mapping_of(run.mapping, kind=run.kind), watch)
    _move(uow, run, {S.MAPPED}, state=S.CHECKED, checked=found)


def apply_step(
    uow: UnitOfWork, hooks: Hooks, place: Municipality, run_id: UUID
) -> dict[str, int] | None:
    """Apply the next chunk of a confirmed import; return its rows by verdict.

    None when none was left: the import is then done.

    Raises:
        Stopped: it is stopped or done.
        Guessing: too many people are known under other names.
    """
    _wait(uow, place)
    run = _run(uow, place, run_id)
    _move(uow, run, {S.CONFIRMED, S.RUNNING}, state=S.RUNNING)
    number = _next(uow, place, run_id)
    if number is None:
        _finish(uow, place, run)
        return None
    kind, mapping = kind_of(run.kind), mapping_of(run.mapping, kind=run.kind)
    columns = kind.rules(run.header, mapping, today=uow.today).columns_to_blame()
    kind.examine(uow, place.id, run_id, number, run.effective_on or uow.today, lock=True)
    counts, effects = kind.write(uow, place, run_id, number, columns)
    application.mark(uow, place.id, run_id, number, counts, effects)
    if kind.tell:
        kind.tell(uow, hooks, place)
    note(uow, run, "imports.chunk", {"chunk": number, **counts})
    return counts


def undo_step(uow: UnitOfWork, place: Municipality, run_id: UUID) -> bool:
    """Take an import back; tell whether that was possible. Else ``failure`` says what hangs.

    Raises Stopped when nobody asks for it any more.
    """
    _wait(uow, place)
    run = _run(uow, place, run_id)
    if run.state != S.UNDOING:
        raise Stopped
    kind = kind_of(run.kind)
    hanging = dict(kind.obstacles(uow, place.id, run_id))
    if hanging:
        back = after_stop(S.UNDOING, complete=not waiting_rows(uow, place.id, run_id))
        _move(uow, run, {S.UNDOING}, state=back, failure={"code": HANGS, "figures": hanging})
        return False
    kind.take_back(uow, place.id, run_id)
    _end(uow, run, S.UNDOING, state=S.UNDONE)
    note(uow, run, "imports.undo", {})
    return True


def fail_step(
    uow: UnitOfWork, place: Municipality, run_id: UUID, code: str, figures: Mapping[str, str | int]
) -> None:
    """Note why an import can't go on; of one that was stopped meanwhile, nothing happens."""
    run = _run(uow, place, run_id)
    failure = {"code": code, "figures": dict(figures)}
    try:
        _move(uow, run, {S.MAPPED, S.CONFIRMED, S.RUNNING}, state=S.FAILED, failure=failure)
    except Stopped:
        return
    note(uow, run, "imports.fail", {"code": code})


def _run(uow: UnitOfWork, place: Municipality, run_id: UUID) -> ImportRun:
    return uow.session.get_one(ImportRun, (place.id, run_id), populate_existing=True)


def _wait(uow: UnitOfWork, place: Municipality) -> None:
    """Wait until no other import writes in the municipality.

    Two files may name the same new unit or person, and one import may be at work twice after a
    worker was thought dead.
    """
    uow.session.execute(ONE_AT_A_TIME, {"name": f"import {place.id}"})


def _move(uow: UnitOfWork, run: ImportRun, states: Collection[ImportState], **values: Any) -> None:
    """Change an import that is in one of ``states``; raise Stopped if it isn't any more."""
    changed = uow.session.execute(
        update(ImportRun)
        .where(
            ImportRun.municipality_id == run.municipality_id,
            ImportRun.id == run.id,
            ImportRun.state.in_(states),
        )
        .values(**values)
        .returning(ImportRun.id)
        .execution_options(synchronize_session=False)
    )
    if changed.scalar_one_or_none() is None:
        raise Stopped


def _next(uow: UnitOfWork, place: Municipality, run_id: UUID) -> int | None:
    return uow.session.execute(
        select(func.min(ImportChunk.number)).where(
            ImportChunk.municipality_id == place.id,
            ImportChunk.import_id == run_id,
            ImportChunk.applied_at.is_(None),
        )
    ).scalar_one()


def _finish(uow: UnitOfWork, place: Municipality, run: ImportRun) -> None:
    done: Counter[str] = Counter(
        {name.value: run.checked[name] for name in (Verdict.SAME, Verdict.REFUSED)}
    )
    for counts in uow.session.scalars(
        select(ImportChunk.counts).where(
            ImportChunk.municipality_id == place.id, ImportChunk.import_id == run.id
        )
    ):
        done.update(counts)
    _end(uow, run, S.RUNNING, state=S.DONE, result=dict(done))
    note(uow, run, "imports.done", dict(done))


def _end(uow: UnitOfWork, run: ImportRun, before: ImportState, **values: Any) -> None:
    """End an import; what was kept of its file is forgotten."""
    _move(uow, run, {before}, samples=[], finished_at=uow.now, **values)
    storage.forget(uow, run.municipality_id, run.id)
