"""The services that a municipality offers: what the switchboard and the manifests say together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app, url_for

from core.accounts.request_state import RequestState
from core.activation.states import ServiceState
from core.municipalities.place import Place
from core.plugin_host.current import current_host
from core.sdk import Category, Manifest
from core.shell import can_open

TONES: Final = {
    Category.WELFARE: "indigo",
    Category.FINANCE: "amber",
    Category.HOUSING: "rose",
}
"""Colour of a service's tile by its category; all others are teal."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A service that is on, or closing, in a municipality.

    ``url`` is its first page there, '' if it has none that the viewer can open.
    """

    name: str
    title: str
    summary: str
    icon: str
    tone: str
    is_closing: bool
    url: str


def offers_in(state: RequestState, place: Place) -> tuple[Offer, ...]:
    """Return the loaded services that are on or closing there, light ones first."""
    host = current_host()
    states = state.services_in(place)
    return tuple(
        _offer(plugin.manifest, states[plugin.name], place)
        for plugin in host.loaded()
        if plugin.manifest and plugin.name in states
    )


def _offer(manifest: Manifest, state: str, place: Place) -> Offer:
    return Offer(
        manifest.name,
        str(manifest.title),
        str(manifest.summary),
        manifest.icon,
        TONES.get(manifest.category, "teal"),
        state == ServiceState.CLOSING,
        front_page(manifest.name, place),
    )


def front_page(service: str, place: Place) -> str:
    """Return the address of a service's first page, '' if the viewer can't open it."""
    endpoint = _front_endpoints(current_app).get(service, "")
    return url_for(endpoint, municipality=place.code) if can_open(endpoint, place) else ""


def _front_endpoints(app: Flask) -> dict[str, str]:
    """Service → endpoint of ``/m/<municipality>/<service>/``; read once from the URL map."""
    known: dict[str, str] | None = app.extensions.get("hamyar_front_pages")
    if known is None:
        known = app.extensions["hamyar_front_pages"] = {
            parts[3]: rule.endpoint
            for rule in app.url_map.iter_rules()
            if (parts := rule.rule.split("/"))[:3] == ["", "m", "<municipality>"]
            and len(parts) == 5
            and parts[4] == ""
            and "GET" in (rule.methods or ())
        }
    return known
