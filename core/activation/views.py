"""The service matrix, switching a service, and the page of a service with its settings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current, widen_scope
from core.activation import board, policies, queries, services, settings
from core.activation.schemas import SwitchSchema
from core.activation.states import OPEN, TITLES, ServiceState
from core.errors import Forbidden
from core.forms import Form
from core.localization import _
from core.municipalities.place import Place
from core.plugin_host.current import current_host
from core.plugin_host.plugin import Plugin
from core.policy.access import requires
from core.policy.enforcement import not_found

blueprint = Blueprint("services", __name__, url_prefix="/m/<municipality>/services")


@blueprint.get("/")
@requires("services.view")
def matrix() -> ResponseReturnValue:
    """Show which service is on where: the whole province, or the municipality alone."""
    state, plugins = current(), board.columns(current_host())
    places = _places()
    widen_scope(state, frozenset(place.id for place in places))
    known = queries.states(state.uow, [place.id for place in places])
    rows = [(place, board.row(place, plugins, known, state.viewer)) for place in places]
    template = "matrix" if state.place.is_organisation else "own"
    return render_template(f"activation/{template}.html", plugins=plugins, rows=rows)


def _places() -> list[Place]:
    """The municipality itself, and on the organisation's page all that the viewer may see."""
    state = current()
    members = [p for p in state.places if p.organisation_id == state.place.id]
    return [state.place, *(place for place in members if state.can("services.view", place))]


@blueprint.get("/<service>/switch")
@requires("services.manage")
def switch(service: str) -> ResponseReturnValue:
    """Ask once more, with what stands against it."""
    found = queries.activation(current().uow, current().place, service)
    return _switch_page(service, Form(SwitchSchema(), initial={"version": found.version}))


@blueprint.post("/<service>/switch")
@requires("services.manage")
def do_switch(service: str) -> ResponseReturnValue:
    """Switch; it acts on the next request."""
    form = Form(SwitchSchema())
    if form.submitted() and form.attempt(_switch, service, form.data):
        flash(_said(service, ServiceState(form.data["new_state"])), "success")
        return redirect(_matrix_url(), 303)
    return _switch_page(service, form)


def _switch(service: str, data: dict[str, Any]) -> None:
    state, plugin = current(), _plugin(service)
    services.switch(
        state.uow,
        current_host(),
        state.place,
        plugin.name,
        ServiceState(data["new_state"]),
        reason=data["reason"],
        override=data["override"],
        by_organisation=board.in_organisation(state.place, state.viewer),
        version=data["version"],
    )


def _switch_page(service: str, form: Form) -> ResponseReturnValue:
    state, plugin = current(), _plugin(service)
    if not board.can_switch(plugin, state.place, state.viewer):
        raise Forbidden(policies.RESTRICTED)
    found = queries.activation(state.uow, state.place, service)
    moves = board.moves(state.uow, current_host(), state.place, service, found.state)
    shown = [service] if found.state in OPEN else []
    return form.render(
        "activation/switch.html",
        place=state.place,
        plugin=plugin,
        found=found,
        tone=board.TONES[found.state],
        label=TITLES[found.state],
        moves=moves,
        under_way=board.under_way(moves),
        figures=board.figures(state.uow, current_host(), state.place, shown),
        back_url=_matrix_url(),
    )


@blueprint.get("/<service>/")
@requires("services.view")
def detail(service: str) -> ResponseReturnValue:
    """Show how a service stands here, its settings and its history."""
    return _detail_page(service, _settings_form(service))


@blueprint.route("/<service>/settings", methods=["GET", "POST"])
@requires("services.manage")
def change_settings(service: str) -> ResponseReturnValue:
    """Store the settings of a service here."""
    if request.method != "POST":  # as after a switch of the language on this page
        return redirect(url_for(".detail", service=service), 303)
    state, form = current(), _settings_form(service)
    version = request.args.get("version", type=int)
    if form is None:
        raise not_found()
    if form.submitted() and form.attempt(
        settings.change_settings,
        state.uow,
        current_host(),
        state.place,
        service,
        form.data,
        version=version,
    ):
        flash(_("The settings were saved."), "success")
        return redirect(url_for(".detail", service=service), 303)
    return _detail_page(service, form)


def _settings_form(service: str) -> Form | None:
    """The form of the settings, for those who may change them; secrets are never sent."""
    state, plugin = current(), _plugin(service)
    stored = settings.stored_settings(state.uow, state.place, service)
    schema = settings.schema_of(current_host(), service, stored)
    if schema is None or policies.obstacle(plugin) or not state.can("services.manage"):
        return None
    return Form(
        schema, initial=settings.settings_of(state.uow, current_host(), state.place, service)
    )


def _detail_page(service: str, form: Form | None) -> ResponseReturnValue:
    state, plugin = current(), _plugin(service)
    found = queries.activation(state.uow, state.place, service)
    cell = board.row(state.place, [plugin], {(state.place.id, service): found}, state.viewer)[0]
    schema = settings.schema_of(current_host(), service, {})
    entries = board.told(queries.history(state.uow, state.place, service), schema)
    context = {
        "cell": cell,
        "found": found,
        "entries": entries,
        "obstacle": policies.obstacle(plugin),
    }
    if form:
        return form.render("activation/detail.html", **context)
    return render_template("activation/detail.html", form=None, **context)


def _plugin(service: str) -> Plugin:
    found = {plugin.name: plugin for plugin in board.columns(current_host())}.get(service)
    if found is None:
        raise not_found()
    return found


def _said(service: str, state: ServiceState) -> str:
    said = {
        ServiceState.ON: _("%(service)s is now on: %(place)s."),
        ServiceState.CLOSING: _(
            "Intake of %(service)s is stopped (it closes gradually): %(place)s."
        ),
        ServiceState.OFF: _("%(service)s is now off: %(place)s."),
    }
    return said[state] % {"service": _plugin(service).title, "place": current().place.name}


def _matrix_url() -> str:
    """The matrix of the organisation for those who see it, else the municipality's own list."""
    state = current()
    above = [p for p in state.places if p.id == state.place.organisation_id]
    place = next((p for p in above if state.can("services.view", p)), state.place)
    return url_for("services.matrix", municipality=place.code)
