"""The desk's home."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template

from core.accounts.request_state import current
from core.desk import home as front
from core.localization import lazy_gettext
from core.policy.access import member
from core.policy.enforcement import not_found
from core.shell import Entry, is_office, links_of

blueprint = Blueprint("desk", __name__, url_prefix="/m/<municipality>/desk")

QUICK: Final = (
    Entry("inbox.index", "inbox", lazy_gettext("Work through the inbox")),
    Entry("people.new", "user-plus", lazy_gettext("Add an employee")),
    Entry("imports.new", "file-import", lazy_gettext("Import an employee file")),
    Entry("services.matrix", "switch-horizontal", lazy_gettext("Switch services")),
)
"""What officers do most."""


@blueprint.get("/")
@member
def home() -> str:
    """How the municipality stands; only for officers, to employees it doesn't exist."""
    state = current()
    if not is_office(state.place):
        raise not_found()
    return render_template(
        "desk/home.html",
        home=front.build(state),
        quick=links_of(QUICK, state.place),
        waiting_note=front.waiting_note,
    )
