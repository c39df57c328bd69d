"""The dry run: every row is read, checked and compared; nothing of people is written.

One transaction, so that a check that is killed or stopped leaves no trace and begins anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text

from core.database.unit_of_work import UnitOfWork
from core.imports import storage
from core.imports.application_sql import REFUSE
from core.imports.examination import KEPT, Verdict, counts
from core.imports.kinds import Kind, Rules, kind_of
from core.imports.mapping import Blame, ColumnMapping
from core.imports.models import ImportChange, ImportChunk, ImportRefusal, ImportRun
from core.imports.reading.table import Row, Table, open_table
from core.imports.row_errors import RowError
from core.imports.staging import CHUNK, as_json

ROWS: Final = "rows"
Watch = Callable[[int, int], None]
"""Called with rows read and rows refused so far; what it raises ends the check."""

ADD_CHUNK: Final = text(
    "insert into import_chunk (municipality_id, import_id, number, rows)"
    " values (:place, :run, :number, cast(:rows as jsonb))"
)
# Rows that conflict with others of the file are known only after the last one.
TAKE_OUT: Final = text("""
with taken as (
  select c.number, r.value from import_chunk c
    cross join lateral jsonb_array_elements(c.rows) as r(value)
    where c.municipality_id = :place and c.import_id = :run
      and (r.value->>'ordinal')::int = any(:rows)),
shrunk as (
  update import_chunk c set rows = (select coalesce(jsonb_agg(r.value order by r.place), '[]')
      from jsonb_array_elements(c.rows) with ordinality as r(value, place)
      where (r.value->>'ordinal')::int <> all(:rows))
    where c.municipality_id = :place and c.import_id = :run
      and c.number in (select number from taken))
select (value->>'ordinal')::int as row, value->'cells' as cells from taken
""")
# Only what changes something waits for the confirmation.
KEEP_WORK: Final = text("""
update import_chunk c set rows = (select coalesce(jsonb_agg(r.value order by r.place), '[]')
    from jsonb_array_elements(c.rows) with ordinality as r(value, place)
      join pg_temp.import_staged s on s.ordinal = (r.value->>'ordinal')::int
    where s.verdict in ('new', 'changed'))
  where c.municipality_id = :place and c.import_id = :run and c.number = :number
""")


@dataclass(slots=True)
class _Pass:
    """One pass over the file, chunk by chunk."""

    uow: UnitOfWork
    run: ImportRun
    kind: Kind
    watch: Watch
    number: int = 0
    read: int = 0
    refused: int = 0
    good: list[dict[str, Any]] = field(default_factory=list)
    bad: list[dict[str, Any]] = field(default_factory=list)

    def take(self, row: Row, outcome: Any | list[RowError]) -> None:
        """Take a row; write whenever a chunk is full."""
        self.read += 1
        if isinstance(outcome, list):
            self.refuse(row.number, row.cells, outcome)
        else:
            self.good.append(self.kind.staged(outcome, row.cells))
        if len(self.good) >= CHUNK or len(self.bad) >= CHUNK:
            self.flush()

    def refuse(self, number: int, cells: Sequence[str], errors: Sequence[RowError]) -> None:
        """Take a row that stays out."""
        said = [error.as_json() for error in errors]
        self.bad.append({"row": number, "cells": list(cells), "errors": said})
        self.refused += 1

    def flush(self) -> None:
        """Write what was taken, and tell how far it is."""
        key = {"municipality_id": self.run.municipality_id, "import_id": self.run.id}
        if self.good:
            self.number += 1
            place, run = key.values()
            values = {"place": place, "run": run, "number": self.number}
            self.uow.session.execute(ADD_CHUNK, {**values, "rows": as_json(self.good)})
        if self.bad:
            self.uow.session.execute(insert(ImportRefusal), [{**key, **row} for row in self.bad])
        self.good, self.bad = [], []
        self.watch(self.read, self.refused)


def check(uow: UnitOfWork, run: ImportRun, mapping: ColumnMapping, watch: Watch) -> dict[str, int]:
    """Check the file of ``run``; return the number of rows, in all and by verdict.

    Raises:
        ReadError: the file can't be read to its end.
        MappingError: the mapping doesn't fit its columns.
        Guessing: too many people are known under other names.
    """
    _clear(uow, run)
    kind = kind_of(run.kind)
    done = _Pass(uow, run, kind, watch)
    with (
        storage.kept(uow, run.municipality_id, run.id) as path,
        open_table(path, sheet=run.sheet) as table,
    ):
        rules = kind.rules(table.header, mapping, today=uow.today)
        _read(table, rules, done)
    _refuse_conflicts(done, rules.conflicts())
    found = _compare(done, rules.columns_to_blame(), uow.today)
    found[Verdict.REFUSED] += done.refused
    return {ROWS: done.read, **found}


def _read(table: Table, rules: Rules, done: _Pass) -> None:
    for row in table:
        done.take(row, rules.parse(row))
    done.flush()


def _clear(uow: UnitOfWork, run: ImportRun) -> None:
    """Forget an earlier check, by another mapping."""
    for model in (ImportChunk, ImportChange, ImportRefusal):
        uow.session.execute(
            delete(model).where(
                model.municipality_id == run.municipality_id, model.import_id == run.id
            )
        )


def _refuse_conflicts(done: _Pass, errors: Iterator[RowError]) -> None:
    by_row: dict[int, list[RowError]] = {}
    for error in errors:
        by_row.setdefault(error.row, []).append(error)
    if not by_row:
        return
    values = {"place": done.run.municipality_id, "run": done.run.id, "rows": list(by_row)}
    for row in done.uow.session.execute(TAKE_OUT, values).all():
        done.refuse(row.row, row.cells, by_row[row.row])
    done.flush()


def _compare(done: _Pass, columns: dict[str, Blame], on: date) -> Counter[str]:
    """Compare every chunk with what is stored; keep the rows that change something."""
    total: Counter[str] = Counter(dict.fromkeys([*Verdict, KEPT], 0))
    place_id, run_id = done.run.municipality_id, done.run.id
    for number in range(1, done.number + 1):
        key = {"place": place_id, "run": run_id, "number": number}
        done.kind.examine(done.uow, place_id, run_id, number, on)
        found = counts(done.uow)
        total.update(found)
        if found[Verdict.REFUSED] or found[Verdict.SAME]:
            done.uow.session.execute(REFUSE, {**key, "columns": as_json(columns)})
            done.uow.session.execute(KEEP_WORK, key)
        done.kind.note_rows(done.uow, key, changed=bool(found[Verdict.CHANGED]))
        done.watch(done.read, done.refused + total[Verdict.REFUSED])
    _drop_empty(done.uow, place_id, run_id)
    return total


def _drop_empty(uow: UnitOfWork, place_id: UUID, run_id: UUID) -> None:
    uow.session.execute(
        delete(ImportChunk).where(
            ImportChunk.municipality_id == place_id,
            ImportChunk.import_id == run_id,
            func.jsonb_array_length(ImportChunk.rows) == 0,
        )
    )


def waiting_rows(uow: UnitOfWork, place_id: UUID, run_id: UUID) -> int:
    """Return how many checked rows aren't applied yet."""
    found: int = uow.session.execute(
        select(func.coalesce(func.sum(func.jsonb_array_length(ImportChunk.rows)), 0)).where(
            ImportChunk.municipality_id == place_id,
            ImportChunk.import_id == run_id,
            ImportChunk.applied_at.is_(None),
        )
    ).scalar_one()
    return found
