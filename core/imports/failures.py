"""Why an import failed or can't be undone, put in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from core.imports import mapping, running
from core.imports.reading import errors as reading
from core.imports.steps import HANGS
from core.imports.undoing import CHANGED_SINCE
from core.imports.wording import spoken
from core.localization import _, lazy_gettext, ngettext
from core.sdk import Text

REFERRERS: Final[Mapping[str, Text]] = {
    CHANGED_SINCE: lazy_gettext("changed since"),
    "account": lazy_gettext("accounts"),
    "external_deduction": lazy_gettext("deductions of others"),
    "dependant": lazy_gettext("family members"),
    "issued_document": lazy_gettext("issued documents"),
    "message": lazy_gettext("messages"),
    "request": lazy_gettext("requests"),
}
"""What may hang on the rows of an import, by table; others are called by their name."""


class Failure(NamedTuple):
    """Why, and what to do."""

    message: Text
    remedy: Text


def explained(failure: Mapping[str, Any]) -> Failure | None:
    """Return the words for what `ImportRun.failure` stores; None for an empty one."""
    code, figures = failure.get("code"), failure.get("figures", {})
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


def _hanging(figures: Mapping[str, int]) -> str:
    named = (f"{REFERRERS.get(table, table)} ({count})" for table, count in figures.items())
    return ngettext(
        "This import can't be undone, as %(num)s row hangs on it: %(what)s.",
        "This import can't be undone, as %(num)s rows hang on it: %(what)s.",
        sum(figures.values()),
        what=_(", ").join(named),
    )
