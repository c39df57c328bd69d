"""The list of imports, a new one, and the choice of its columns."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.forms import Form
from core.imports import jobs, mapping_form, queries, saved_mappings, services, storage
from core.imports.kinds import EMPLOYEES, KINDS, Kind
from core.imports.mapping import ColumnMapping
from core.imports.models import ImportRun
from core.imports.pasting import as_file
from core.imports.reading.limits import Limits
from core.imports.schemas import UploadSchema
from core.imports.states import MAPPABLE, TITLES, TONES
from core.imports.views.shared import blueprint, standing, test_ids, to_import, to_job
from core.localization import _
from core.localization.filters import jdate
from core.policy.access import requires


@blueprint.get("/")
@requires("imports.manage")
def index() -> str:
    """List the imports of the municipality and its saved mappings."""
    uow, here = current().uow, current().place.id
    return render_template(
        "imports/index.html",
        page=queries.runs(uow, here, request.args.get("cursor")),
        state_of=queries.state_of,
        titles=TITLES,
        tones=TONES,
        mappings=saved_mappings.all_saved_mappings(uow, here),
        kinds=KINDS,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires("imports.manage")
def new() -> ResponseReturnValue:
    """Take a file or pasted rows in; ``kind`` in the address says what they hold."""
    kind = _kind()
    form = Form(UploadSchema())
    if form.submitted() and form.attempt(_receive, kind, form.data):
        return redirect(url_for("imports.columns", run_id=form.result.id), 303)
    limits, largest = Limits(), services.LARGEST_MB
    return form.render("imports/new.html", kind=kind, limits=limits, largest=largest)


def _kind() -> Kind:
    return KINDS.get(request.args.get("kind", ""), EMPLOYEES)


def _receive(kind: Kind, data: dict[str, Any]) -> ImportRun:
    state, file = current(), data["file"]
    name = file.filename if file else _("Pasted rows")
    pasted = b"" if file else as_file(data["rows"], headless=data["headless"])
    stream = file.stream if file else io.BytesIO(pasted)
    with storage.received(stream) as path:
        return services.upload(state.uow, state.place, name=name, path=path, kind=kind.name)


@blueprint.route("/<uuid:run_id>/columns", methods=["GET", "POST"])
@requires("imports.manage")
def columns(run_id: UUID) -> ResponseReturnValue:
    """Choose which column is which field; then the check begins."""
    found = standing(run_id)
    if found.state not in MAPPABLE or found.applied:
        return to_import(run_id)
    uow, run, chosen = current().uow, found.run, request.args.get("mapping", "")
    saved = saved_mappings.saved_mappings(uow, current().place.id, run.kind)
    proposed = mapping_form.propose(run, saved, chosen)
    form = Form(mapping_form.mapping_schema(run, proposed), mapping_form.initial(proposed))
    if form.submitted() and form.attempt(_choose, run, form.data):
        return to_job(form.result) if form.result.id == run_id else to_import(form.result.id)
    return form.render(
        "imports/columns.html",
        run=run,
        saved=saved,
        needed=mapping_form.PARTS[run.kind].needed,
        options=mapping_form.PARTS[run.kind].options,
        proposed=proposed,
        samples=mapping_form.samples_of(run, proposed),
        test_ids=run.kind == EMPLOYEES.name and test_ids() and not form["column_national_id"].value,
    )


def _choose(run: ImportRun, data: dict[str, Any]) -> ImportRun:
    """Let the file be checked; of one that went in already return the import that did it."""
    state, mapping = current(), mapping_form.chosen_mapping(run.kind, data)
    if data["name"]:
        saved_mappings.save_mapping(state.uow, state.place, data["name"], mapping, run.header)
    earlier = _earlier(run, mapping)
    if earlier is not None:
        return earlier
    return jobs.check_later(state.uow, state.place, run.id, mapping, test_ids=test_ids())


def _earlier(run: ImportRun, mapping: ColumnMapping) -> ImportRun | None:
    state = current()
    key = services.mapping_key(mapping, run.sheet)
    found = queries.same_import(state.uow, state.place.id, run.file_hash, key)
    if found is not None:
        services.cancel(state.uow, state.place, run.id)
        text = _(
            "This file was imported with these columns on %(day)s. Nothing is left to do.",
            day=jdate(found.confirmed_at),
        )
        flash(text, "info")
    return found


@blueprint.post("/<uuid:run_id>/sheet")
@requires("imports.manage")
def sheet(run_id: UUID) -> ResponseReturnValue:
    """Read another sheet of the workbook."""
    state = current()
    services.choose_sheet(state.uow, state.place, run_id, request.form.get("sheet", ""))
    return redirect(url_for("imports.columns", run_id=run_id), 303)
