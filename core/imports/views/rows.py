"""The rows that wait for a confirmation, one by one, and their salaries on demand."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.audit.services import record
from core.database.paging import Page
from core.errors import Forbidden
from core.imports.examination import Verdict
from core.imports.kinds import kind_of
from core.imports.listing import Line, Sight
from core.imports.models import ImportRun
from core.imports.states import ImportState
from core.imports.views.shared import blueprint, standing, to_import
from core.localization import _
from core.people.services import record_reveal
from core.policy.access import requires

KINDS: Final = (Verdict.CHANGED, Verdict.NEW)
REVEALED: Final = {"salary": "salary", "amount": "deductions"}
"""Values that are hidden at first → what was looked at, as records of it call that."""


@blueprint.get("/<uuid:run_id>/rows")
@requires("imports.manage")
def rows(run_id: UUID) -> ResponseReturnValue:
    """List the new or the changed rows of a checked import; kind and page are in the address."""
    run = standing(run_id).run
    if run.state != ImportState.CHECKED:
        return to_import(run_id)
    return _page(run, salary=False)


@blueprint.route("/<uuid:run_id>/rows/salaries", methods=["GET", "POST"])
@requires("people.reveal")
def salaries(run_id: UUID) -> ResponseReturnValue:
    """List the rows with their salaries, on this page only; everybody concerned can see it."""
    run = standing(run_id).run
    if request.method != "POST" or run.state != ImportState.CHECKED:
        kind, cursor = request.args.get("kind"), request.args.get("cursor")
        return redirect(url_for("imports.rows", run_id=run_id, kind=kind, cursor=cursor), 303)
    if not _reaches_all("people.reveal"):
        text = _("This needs the permission for the whole municipality.")
        raise Forbidden(text, code="permission")
    return _page(run, salary=True)


def _page(run: ImportRun, *, salary: bool) -> str:
    state, kind = current(), _kind(run)
    sight = Sight(stored=_reaches_all("people.view"), salary=salary)
    cursor = request.args.get("cursor")
    lines = kind_of(run.kind).lines
    page = lines(state.uow, state.place.id, run.id, kind, cursor, sight)
    if salary:
        _record(run, page)
    return render_template(
        "imports/rows.html",
        run=run,
        kind=kind,
        page=page,
        sight=sight,
        may_reveal=_reaches_all("people.reveal"),
    )


def _kind(run: ImportRun) -> str:
    """Return the verdict that is asked for, else changed, if there are any, else new."""
    asked = request.args.get("kind")
    if asked in KINDS:
        return str(asked)
    return Verdict.CHANGED if run.checked[Verdict.CHANGED] else Verdict.NEW


def _reaches_all(permission: str) -> bool:
    """Whether the viewer has a permission for the whole municipality."""
    return current().viewer.units_for(permission, current().place.id) is None


def _record(run: ImportRun, page: Page[Line]) -> None:
    """Put on record whose salaries were looked at: of employees with each, else with the import."""
    state = current()
    shown = [
        (line, REVEALED[value.key])
        for line in page.items
        for value in line.values
        if value.key in REVEALED
    ]
    record(
        state.uow,
        "imports.reveal",
        municipality_id=state.place.id,
        subject_type="import",
        subject_id=run.id,
        kind="read",
        detail={"fields": sorted({field for _line, field in shown}), "rows": len(shown)},
    )
    for line, field in shown:
        if line.employment_id and line.person_id:
            record_reveal(
                state.uow,
                state.place,
                employment_id=line.employment_id,
                person_id=line.person_id,
                fields=[field],
            )
