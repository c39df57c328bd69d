"""Imports as background jobs, with a page that shows how far they are."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from core.accounts.models import Account
from core.database.scope import EMPTY, Scope
from core.database.unit_of_work import Actor, UnitOfWork, open_unit
from core.imports import services
from core.imports.mapping import ColumnMapping
from core.imports.models import ImportRun
from core.imports.retention import forget_old
from core.imports.running import Runner
from core.jobs import progress
from core.jobs.kinds import JobKind
from core.jobs.progress import Progress
from core.localization import lazy_gettext
from core.municipalities import queries as municipalities
from core.municipalities.place import Place
from core.people.jobs import active_places
from core.plugin_host.current import current_host
from core.sdk import JobDeclaration, Municipality

FORGET: Final = "imports.forget_old"
CHECK: Final = "imports.check"
APPLY: Final = "imports.apply"
UNDO: Final = "imports.undo"


def check_later(
    uow: UnitOfWork,
    place: Municipality,
    run_id: UUID,
    mapping: ColumnMapping,
    *,
    test_ids: bool = False,
) -> ImportRun:
    """Fix the columns and let a worker check the file; see `services.map_columns`."""
    run = services.map_columns(uow, place, run_id, mapping, test_ids=test_ids)
    return _enqueue(uow, CHECK, run)


def apply_later(uow: UnitOfWork, place: Municipality, run_id: UUID) -> ImportRun:
    """Confirm, and let a worker write; see `services.confirm`."""
    return _enqueue(uow, APPLY, services.confirm(uow, place, run_id))


def resume_later(uow: UnitOfWork, place: Municipality, run_id: UUID) -> ImportRun:
    """Let a worker write the rest; see `services.resume`."""
    return _enqueue(uow, APPLY, services.resume(uow, place, run_id))


def undo_later(uow: UnitOfWork, place: Municipality, run_id: UUID) -> ImportRun:
    """Let a worker take the import back; see `services.begin_undo`."""
    return _enqueue(uow, UNDO, services.begin_undo(uow, place, run_id))


def _enqueue(uow: UnitOfWork, name: str, run: ImportRun) -> ImportRun:
    job = progress.start(
        uow,
        name,
        municipality_id=run.municipality_id,
        job_name=name,
        params={"file": run.file_name},
        arguments={"import_id": run.id, "account_id": uow.actor.account_id},
    )
    run.job_id = job.id
    return run


def check(municipality_id: str, import_id: str, account_id: str | None, progress: Progress) -> None:
    """Check a mapped import."""
    _runner(CHECK, municipality_id, account_id, progress).check(UUID(import_id))
    _show(municipality_id, import_id, progress)


def apply(municipality_id: str, import_id: str, account_id: str | None, progress: Progress) -> None:
    """Write a confirmed import."""
    _runner(APPLY, municipality_id, account_id, progress).apply(UUID(import_id))
    _show(municipality_id, import_id, progress)


def undo(municipality_id: str, import_id: str, account_id: str | None, progress: Progress) -> None:
    """Take an import back."""
    _runner(UNDO, municipality_id, account_id, progress).undo(UUID(import_id))
    _show(municipality_id, import_id, progress)


def _runner(name: str, municipality_id: str, account_id: str | None, progress: Progress) -> Runner:
    """Return a runner that acts for whoever asked for the job."""
    with open_unit(Scope.of(UUID(municipality_id)), read_only=True) as uow:
        place = _place(uow, UUID(municipality_id))
        account = uow.session.get(Account, UUID(account_id)) if account_id else None
    actor = Actor("system", origin=f"job:{name}")
    if account is not None:
        actor = Actor(account.display_name, account.id, account.person_id, origin=f"job:{name}")
    hooks = current_host().hooks
    return Runner(place, hooks, actor, progress)


def _place(uow: UnitOfWork, municipality_id: UUID) -> Place:
    row = municipalities.get(uow, municipality_id)
    return Place.of(row)


def _show(municipality_id: str, import_id: str, progress: Progress) -> None:
    """Lead from the job's page to the import's, which says how it went."""
    with open_unit(Scope.of(UUID(municipality_id)), read_only=True) as uow:
        code = municipalities.get(uow, UUID(municipality_id)).code
    progress.finish(f"/m/{code}/imports/{import_id}")


def forget() -> None:
    """Forget what files said of people, where it isn't needed any more."""
    actor = Actor("system", origin=f"job:{FORGET}")
    with open_unit(EMPTY, actor, read_only=True) as uow:
        places = active_places(uow)
    for place in places:
        with open_unit(Scope.of(place.id), actor) as uow:
            forget_old(uow, place)


JOBS: Final = (
    JobDeclaration(name=FORGET, run=forget, cron="40 3 * * *"),
    JobDeclaration(name=CHECK, run=check),
    JobDeclaration(name=APPLY, run=apply),
    JobDeclaration(name=UNDO, run=undo),
)
PERMISSION: Final = ("imports.manage",)
KINDS: Final = (
    JobKind(
        name=CHECK,
        title=lazy_gettext("Check of %(file)s"),
        permissions=PERMISSION,
        result_label=lazy_gettext("Show the result of the check"),
    ),
    JobKind(
        name=APPLY,
        title=lazy_gettext("Import of %(file)s"),
        permissions=PERMISSION,
        result_label=lazy_gettext("Show the result of the import"),
    ),
    JobKind(
        name=UNDO,
        title=lazy_gettext("Undoing the import of %(file)s"),
        permissions=PERMISSION,
        result_label=lazy_gettext("Show the import"),
    ),
)
