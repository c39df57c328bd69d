"""Printing slips for employees who can't sign in yet."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from core.accounts import queries, slips
from core.accounts.request_state import current
from core.accounts.schemas import SlipFilters
from core.accounts.slips import Slip
from core.errors import Invalid
from core.forms import Form
from core.localization import _, ngettext
from core.people.queries import Filters, Unit, reach, units_of
from core.people.schemas import with_rows
from core.policy.access import requires

blueprint = Blueprint("slips", __name__, url_prefix="/m/<municipality>/accounts/slips")


class Asked(NamedTuple):
    """The list that the address or the form asks for."""

    form: Form
    filters: Filters
    units: Mapping[UUID, Unit]


@blueprint.get("/")
@requires("accounts.manage")
def index() -> str:
    """List those who can't sign in yet."""
    asked, uow, place = _asked(request.args), current().uow, current().place
    cursor = request.args.get("cursor")
    return render_template(
        "accounts/slips.html",
        form=asked.form,
        page=queries.without_access(uow, place.id, asked.filters, asked.units, cursor),
        total=queries.count_without_access(uow, place.id, asked.filters, asked.units),
    )


@blueprint.route("/ask", methods=["GET", "POST"])
@requires("accounts.manage")
def ask() -> ResponseReturnValue:
    """Say how many slips will be printed, and what becomes of earlier ones."""
    if request.method != "POST":  # as after a switch of the language on this page
        return _to_list()
    try:
        chosen = _chosen(_asked(request.form))
    except Invalid as error:
        flash(str(error.message), "warning")
        return _to_list()
    return render_template("accounts/slips_ask.html", ids=chosen, most=queries.MOST_SLIPS)


@blueprint.route("/print", methods=["GET", "POST"])
@requires("accounts.manage")
def print_slips() -> ResponseReturnValue:
    """Make codes and send the slips as a PDF."""
    if request.method != "POST":  # as after a switch of the language on this page
        return _to_list()
    state = current()
    made = slips.print_for(state.uow, state.place, _chosen(_asked(request.form)))
    if not made:
        raise Invalid(_("None of them needs a slip any more."))
    return slips_file(made)


def slips_file(made: Sequence[Slip]) -> Response:
    """Return slips as a file that no cache keeps; the next page says that they were printed."""
    flash(
        ngettext("%(num)s slip was printed.", "%(num)s slips were printed.", len(made)), "success"
    )
    settings = current_app.extensions["hamyar_settings"]
    file = io.BytesIO(slips.pdf(made, settings.base_url))
    name = f"slips-{current().place.code}-{current().uow.today:%Y%m%d}.pdf"
    return send_file(file, "application/pdf", as_attachment=True, download_name=name)


def _to_list() -> ResponseReturnValue:
    kept: dict[str, Any] = {
        name: request.form[name] for name in ("q", "unit") if request.form.get(name)
    }
    return redirect(url_for("slips.index", **kept), 303)


def _asked(values: Mapping[str, str]) -> Asked:
    state = current()
    limits = state.viewer.units_for("accounts.manage", state.place.id)
    units = units_of(state.uow, state.place.id, limits)
    form = Form(with_rows(SlipFilters(), units)).read_filters(values)
    return Asked(
        form, Filters(form.data["q"], form.data["unit"], limits=reach(units, limits)), units
    )


def _chosen(asked: Asked) -> list[UUID]:
    """Return the employments that were ticked, or all of the list."""
    marks = None if request.form.get("everything") else _marks(request.form.getlist("ids"))
    found = queries.ids_without_access(
        current().uow, current().place.id, asked.filters, asked.units, marks
    )
    if not found:
        raise Invalid(_("Choose at least one employee."))
    return found


def _marks(values: Sequence[str]) -> list[UUID]:
    try:
        return [UUID(value) for value in values]
    except ValueError as error:
        raise Invalid(_("Choose at least one employee.")) from error
