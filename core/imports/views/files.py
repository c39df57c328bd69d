"""Files to take away: a template, and the refused rows with their reasons."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from typing import BinaryIO
from uuid import UUID

from flask import Response, request, send_file

from core.accounts.request_state import current
from core.audit.services import record
from core.exports.tables import Column, Value, write_csv, write_xlsx
from core.imports import queries
from core.imports.error_report import report_columns, report_rows
from core.imports.kinds import EMPLOYEES
from core.imports.template import EXAMPLES, template_columns, template_row
from core.imports.views.shared import blueprint, standing
from core.localization import current_locale
from core.policy.access import requires


@blueprint.get("/template.<any(csv, xlsx):kind>")
@requires("imports.manage")
def template(kind: str) -> Response:
    """Send a table with all columns that are understood and one row as an example."""
    of = request.args.get("of")
    name = of if of in EXAMPLES else EMPLOYEES.name
    return _send(kind, name, template_columns(name), [template_row(name)])


@blueprint.post("/<uuid:run_id>/refused.<any(csv, xlsx):kind>")
@requires("imports.manage")
def refused_file(run_id: UUID, kind: str) -> Response:
    """Send the refused rows to be mended and uploaded again; that is on record."""
    state, run = current(), standing(run_id).run
    rows = report_rows(queries.all_refusals(state.uow, state.place.id, run_id))
    record(
        state.uow,
        "imports.refused",
        municipality_id=state.place.id,
        subject_type="import",
        subject_id=run_id,
        kind="export",
        detail={"format": kind},
    )
    return _send(kind, "refused", report_columns(run.header), rows)


def _send(
    kind: str, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]
) -> Response:
    file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 # the answer closes it
    write_as = write_csv if kind == "csv" else write_xlsx
    write_as(file, columns, rows, locale=current_locale())
    file.seek(0)
    return send_file(file, as_attachment=True, download_name=f"{name}.{kind}", max_age=0)
