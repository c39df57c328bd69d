"""What people see of a kind of background job: its title, who may look, what a failure means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.localization import lazy_gettext
from core.sdk.text import Text

UNEXPECTED = "unexpected"
STALLED = "stalled"
COMMON_MESSAGES: Mapping[str, Text] = {
    UNEXPECTED: lazy_gettext(
        "Something went wrong on our side; what was done up to here is kept. "
        "Start it again; if it happens once more, tell the support."
    ),
    STALLED: lazy_gettext(
        "The work was interrupted too often and was given up; what was done up to here is kept."
    ),
}
"""Meanings of the codes that every kind may fail with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """A kind of job that has a page.

    ``title`` may name values of the job's ``params`` as ``%(file)s``. Who holds any of
    ``permissions`` in the municipality may watch and stop it. ``messages`` explain the codes
    that `Progress.fail` is given.
    """

    name: str
    title: Text
    permissions: tuple[str, ...]
    result_label: Text = ""
    messages: Mapping[str, Text] = field(default_factory=dict)

    def titled(self, params: Mapping[str, object]) -> str:
        """Return the title in the language in force, with the job's values."""
        return str(self.title) % params

    def explained(self, code: str) -> str:
        """Return what a failure code means; an unknown one is unexpected."""
        known = self.messages.get(code) or COMMON_MESSAGES.get(code)
        return str(known or COMMON_MESSAGES[UNEXPECTED])
