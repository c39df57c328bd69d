"""A file imported from beginning to end, without pages and worker: the command line's way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Engine

from core.database.scope import Scope
from core.database.unit_of_work import Actor, open_unit
from core.errors import Conflict
from core.imports import mapping_form, queries, saved_mappings, services
from core.imports.examination import Verdict
from core.imports.kinds import EMPLOYEES
from core.imports.mapping import ColumnMapping
from core.imports.models import ImportRun
from core.imports.row_errors import RowError
from core.imports.running import Runner, Watcher
from core.imports.states import ImportState
from core.plugin_host.hooks import Hooks
from core.sdk import Municipality

MOST_ERRORS: Final = 100
"""Refused rows whose reasons an outcome lists; all are on the import's page."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file.

    ``what``: imported, checked (a dry run), unchanged (nothing to do), already_imported (this
    file went in before by this mapping) or failed, then ``failure`` holds code and figures.
    ``counts`` are rows by verdict, and in all.
    """

    what: str
    import_id: UUID
    counts: Mapping[str, int]
    errors: tuple[RowError, ...] = ()
    failure: Mapping[str, Any] | None = None


class _WentIn(Exception):
    """The file went in, or goes in, by the same mapping."""

    def __init__(self, run: ImportRun) -> None:
        super().__init__()
        self.run = run


@dataclass(frozen=True, slots=True)
class Batch:
    """Imports files into ``place`` on behalf of ``actor``.

    ``engine`` defaults to the application's (an application context is needed then).
    ``test_ids``: test identities may be made here (`core.imports.sample_files`). ``kind`` names
    one of `core.imports.kinds`.
    """

    place: Municipality
    hooks: Hooks
    actor: Actor
    watcher: Watcher
    engine: Engine | None = None
    test_ids: bool = False
    kind: str = EMPLOYEES.name

    def run(
        self,
        path: Path,
        *,
        mapping: ColumnMapping | None = None,
        generate_test_ids: bool = False,
        dry_run: bool = False,
    ) -> Outcome:
        """Import a file; without ``mapping`` its columns are recognised or guessed.

        Of a file that went in by halves the rest goes in. Raises Invalid when the file or the
        mapping can't be used.
        """
        try:
            run_id = self._mapped(path, mapping, generate_test_ids, dry_run)
        except _WentIn as found:
            return self._rest(found.run)
        self._runner().check(run_id)
        return self._after_check(run_id, dry_run=dry_run)

    def _mapped(
        self, path: Path, mapping: ColumnMapping | None, generate_test_ids: bool, dry_run: bool
    ) -> UUID:
        """Upload and map; a file that can't be used, or went in already, leaves no trace."""
        with self._unit() as uow:
            run = services.upload(uow, self.place, name=path.name, path=path, kind=self.kind)
            chosen = mapping or mapping_form.propose(
                run, saved_mappings.saved_mappings(uow, self.place.id, self.kind)
            )
            if generate_test_ids:
                chosen = replace(chosen, options={**chosen.options, "generate_test_ids": True})
            services.map_columns(uow, self.place, run.id, chosen, test_ids=self.test_ids)
            earlier = queries.same_import(uow, self.place.id, run.file_hash, run.mapping_hash)
            if earlier is not None and not dry_run:
                raise _WentIn(earlier)
            return run.id

    def _rest(self, run: ImportRun) -> Outcome:
        """Finish an import whose process ended before its time."""
        if run.state not in (ImportState.CONFIRMED, ImportState.RUNNING):
            return self._outcome("already_imported", run.id)
        self._runner().apply(run.id)
        return self._outcome("imported", run.id)

    def _after_check(self, run_id: UUID, *, dry_run: bool) -> Outcome:
        checked = self._find(run_id)
        if checked.state == ImportState.FAILED:
            outcome = self._outcome("failed", run_id)
        elif dry_run:
            outcome = self._outcome("checked", run_id)
        elif not checked.checked[Verdict.NEW] + checked.checked[Verdict.CHANGED]:
            outcome = self._outcome("unchanged", run_id)
        else:
            return self._confirmed(run_id)
        self._do(services.cancel, run_id)
        return outcome

    def _confirmed(self, run_id: UUID) -> Outcome:
        try:
            self._do(services.confirm, run_id)
        except Conflict as error:
            if error.code != "imported":
                raise
            return self._outcome("already_imported", run_id)  # somebody else was faster
        self._runner().apply(run_id)
        failed = self._find(run_id).state == ImportState.FAILED
        return self._outcome("failed" if failed else "imported", run_id)

    def _outcome(self, what: str, run_id: UUID) -> Outcome:
        with self._unit() as uow:
            run = queries.find(uow, self.place.id, run_id)
            page = queries.refusals(uow, self.place.id, run_id, None, size=MOST_ERRORS)
        errors = [error for row in page.items for error in queries.errors_of(row.errors)]
        counts = {**run.checked, **run.result}
        return Outcome(what, run_id, counts, tuple(errors), run.failure or None)

    def _find(self, run_id: UUID) -> ImportRun:
        with self._unit() as uow:
            return queries.find(uow, self.place.id, run_id)

    def _do(self, service: Any, run_id: UUID, *arguments: object) -> None:
        with self._unit() as uow:
            service(uow, self.place, run_id, *arguments)

    def _runner(self) -> Runner:
        return Runner(self.place, self.hooks, self.actor, self.watcher, engine=self.engine)

    def _unit(self) -> Any:
        return open_unit(Scope.of(self.place.id), self.actor, engine=self.engine)
