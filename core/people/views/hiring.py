"""Adding an employee by form."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.forms import Form
from core.localization import lazy_gettext
from core.people import services
from core.people.directory import names_of
from core.people.queries import posts_of
from core.people.schemas import HireSchema, with_rows
from core.people.services import Hired, Outcome
from core.people.views.shared import blueprint, host, limits, units_in_reach
from core.policy.access import requires

SECTIONS = (
    (
        lazy_gettext("Who it is"),
        ("national_id", "given_name", "family_name", "father_name", "birth_date", "sex",
         "marital_status"),
    ),
    (lazy_gettext("How to reach the person"), ("mobile", "email")),
    (
        lazy_gettext("The employment"),
        ("personnel_number", "kind", "starts_on", "last_day", "second_employment"),
    ),
    (lazy_gettext("Unit and pay"), ("unit_id", "post_id", "monthly_base", "countable")),
)  # fmt: skip
"""Titles and fields of the form's parts."""

SAID = {
    Outcome.CREATED: lazy_gettext("%(name)s was added."),
    Outcome.LINKED: lazy_gettext(
        "%(name)s was added. The person is known in the province already: the stored record was "
        "linked, and its names and contact data stay as they are."
    ),
    Outcome.KNOWN: lazy_gettext("%(name)s has a second employment here now."),
}
"""What is said when it is done, by what became of the person."""


@blueprint.route("/new", methods=["GET", "POST"])
@requires("people.manage")
def new() -> ResponseReturnValue:
    """Add an employee."""
    state, form = current(), Form(_schema(), initial={"starts_on": current().uow.today})
    if form.submitted() and form.attempt(services.hire, state.uow, host(), state.place, form.data):
        return _done(form.result)
    return form.render("people/new.html", sections=SECTIONS)


def _schema() -> HireSchema:
    """The form; whoever answers for some units only must choose one of them."""
    state = current()
    posts = posts_of(state.uow, state.place.id)
    schema = with_rows(HireSchema(), units_in_reach("people.manage"), posts)
    schema.fields["unit_id"].required = limits("people.manage") is not None
    return schema


def _done(hired: Hired) -> ResponseReturnValue:
    name = " ".join(names_of(current().uow, hired.employment))
    flash(str(SAID[hired.outcome]) % {"name": name}, "success")
    return redirect(url_for("people.show", employment_id=hired.employment.id), 303)
