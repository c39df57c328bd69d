"""What the service matrix, the page of a service and the page for switching it show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.activation import policies, services
from core.activation.models import ServiceActivationChange
from core.activation.queries import NEVER, Activation, Key
from core.activation.states import TITLES, ServiceState
from core.database.unit_of_work import UnitOfWork
from core.errors import Unavailable
from core.forms import FormSchema
from core.localization import _, lazy_gettext
from core.localization.jalali import jalali_year, year_bounds
from core.municipalities.place import Place
from core.plugin_host.host import PluginHost
from core.plugin_host.plugin import Plugin
from core.policy.viewer import Viewer
from core.sdk import Blocker, Figure, Municipality, Period, Text

TONES = {ServiceState.ON: "ok", ServiceState.CLOSING: "warn", ServiceState.OFF: "neutral"}
ACTIONS = {
    ServiceState.ON: lazy_gettext("Switch on"),
    ServiceState.CLOSING: lazy_gettext("Stop intake (close gradually)"),
    ServiceState.OFF: lazy_gettext("Switch off"),
}
MEANINGS = {
    ServiceState.ON: lazy_gettext("Employees and officers see it there from the next page on."),
    ServiceState.CLOSING: lazy_gettext(
        "Nothing new can be started from now on, while employees and officers bring what is under "
        "way to its end and obligations go on."
    ),
    ServiceState.OFF: lazy_gettext(
        "All its pages vanish there at once, for officers too, while its data stays and documents "
        "that were issued can still be verified."
    ),
}
DONE = {
    ServiceState.ON: lazy_gettext("Switched on"),
    ServiceState.CLOSING: lazy_gettext("Intake stopped (gradual closing began)"),
    ServiceState.OFF: lazy_gettext("Switched off"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A service in a municipality, as the viewer sees it; ``can_switch`` makes it a link."""

    plugin: Plugin
    place: Place
    label: Text
    tone: str
    since: datetime | None
    can_switch: bool


def columns(host: PluginHost) -> tuple[Plugin, ...]:
    """Return the services of the matrix: all that have a manifest, working or not."""
    return tuple(p for p in host.plugins if p.manifest and p.name == p.manifest.name)


def row(
    place: Place, plugins: Iterable[Plugin], states: Mapping[Key, Activation], viewer: Viewer
) -> list[Cell]:
    """Return the cells of one municipality."""
    return [
        _cell(plugin, place, states.get((place.id, plugin.name), NEVER), viewer)
        for plugin in plugins
    ]


def _cell(plugin: Plugin, place: Place, found: Activation, viewer: Viewer) -> Cell:
    obstacle = policies.obstacle(plugin)
    if obstacle:
        label: Text = policies.NOT_YET if plugin.is_announced else _("Out of order")
        tone = "neutral" if plugin.is_announced else "danger"
        return Cell(plugin, place, label, tone, found.changed_at, can_switch=False)
    allowed = can_switch(plugin, place, viewer)
    return Cell(plugin, place, TITLES[found.state], TONES[found.state], found.changed_at, allowed)


def can_switch(plugin: Plugin, place: Place, viewer: Viewer) -> bool:
    """Tell whether the viewer may switch the service there."""
    here = viewer.can("services.manage", place.id)
    return policies.may_switch(plugin, here=here, organisation=in_organisation(place, viewer))


def in_organisation(place: Place, viewer: Viewer) -> bool:
    """Tell whether the viewer manages services for the whole province."""
    return viewer.can("services.manage", place.organisation_id or place.id)


@dataclass(frozen=True, slots=True)
class Move:
    """One way to go from the present state, and what stands against it.

    ``problem`` says why the service can't answer; then nothing is known.
    """

    state: ServiceState
    blockers: tuple[Blocker, ...]
    problem: str

    @property
    def action(self) -> Text:
        """The words of the button."""
        return ACTIONS[self.state]

    @property
    def meaning(self) -> Text:
        """What happens then."""
        return MEANINGS[self.state]

    @property
    def can_be_overridden(self) -> bool:
        """Whether blockers stand against it that a reason can overrule."""
        return bool(self.blockers) and policies.can_be_overridden(self.state)


def moves(
    uow: UnitOfWork, host: PluginHost, place: Place, service: str, state: ServiceState
) -> list[Move]:
    """Return where one can go from ``state``, each with its blockers."""
    return [_move(uow, host, place, service, to) for to in policies.MOVES[state]]


def _move(
    uow: UnitOfWork, host: PluginHost, place: Place, service: str, state: ServiceState
) -> Move:
    try:
        return Move(state, services.blockers(uow, host, place, service, state), "")
    except Unavailable as error:
        return Move(state, (), str(error))


def under_way(moves: Iterable[Move]) -> Move | None:
    """Return what would stand against switching it off: all that is under way there.

    None where it is off already.
    """
    return next((move for move in moves if move.state is ServiceState.OFF), None)


def figures(
    uow: UnitOfWork, host: PluginHost, place: Municipality, only: Iterable[str]
) -> tuple[Figure, ...]:
    """Return the figures of these services for the Jalali year, in their order."""
    year = jalali_year(uow.today)
    period = Period(year_bounds(year)[0], year_bounds(year + 1)[0])
    answers = host.hooks.dashboard_figures(
        uow=uow, municipality=place, period=period, only=frozenset(only)
    )
    return tuple(sorted((a.value for a in answers), key=lambda figure: figure.weight))


def told(changes: Iterable[ServiceActivationChange], schema: FormSchema | None) -> list[Any]:
    """Return the history as entries of the macro ``details.timeline``."""
    return [
        {
            "title": _title(change, schema),
            "at": change.changed_at,
            "who": change.changed_by_name,
            "text": _text(change),
        }
        for change in changes
    ]


def _title(change: ServiceActivationChange, schema: FormSchema | None) -> Text:
    if change.settings is None:
        return DONE[ServiceState(change.new_state)]
    fields = schema.fields if schema else {}
    labels = [getattr(fields.get(name), "label", name) for name in change.settings]
    return _("Settings changed: %(fields)s", fields=services.listed(labels))


def _text(change: ServiceActivationChange) -> str:
    lines = [change.reason] if change.reason else []
    if change.overridden:
        titles = services.listed(blocker["title"] for blocker in change.overridden)
        lines.append(_("In spite of: %(what)s", what=titles))
    return "\n".join(lines)
