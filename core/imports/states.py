"""The states of an import and what may follow on each."""

from __future__ import annotations

import enum
from typing import Final

from core.localization import lazy_gettext


class ImportState(enum.StrEnum):
    """How far an import is.

    uploaded → mapped (the dry run waits or runs) → checked → confirmed (waits) → running → done.
    ``undoing`` takes it back to ``undone``, or to where it was when something hangs on its rows.
    """

    UPLOADED = "uploaded"
    MAPPED = "mapped"
    CHECKED = "checked"
    CONFIRMED = "confirmed"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDOING = "undoing"
    UNDONE = "undone"


S = ImportState
MAPPABLE: Final = frozenset({S.UPLOADED, S.CHECKED, S.FAILED})
"""The columns may be chosen anew; only while no row was applied."""
CANCELLABLE: Final = frozenset({S.UPLOADED, S.MAPPED, S.CHECKED, S.CONFIRMED, S.RUNNING, S.FAILED})
"""It may be stopped or given up; rows that went in stay until they are undone."""
UNDOABLE: Final = frozenset({S.DONE, S.CANCELLED, S.FAILED})
"""The rows may be taken back, if any went in."""
RESUMABLE: Final = frozenset({S.CANCELLED, S.FAILED})
"""The rest of the rows may be applied, if some went in already."""
TAKING_PLACE: Final = frozenset({S.CONFIRMED, S.RUNNING, S.DONE, S.UNDOING})
"""Another import of the same file by the same mapping has nothing to do."""
IN_WORK: Final = frozenset({S.MAPPED, S.CONFIRMED, S.RUNNING, S.UNDOING})
"""A background job is at it."""


def after_stop(state: ImportState, *, complete: bool) -> ImportState:
    """Return where an import stands whose background job ended before its time.

    ``complete``: every row was applied.
    """
    if state is S.MAPPED:
        return S.UPLOADED
    if state is S.UNDOING:
        return S.DONE if complete else S.CANCELLED
    return S.CANCELLED if state in IN_WORK else state


TITLES: Final = {
    S.UPLOADED: lazy_gettext("Choose the columns"),
    S.MAPPED: lazy_gettext("Being checked"),
    S.CHECKED: lazy_gettext("Waits for your confirmation"),
    S.CONFIRMED: lazy_gettext("About to begin"),
    S.RUNNING: lazy_gettext("Going in"),
    S.DONE: lazy_gettext("Done"),
    S.FAILED: lazy_gettext("Failed"),
    S.CANCELLED: lazy_gettext("Stopped"),
    S.UNDOING: lazy_gettext("Being undone"),
    S.UNDONE: lazy_gettext("Undone"),
}
"""The word for each state, the same everywhere."""
TONES: Final = {
    S.UPLOADED: "review",
    S.MAPPED: "info",
    S.CHECKED: "review",
    S.CONFIRMED: "info",
    S.RUNNING: "info",
    S.DONE: "ok",
    S.FAILED: "danger",
    S.CANCELLED: "warn",
    S.UNDOING: "info",
    S.UNDONE: "neutral",
}
"""The tone of each state's tag (components/status.html)."""
