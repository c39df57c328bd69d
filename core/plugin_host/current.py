"""The plugin host of the application at hand."""

from __future__ import annotations

from flask import current_app

from core.plugin_host.host import PluginHost


def current_host() -> PluginHost:
    """Return the host that `create_app` built."""
    host: PluginHost = current_app.extensions["hamyar_plugins"]
    return host
