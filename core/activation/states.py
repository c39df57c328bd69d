"""The states of a service in a municipality."""

from __future__ import annotations

import enum

from core.localization import lazy_gettext


class ServiceState(enum.StrEnum):
    """``closing``: nothing new starts, running cases and obligations go on."""

    OFF = "off"
    ON = "on"
    CLOSING = "closing"


OPEN = frozenset({ServiceState.ON, ServiceState.CLOSING})
"""States in which pages and API of a service answer."""

TITLES = {
    ServiceState.OFF: lazy_gettext("Off"),
    ServiceState.ON: lazy_gettext("On"),
    ServiceState.CLOSING: lazy_gettext("Intake stopped (closing gradually)"),
}
"""The word for each state, the same everywhere."""
