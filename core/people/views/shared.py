"""What the desk's pages of people share: blueprints, reach, and the end of a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current
from core.errors import Forbidden
from core.forms import Form
from core.localization import _
from core.people.directory import works_in
from core.people.queries import Unit, units_of
from core.people.record import Record, record_of
from core.people.schemas import DayFilter
from core.plugin_host.host import PluginHost
from core.policy.enforcement import not_found

blueprint = Blueprint("people", __name__, url_prefix="/m/<municipality>/people")
units_blueprint = Blueprint("units", __name__, url_prefix="/m/<municipality>/units")


def host() -> PluginHost:
    """Return the plugins of this process."""
    found: PluginHost = current_app.extensions["hamyar_plugins"]
    return found


def record_in_reach(employment_id: UUID, permission: str = "people.view") -> Record:
    """Return an employee of the municipality, in the units that the viewer's grants cover.

    Raises:
        NotFound: there is none, or he isn't the viewer's to know.
    """
    record = record_of(current().uow, current().place.id, employment_id)
    if record is None or not covers(permission, record):
        raise not_found()
    return record


def covers(permission: str, record: Record) -> bool:
    """Tell whether the viewer holds the permission for this employee's unit."""
    state, units = current(), limits(permission)
    if not units:
        return units is None
    return works_in(state.uow, state.place.id, record.employment_id, units)


def changeable(employment_id: UUID) -> Record:
    """Return an employee whom the viewer may change: anybody in reach but himself."""
    record = record_in_reach(employment_id, "people.manage")
    if is_own(record):
        raise Forbidden(_("Your own record can only be changed by a colleague."), code="own")
    return record


def is_own(record: Record) -> bool:
    """Tell whether the record is the viewer's."""
    return record.person_id == current().viewer.person_id


def limits(permission: str) -> frozenset[UUID] | None:
    """Return the units that the permission is limited to here; None = no limit."""
    state = current()
    return state.viewer.units_for(permission, state.place.id)


def may_change_all() -> bool:
    """Tell whether the viewer may change people and units without limits to some units."""
    return current().can("people.manage") and limits("people.manage") is None


def units_in_reach(permission: str, on: date | None = None) -> dict[UUID, Unit]:
    """Return the units of the municipality that the permission covers, as they are ``on`` a day."""
    state = current()
    return units_of(state.uow, state.place.id, limits(permission), on)


def day_form() -> Form:
    """Return the form with the day that the address asks for."""
    return Form(DayFilter()).read_filters(request.args)


def day_asked() -> date | None:
    """Return the day that the address asks for; None for today and for what isn't a day."""
    day: date | None = day_form().data["on"]
    return None if day == current().uow.today else day


def versioned(action: Callable[..., object], employment_id: UUID, data: Mapping[str, Any]) -> None:
    """Call a service with a form's facts and the version that it builds on."""
    facts = {name: value for name, value in data.items() if name != "version"}
    state = current()
    action(state.uow, state.place, employment_id, facts, version=data["version"])


def back_to(employment_id: UUID, message: str) -> ResponseReturnValue:
    """Return to an employee's page with a message."""
    flash(message, "success")
    return redirect(url_for("people.show", employment_id=employment_id), 303)
