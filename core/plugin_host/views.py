"""The page of plugins: what became of each at boot, and which hooks failed lately."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from core.accounts.request_state import current, widen_scope
from core.activation import queries
from core.activation.states import OPEN
from core.localization import lazy_gettext
from core.operations.scrubbing import scrub
from core.plugin_host import registry
from core.plugin_host.current import current_host
from core.plugin_host.host import PluginHost
from core.plugin_host.plugin import Plugin, PluginState, Source
from core.policy.access import requires_in_organisation
from core.policy.enforcement import not_found

blueprint = Blueprint("plugins", __name__, url_prefix="/m/<municipality>/plugins")

STATES = {
    PluginState.LOADED: (lazy_gettext("Works"), "ok"),
    PluginState.NEEDS_MIGRATION: (lazy_gettext("Waits for an upgrade of the database"), "warn"),
    PluginState.QUARANTINED: (lazy_gettext("Out of order"), "danger"),
    PluginState.ORPHANED: (lazy_gettext("Not installed any more"), "warn"),
}
ANNOUNCED = (lazy_gettext("Not yet available"), "neutral")
SOURCES = {
    Source.BUNDLED: lazy_gettext("Ships with Hamyar"),
    Source.INSTALLED: lazy_gettext("Installed"),
    Source.DATABASE: lazy_gettext("Known from its data"),
}


@blueprint.get("/")
@requires_in_organisation("plugins.view")
def index() -> ResponseReturnValue:
    """List all plugins of this process with their state."""
    host = current_host()
    rows = [(plugin, *_state(plugin)) for plugin in host.plugins]
    return render_template(
        "plugin_host/index.html",
        rows=rows,
        counts=_counts(),
        failures=_failures(host),
        sources=SOURCES,
    )


def _failures(host: PluginHost) -> list[tuple[str, str, str, str, int]]:
    """Return each kind of failure once, the latest first, with how often it happened."""
    seen = [(f.plugin, f.hook, scrub(f.reason), f.traceback) for f in reversed(host.failures)]
    return [(*failure, times) for failure, times in Counter(seen).items()]


@blueprint.get("/<path:name>")
@requires_in_organisation("plugins.view")
def show(name: str) -> ResponseReturnValue:
    """Show one plugin: what it says of itself, what it may, and why it doesn't work."""
    plugin = current_host().get(name)
    if plugin is None:
        raise not_found()
    label, tone = _state(plugin)
    return render_template(
        "plugin_host/show.html",
        plugin=plugin,
        label=label,
        tone=tone,
        source=SOURCES[plugin.source],
        hooks=registry.hooks_of(plugin),
        count=_counts()[name],
    )


def _state(plugin: Plugin) -> tuple[object, str]:
    """Return the word for the state and its tone."""
    return ANNOUNCED if plugin.is_loaded and plugin.is_announced else STATES[plugin.state]


def _counts() -> Counter[str]:
    """Return in how many municipalities each service is on or closing."""
    state = current()
    ids = frozenset(place.id for place in state.places)
    widen_scope(state, ids)
    known = queries.states(state.uow, ids)
    return Counter(service for (_id, service), found in known.items() if found.state in OPEN)
