"""Building plugin hosts of dummies."""

from __future__ import annotations

from importlib import metadata

from core.plugin_host.host import PluginHost


def host_of(*names: str, installed: tuple[str, ...] = (), strict: bool = False) -> PluginHost:
    """Return a host of the dummies ``names``; those ``installed`` come by entry points."""
    points = [
        metadata.EntryPoint(name, f"tests.testdummy.{name}.plugin", "hamyar.plugins.v1")
        for name in installed
    ]
    bundled = [f"tests.testdummy.{name}.plugin" for name in names]
    return PluginHost(bundled, points, strict=strict)


def reason(host: PluginHost, name: str) -> str:
    """Return why a plugin is in quarantine; fail if it isn't."""
    plugin = host.get(name)
    assert plugin is not None
    assert plugin.state == "quarantined", plugin
    return plugin.reason
