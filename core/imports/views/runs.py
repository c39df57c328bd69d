"""One import: the result of its check, the confirmation, what became of it, undo."""

from __future__ import annotations

from uuid import UUID

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.imports import failures, jobs, queries, services
from core.imports.masking import shown_value
from core.imports.states import TITLES, TONES, ImportState
from core.imports.views.shared import blueprint, standing, to_import, to_job
from core.jobs import registry
from core.jobs.views import JobView
from core.localization import _
from core.policy.access import requires


@blueprint.get("/<uuid:run_id>")
@requires("imports.manage")
def show(run_id: UUID) -> str:
    """Show where an import stands and what can be done next."""
    found = standing(run_id)
    faults = queries.faults(current().uow, current().place.id, run_id)
    job = found.job
    return render_template(
        "imports/show.html",
        standing=found,
        run=found.run,
        states=ImportState,
        title=TITLES[found.state],
        tone=TONES[found.state],
        failure=failures.explained(found.run.failure),
        faults=faults,
        job=JobView(job, registry.kinds()[job.kind]) if job and found.is_in_work else None,
    )


@blueprint.get("/<uuid:run_id>/refused")
@requires("imports.manage")
def refused(run_id: UUID) -> str:
    """List the rows that stay out, each with its reasons."""
    found = standing(run_id)
    page = queries.refusals(current().uow, current().place.id, run_id, request.args.get("cursor"))
    return render_template(
        "imports/refused.html",
        run=found.run,
        states=ImportState,
        page=page,
        errors_of=queries.errors_of,
        shown_value=shown_value,
    )


@blueprint.route("/<uuid:run_id>/confirm", methods=["GET", "POST"])
@requires("imports.manage")
def confirm(run_id: UUID) -> ResponseReturnValue:
    """Ask once more with the numbers, then let the rows go in."""
    found = standing(run_id)
    if found.state is not ImportState.CHECKED:
        return to_import(run_id)  # a second press of the button
    if request.method == "GET":
        return render_template("imports/confirm.html", run=found.run)
    return to_job(jobs.apply_later(current().uow, current().place, run_id))


@blueprint.post("/<uuid:run_id>/resume")
@requires("imports.manage")
def resume(run_id: UUID) -> ResponseReturnValue:
    """Let the rest of a stopped import go in."""
    return to_job(jobs.resume_later(current().uow, current().place, run_id))


@blueprint.post("/<uuid:run_id>/cancel")
@requires("imports.manage")
def cancel(run_id: UUID) -> ResponseReturnValue:
    """Stop an import, or give it up before it goes in."""
    services.cancel(current().uow, current().place, run_id)
    flash(_("The import was stopped."), "success")
    return to_import(run_id)


@blueprint.route("/<uuid:run_id>/undo", methods=["GET", "POST"])
@requires("imports.manage")
def undo(run_id: UUID) -> ResponseReturnValue:
    """Ask once more, then take the import back."""
    found = standing(run_id)
    if not found.can_be_undone:
        return to_import(run_id)
    if request.method == "GET":
        return render_template("imports/undo.html", run=found.run)
    return to_job(jobs.undo_later(current().uow, current().place, run_id))
