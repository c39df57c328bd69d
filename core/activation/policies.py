"""Rules of switching: which moves there are, what can't be switched, who may."""

from __future__ import annotations

from core.activation.states import ServiceState
from core.localization import lazy_gettext
from core.plugin_host.plugin import Plugin, PluginState
from core.sdk import Availability, ServiceChange, Text

MOVES = {
    ServiceState.OFF: (ServiceState.ON,),
    ServiceState.ON: (ServiceState.CLOSING, ServiceState.OFF),
    ServiceState.CLOSING: (ServiceState.ON, ServiceState.OFF),
}
"""From each state, where one can go; what is off has nothing to close."""

CHANGES = {
    ServiceState.ON: ServiceChange.ENABLE,
    ServiceState.CLOSING: ServiceChange.CLOSE,
    ServiceState.OFF: ServiceChange.DISABLE,
}
"""What a service is asked about when it is to go into that state."""

UNAVAILABLE = {
    PluginState.NEEDS_MIGRATION: lazy_gettext("It waits for an upgrade of the database."),
    PluginState.QUARANTINED: lazy_gettext("It is out of order; the administrator sees why."),
    PluginState.ORPHANED: lazy_gettext("It is not installed any more."),
}
NOT_YET = lazy_gettext("Not yet available")
UNKNOWN = lazy_gettext("There is no such service here.")
RESTRICTED = lazy_gettext("Only the organisation can switch this service.")


def obstacle(plugin: Plugin | None) -> Text:
    """Return why a service can't be switched at all, or ''."""
    if plugin is None:
        return UNKNOWN
    if plugin.is_announced:
        return NOT_YET
    return UNAVAILABLE.get(plugin.state, "")


def may_switch(plugin: Plugin, *, here: bool, organisation: bool) -> bool:
    """Tell whether a holder of ``services.manage`` may switch: here, or in the organisation."""
    restricted = plugin.manifest and plugin.manifest.availability is Availability.RESTRICTED
    return organisation if restricted else here or organisation


def can_be_overridden(new_state: ServiceState) -> bool:
    """Tell whether blockers may be overridden: leaving may be forced, starting may not."""
    return new_state is not ServiceState.ON
