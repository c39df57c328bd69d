"""What the pages of imports share: the blueprint, who may open it, where they lead."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.errors import Forbidden
from core.imports import queries, sample_files
from core.imports.models import ImportRun
from core.imports.queries import Standing
from core.localization import _

PERMISSION: Final = "imports.manage"
blueprint = Blueprint("imports", __name__, url_prefix="/m/<municipality>/imports")


@blueprint.before_request
def whole_municipality_only() -> None:
    """A file is about the whole municipality: a grant for some units isn't enough."""
    state = current()
    if state.viewer.units_for(PERMISSION, state.place.id) is not None:
        text = _("Imports need the permission for the whole municipality.")
        raise Forbidden(text, code="permission")


def standing(run_id: UUID) -> Standing:
    """Return an import of the municipality; raise NotFound."""
    return queries.standing(current().uow, current().place.id, run_id)


def test_ids() -> bool:
    """Whether test identities may be made in this installation."""
    return sample_files.allowed(current_app.extensions["hamyar_settings"])


def to_import(run_id: UUID) -> ResponseReturnValue:
    """Go to the page of an import, which shows where it stands."""
    return redirect(url_for("imports.show", run_id=run_id), 303)


def to_job(run: ImportRun) -> ResponseReturnValue:
    """Go to the page that shows how far the worker is."""
    return redirect(url_for("jobs.show", job_id=run.job_id), 303)
