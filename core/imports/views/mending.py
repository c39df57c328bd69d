"""Mending refused rows in place: what is typed becomes a small file of its own."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Row

from core.accounts.request_state import current
from core.imports import jobs, queries, services, storage
from core.imports.mapping import mapping_of
from core.imports.mend_form import cell_name, mend_row
from core.imports.models import ImportRun
from core.imports.views.shared import blueprint, standing, test_ids, to_import, to_job
from core.policy.access import requires

MOST: Final = 25
"""Rows that are mended on one page; more are better mended in the file."""


@blueprint.route("/<uuid:run_id>/mend", methods=["GET", "POST"])
@requires("imports.manage")
def mend(run_id: UUID) -> ResponseReturnValue:
    """Show refused rows to be mended; what was typed is checked as an import of its own."""
    run = standing(run_id).run
    page = queries.refusals(current().uow, current().place.id, run_id, None, size=MOST)
    if not page.items or run.mapping is None:
        return to_import(run_id)
    if request.method == "POST":
        return to_job(_check(run, page.items))
    mapping = mapping_of(run.mapping, kind=run.kind)
    rows = [
        mend_row(run.header, mapping, row.row, row.cells, queries.errors_of(row.errors))
        for row in page.items
    ]
    return render_template("imports/mend.html", run=run, rows=rows, more=bool(page.next))


def _check(run: ImportRun, rows: Sequence[Row[Any]]) -> ImportRun:
    """Upload what was typed, and let it be checked by the same mapping."""
    state, mapping = current(), mapping_of(run.mapping, kind=run.kind)
    with storage.received(io.BytesIO(_typed(run, rows))) as path:
        mended = services.upload(
            state.uow, state.place, name=run.file_name, path=path, kind=run.kind
        )
    return jobs.check_later(state.uow, state.place, mended.id, mapping, test_ids=test_ids())


def _typed(run: ImportRun, rows: Sequence[Row[Any]]) -> bytes:
    """Return the mended rows as a CSV file with the columns of the original."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(run.header)
    for row in rows:
        kept = {cell_name(row.row, index): cell for index, cell in enumerate(row.cells)}
        writer.writerow([request.form.get(name, cell) for name, cell in kept.items()])
    return file.getvalue().encode()
