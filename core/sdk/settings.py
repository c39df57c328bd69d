"""A service's settings in a municipality, as the service itself asks for them."""

from __future__ import annotations

from typing import Any

from core.activation import settings
from core.database.unit_of_work import UnitOfWork
from core.plugin_host.current import current_host
from core.sdk.values import Municipality


def settings_of(uow: UnitOfWork, municipality: Municipality, service: str) -> dict[str, Any]:
    """Return the settings there as the manifest's schema reads them, defaults filled in."""
    host = current_host()
    return settings.settings_of(uow, host, municipality, service)
