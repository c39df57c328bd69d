"""Reading imports for pages and the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, and_, select, text

from core.database.paging import SIZE, Page, fetch
from core.database.unit_of_work import UnitOfWork
from core.errors import NotFound
from core.imports.models import ImportRefusal, ImportRun
from core.imports.row_errors import RowError
from core.imports.states import IN_WORK, RESUMABLE, TAKING_PLACE, UNDOABLE, ImportState, after_stop
from core.jobs.models import ACTIVE, BackgroundJob

SUMMARY: Final = text("""
select e.value->>'column' as column, e.value->>'code' as code, count(*) as rows,
    (array_agg(e.value))[1] as example
  from import_refusal r cross join lateral jsonb_array_elements(r.errors) as e(value)
  where r.municipality_id = :place and r.import_id = :run
  group by 1, 2 order by 3 desc, 1, 2 limit 100
""")
PROGRESS: Final = text("""
select count(*) filter (where applied_at is not null) as applied,
    count(*) filter (where applied_at is null) as waiting,
    coalesce(sum((counts->>'new')::int + (counts->>'changed')::int), 0) as rows
  from import_chunk where municipality_id = :place and import_id = :run
""")
BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """An import and how far it really is: its job may have ended before its time.

    ``applied`` and ``waiting`` count chunks, ``rows`` those that created or changed something.
    """

    run: ImportRun
    job: BackgroundJob | None
    applied: int
    waiting: int
    rows: int

    @property
    def state(self) -> ImportState:
        """The state that counts."""
        state = ImportState(self.run.state)
        ended = self.job is not None and self.job.state not in ACTIVE
        return after_stop(state, complete=not self.waiting) if ended else state

    @property
    def is_in_work(self) -> bool:
        """Whether a worker is at it, or about to be."""
        return self.state in IN_WORK

    @property
    def can_be_undone(self) -> bool:
        """Whether rows of it went in that may be taken back."""
        return bool(self.applied) and self.state in UNDOABLE

    @property
    def can_go_on(self) -> bool:
        """Whether it was stopped with rows left to apply."""
        confirmed = self.run.confirmed_at is not None
        return confirmed and bool(self.waiting) and self.state in RESUMABLE


@dataclass(frozen=True, slots=True)
class Fault:
    """How often a column is refused for one reason."""

    rows: int
    example: RowError


def find(uow: UnitOfWork, place_id: UUID, run_id: UUID) -> ImportRun:
    """Return an import of the municipality; raise NotFound when there is none."""
    run = uow.session.get(ImportRun, (place_id, run_id))
    if run is None:
        raise NotFound()
    return run


def standing(uow: UnitOfWork, place_id: UUID, run_id: UUID) -> Standing:
    """Return how far an import is; raise NotFound when there is none."""
    run = find(uow, place_id, run_id)
    job = uow.session.get(BackgroundJob, (place_id, run.job_id)) if run.job_id else None
    done = uow.session.execute(PROGRESS, {"place": place_id, "run": run_id}).one()
    return Standing(run, job, done.applied, done.waiting, done.rows)


def runs(uow: UnitOfWork, place_id: UUID, cursor: str | None) -> Page[Row[Any]]:
    """Return a page of imports, the newest first; ``job`` is the state of the last job."""
    run, job = ImportRun, BackgroundJob
    statement = (
        select(
            run.id,
            run.kind,
            run.state,
            run.file_name,
            run.checked,
            run.result,
            run.created_at,
            run.created_by_name,
            job.state.label("job"),
        )
        .outerjoin(job, and_(job.municipality_id == run.municipality_id, job.id == run.job_id))
        .where(run.municipality_id == place_id)
    )
    keys = [run.created_at, run.id]
    return fetch(uow.session, statement, keys, cursor, descending=True)


def state_of(row: Row[Any]) -> ImportState:
    """Return the state that counts of a row of `runs`."""
    state = ImportState(row.state)
    return state if row.job is None or row.job in ACTIVE else after_stop(state, complete=False)


def same_import(
    uow: UnitOfWork, place_id: UUID, file_hash: str, mapping_hash: str
) -> ImportRun | None:
    """Return the import by which the same file went in, or goes in, by the same mapping."""
    return uow.session.scalars(
        select(ImportRun).where(
            ImportRun.municipality_id == place_id,
            ImportRun.file_hash == file_hash,
            ImportRun.mapping_hash == mapping_hash,
            ImportRun.state.in_(TAKING_PLACE),
        )
    ).one_or_none()


def faults(uow: UnitOfWork, place_id: UUID, run_id: UUID) -> list[Fault]:
    """Return how often each column is refused and why, the most frequent first."""
    rows = uow.session.execute(SUMMARY, {"place": place_id, "run": run_id})
    return [Fault(row.rows, RowError(**row.example)) for row in rows]


def refusals(
    uow: UnitOfWork, place_id: UUID, run_id: UUID, cursor: str | None, *, size: int = SIZE
) -> Page[Row[Any]]:
    """Return a page of refused rows, in the order of the file."""
    statement = select(ImportRefusal.row, ImportRefusal.cells, ImportRefusal.errors).where(
        ImportRefusal.municipality_id == place_id, ImportRefusal.import_id == run_id
    )
    return fetch(uow.session, statement, [ImportRefusal.row], cursor, size=size)


def all_refusals(
    uow: UnitOfWork, place_id: UUID, run_id: UUID
) -> Iterator[tuple[Sequence[str], Sequence[RowError]]]:
    """Yield the cells of every refused row and the reasons against it."""
    rows = uow.session.execute(
        select(ImportRefusal.cells, ImportRefusal.errors)
        .where(ImportRefusal.municipality_id == place_id, ImportRefusal.import_id == run_id)
        .order_by(ImportRefusal.row)
        .execution_options(yield_per=BATCH)
    )
    for cells, errors in rows:
        yield cells, errors_of(errors)


def errors_of(stored: Sequence[dict[str, Any]]) -> list[RowError]:
    """Return the reasons that a refused row stores."""
    return [RowError(**error) for error in stored]
