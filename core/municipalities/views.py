"""The organisation's list of municipalities, and each municipality's own contact data."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current, widen_scope
from core.forms import Form
from core.localization import _, current_locale
from core.municipalities import queries, services
from core.municipalities.models import Municipality
from core.municipalities.schemas import ContactSchema, MunicipalitySchema
from core.plugin_host.current import current_host
from core.policy.access import requires, requires_in_organisation
from core.policy.enforcement import not_found

organisation = Blueprint("organisation", __name__, url_prefix="/m/<municipality>/organisation")
municipality = Blueprint("municipality", __name__, url_prefix="/m/<municipality>/municipality")


@organisation.get("/")
@requires_in_organisation("municipalities.manage")
def index() -> ResponseReturnValue:
    """List the municipalities of the province."""
    rows = queries.members(current().uow, current().place.id)
    return render_template("municipalities/index.html", rows=rows)


@organisation.route("/new", methods=["GET", "POST"])
@requires_in_organisation("municipalities.manage")
def new() -> ResponseReturnValue:
    """Add a municipality."""
    state = current()
    form = Form(MunicipalitySchema(), initial={"weekend": ["6"]})
    if form.submitted() and form.attempt(services.add, state.uow, state.place.id, form.data):
        flash(_("%(name)s was added.", name=form.result.name(current_locale())), "success")
        return redirect(url_for(".index"), 303)
    return form.render("municipalities/edit.html", row=None)


@organisation.route("/<code>/edit", methods=["GET", "POST"])
@requires_in_organisation("municipalities.manage")
def edit(code: str) -> ResponseReturnValue:
    """Change a municipality."""
    state, row = current(), _member(code)
    form = Form(MunicipalitySchema(), initial=queries.facts_of(row))
    if form.submitted() and form.attempt(
        services.edit, state.uow, row, form.data, noted_in=state.place.id
    ):
        flash(_("Your changes were saved."), "success")
        return redirect(url_for(".index"), 303)
    return form.render("municipalities/edit.html", row=row)


@organisation.get("/<code>/deactivate")
@requires_in_organisation("municipalities.manage")
def ask_deactivate(code: str) -> ResponseReturnValue:
    """Say what deactivating means, and which services stand against it."""
    state, row = current(), _member(code)
    widen_scope(state, frozenset({row.id}))
    names = services.services_on(state.uow, row.id)
    return render_template("municipalities/deactivate.html", row=row, services=titles(names))


@organisation.post("/<code>/deactivate")
@requires_in_organisation("municipalities.manage")
def deactivate(code: str) -> ResponseReturnValue:
    """Hide a municipality with all its pages."""
    state, row = current(), _member(code)
    widen_scope(state, frozenset({row.id}))
    services.deactivate(state.uow, row, noted_in=state.place.id)
    flash(_("%(name)s was deactivated.", name=row.name(current_locale())), "success")
    return redirect(url_for(".index"), 303)


@organisation.post("/<code>/activate")
@requires_in_organisation("municipalities.manage")
def activate(code: str) -> ResponseReturnValue:
    """Bring a municipality back."""
    state, row = current(), _member(code)
    services.activate(state.uow, row, noted_in=state.place.id)
    flash(_("%(name)s is active again.", name=row.name(current_locale())), "success")
    return redirect(url_for(".index"), 303)


def titles(names: Iterable[str]) -> list[str]:
    """Return the titles of services; the name of one that isn't here any more."""
    host = current_host()
    plugins = [(name, host.get(name)) for name in names]
    return [str(plugin.title) if plugin else name for name, plugin in plugins]


def _member(code: str) -> Municipality:
    row = queries.member(current().uow, current().place.id, code)
    if row is None:
        raise not_found()
    return row


@municipality.route("/", methods=["GET", "POST"], endpoint="edit")
@requires("municipalities.manage")
def edit_own() -> ResponseReturnValue:
    """Change the municipality's own contact data."""
    state = current()
    row = queries.get(state.uow, state.place.id)
    facts = queries.facts_of(row)
    form = Form(ContactSchema(), initial=facts)
    if form.submitted() and form.attempt(services.edit, state.uow, row, form.data, noted_in=row.id):
        flash(_("Your changes were saved."), "success")
        return redirect(url_for(".edit"), 303)
    return form.render("municipalities/own.html", row=row)
