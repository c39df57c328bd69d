"""What the pages of imports share: the blueprint, who may open it, the words for failures."""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.errors import Forbidden
from core.imports import mapping, queries, running
from core.imports.models import ImportRun
from core.imports.queries import Standing
from core.imports.reading import errors as reading
from core.imports.steps import HANGS
from core.imports.undoing import CHANGED_SINCE
from core.imports.wording import spoken
from core.localization import LazyString, _, lazy_gettext, ngettext

PERMISSION: Final = "imports.manage"
blueprint = Blueprint("imports", __name__, url_prefix="/m/<municipality>/imports")

REFERRERS: Final = {
    CHANGED_SINCE: lazy_gettext("changed since"),
    "account": lazy_gettext("accounts"),
    "dependant": lazy_gettext("family members"),
    "issued_document": lazy_gettext("issued documents"),
    "message": lazy_gettext("messages"),
    "request": lazy_gettext("requests"),
}
"""What may hang on the rows of an import, by table."""


class Failure(NamedTuple):
    """Why an import failed, and what to do."""

    message: str | LazyString
    remedy: str | LazyString


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


def to_import(run_id: UUID) -> ResponseReturnValue:
    """Go to the page of an import, which shows where it stands."""
    return redirect(url_for("imports.show", run_id=run_id), 303)


def to_job(run: ImportRun) -> ResponseReturnValue:
    """Go to the page that shows how far the worker is."""
    return redirect(url_for("jobs.show", job_id=run.job_id), 303)


def failure_of(run: ImportRun) -> Failure | None:
    """Return what is wrong with an import, in words."""
    code, figures = run.failure.get("code"), run.failure.get("figures", {})
    if code is None:
        return None
    if code == HANGS:
        return Failure(_hanging(figures), _("Undo or remove that first, or leave the import."))
    if code == running.GUESSING:
        return Failure(
            _("Too many people of the file are stored with another family name or birth date."),
            _("Check both columns, and try again in an hour."),
        )
    words = (mapping.WORDS | reading.WORDS)[code]
    return Failure(spoken(words.message, figures), spoken(words.remedy, figures))


def _hanging(figures: dict[str, int]) -> str:
    named = (f"{REFERRERS.get(table, table)} ({count})" for table, count in figures.items())
    return ngettext(
        "This import can't be undone, as %(num)s row hangs on it: %(what)s.",
        "This import can't be undone, as %(num)s rows hang on it: %(what)s.",
        sum(figures.values()),
        what=_(", ").join(named),
    )
