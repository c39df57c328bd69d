"""Every kind of request of this process: core's own and those that loaded plugins declare."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from core.errors import NotFound, Unavailable
from core.localization import lazy_gettext
from core.plugin_host.current import current_host
from core.plugin_host.host import PluginHost
from core.sdk.declarations import RequestType
from core.sdk.text import Text

CORE_TYPES: Final = (
    "core.people.contact_requests:CONTACT_CHANGE",
    "core.people.contact_requests:SHEBA_CHANGE",
    "core.requests.objections:OBJECTION",
    "core.people.family_requests:FAMILY_CORRECTION",
)
"""``module:attribute`` of core's own request types."""


@dataclass(frozen=True, slots=True)
class KnownType:
    """A request type and the service that declares it; None for core's own, always on."""

    service: str | None
    type: RequestType


class Registry:
    """Finds request types by name; a plugin that falls into quarantine later is left out."""

    def __init__(self, host: PluginHost) -> None:
        self.host = host

    def all(self) -> tuple[KnownType, ...]:
        """Return the types in order: core's, then the plugins' by weight."""
        declared = (KnownType(a.plugin, a.value) for a in self.host.hooks.request_types())
        return (*core_types(), *declared)

    def get(self, name: str) -> KnownType | None:
        """Return the type called ``name``, or None."""
        return next((known for known in self.all() if known.type.name == name), None)

    def require(self, name: str) -> KnownType:
        """Return the type called ``name``.

        Raises:
            Unavailable: its service is installed but doesn't work at the moment.
            NotFound: there is no such type.
        """
        known = self.get(name)
        if known is not None:
            return known
        if self.host.get(name.partition(".")[0]) is not None:
            raise out_of_order()
        raise NotFound()

    def permissions(self) -> frozenset[str]:
        """Return what the steps of all types ask for."""
        return frozenset(step.permission for known in self.all() for step in known.type.steps)

    def service_title(self, service: str | None) -> Text:
        """Return the name of a service as people read it; of core's own types too."""
        if service is None:
            return lazy_gettext("My record")
        plugin = self.host.get(service)
        manifest = plugin.manifest if plugin else None
        return manifest.title if manifest else service

    def working(self, services: Iterable[str]) -> frozenset[str]:
        """Return those of ``services`` whose hooks can be called."""
        return frozenset(plugin.name for plugin in self.host.loaded()) & frozenset(services)


def out_of_order() -> Unavailable:
    """Return the answer where a service is needed that is in quarantine."""
    return Unavailable(
        lazy_gettext(
            "The service of this request is out of order at the moment, so nothing was changed. "
            "Try again later; the operators are told what is wrong."
        ),
        code="service_out_of_order",
    )


def request_types() -> Registry:
    """Return the request types of the running application."""
    return Registry(current_host())


@cache
def core_types() -> tuple[KnownType, ...]:
    """Return core's own request types."""
    found = []
    for name in CORE_TYPES:
        module, _, attribute = name.partition(":")
        found.append(KnownType(None, getattr(importlib.import_module(module), attribute)))
    return tuple(found)
