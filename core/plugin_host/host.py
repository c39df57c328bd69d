"""The plugin host: built once per app, it owns the plugins and calls their hooks."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from importlib import metadata

from core.plugin_host import loader, registry
from core.plugin_host.answers import Failure
from core.plugin_host.dispatch import Dispatcher
from core.plugin_host.hooks import DECLARATIONS, Hooks
from core.plugin_host.plugin import Plugin, PluginState, Source
from core.plugin_host.quarantine import (
    CAUGHT,
    PluginRefusedError,
    QuarantineError,
    quarantined,
)
from core.sdk import Manifest

logger = logging.getLogger("hamyar.plugins")

PRESENT = (PluginState.LOADED, PluginState.NEEDS_MIGRATION)
"""States of a plugin on which others may rely."""


class PluginHost:
    """All plugins of this process.

    Building it imports each ``plugin.py`` (light) and registers its hooks. The app then calls
    `import_models` and `declare` before it registers anything, so that a plugin that fails
    leaves nothing behind.

    ``bundled`` and ``entry_points`` default to what is configured and installed. ``strict``
    (``HAMYAR_STRICT_PLUGINS=1``): a broken plugin raises `QuarantineError`.
    """

    def __init__(
        self,
        bundled: Iterable[str] | None = None,
        entry_points: Iterable[metadata.EntryPoint] | None = None,
        *,
        strict: bool = False,
    ) -> None:
        self._strict = strict
        self._manager = registry.new_manager()
        self._dispatcher = Dispatcher(self._manager, self._weight, self._hook_failed)
        self._plugins: dict[str, Plugin] = {}
        self.hooks = Hooks(self._dispatcher, self._live_manifest)
        found = loader.load_all(_candidates(bundled, entry_points))
        self._plugins.update((plugin.name, plugin) for plugin in found)
        for plugin in found:
            self._admit(plugin)
        self._withdraw_dependents()

    @property
    def plugins(self) -> tuple[Plugin, ...]:
        """All plugins whatever their state, by (weight, name)."""
        return tuple(sorted(self._plugins.values(), key=lambda p: (p.weight, p.name)))

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The latest failures of hooks, oldest first."""
        return tuple(self._dispatcher.failures)

    def get(self, name: str) -> Plugin | None:
        """Return the plugin called ``name``."""
        return self._plugins.get(name)

    def loaded(self) -> tuple[Plugin, ...]:
        """Return the plugins whose hooks are called."""
        return tuple(plugin for plugin in self.plugins if plugin.is_loaded)

    def import_models(self) -> None:
        """Import the models of every loaded plugin into the metadata, checking its tables."""
        from core.plugin_host.tables import import_models, prepare

        prepare()
        names = list(self._plugins)
        for plugin in self.loaded():
            try:
                import_models(plugin.package, plugin.name, names)
            except CAUGHT as error:
                self.quarantine(plugin.name, error, "models")

    def declare(self) -> None:
        """Ask every declaration, so that faults show before anything is registered."""
        for declaration in DECLARATIONS:
            declaration(self.hooks)

    def quarantine(self, name: str, error: BaseException, during: str = "") -> None:
        """Take a plugin out, with ``error`` as the reason and ``during`` the step that failed."""
        self._withdraw(quarantined(self._plugins[name], error, during))
        self._withdraw_dependents()

    def mark_needs_migration(self, name: str, reason: str) -> None:
        """Gate a plugin off whose tables are behind its code."""
        plugin = self._plugins[name]
        if plugin.is_loaded:
            self._change(replace(plugin, state=PluginState.NEEDS_MIGRATION, reason=reason))

    def mark_orphans(self, known: Iterable[str]) -> None:
        """Add those ``known`` to the database (activations, version tables) but not installed."""
        for name in sorted(set(known) - set(self._plugins)):
            reason = "it is not installed any more; its data is kept"
            self._plugins[name] = Plugin(name, Source.DATABASE, PluginState.ORPHANED, reason=reason)

    def _admit(self, plugin: Plugin) -> None:
        if not plugin.is_loaded:
            self._withdraw(plugin)
            return
        try:
            if not plugin.is_announced:
                registry.register(self._manager, plugin)
                self._dispatcher.forget()
        except CAUGHT as error:
            self.quarantine(plugin.name, error)

    def _withdraw_dependents(self) -> None:
        """Quarantine whatever requires a plugin that isn't loaded here, and so on."""
        there = {p.name for p in self.plugins if p.state in PRESENT}
        for plugin in self.loaded():
            missing = sorted(set(plugin.manifest.requires) - there) if plugin.manifest else []
            if missing:
                refusal = PluginRefusedError(f"it requires {', '.join(missing)}, not loaded here")
                self.quarantine(plugin.name, refusal)
                return

    def _withdraw(self, plugin: Plugin) -> None:
        self._change(plugin)
        logger.error("plugin %s is in quarantine: %s", plugin.name, plugin.reason)
        if self._strict:
            raise QuarantineError(f"{plugin.name}: {plugin.reason}\n{plugin.traceback}")

    def _change(self, plugin: Plugin) -> None:
        self._plugins[plugin.name] = plugin
        registered = self._manager.get_plugin(plugin.name) is not None
        if registered and not plugin.is_loaded:
            self._manager.unregister(name=plugin.name)
        elif plugin.is_loaded and not registered:
            registry.register(self._manager, plugin)
        self._dispatcher.forget()

    def _hook_failed(self, name: str, hook: str, error: BaseException) -> None:
        self.quarantine(name, error, hook)

    def _weight(self, name: str) -> int:
        plugin = self._plugins.get(name)
        return plugin.weight if plugin else 0

    def _live_manifest(self, name: str) -> Manifest | None:
        plugin = self._plugins.get(name)
        return plugin.manifest if plugin and plugin.is_loaded else None


def _candidates(
    bundled: Iterable[str] | None, entry_points: Iterable[metadata.EntryPoint] | None
) -> list[loader.Candidate]:
    if bundled is None:
        from core.config import BUNDLED_PLUGINS

        bundled = BUNDLED_PLUGINS
    return [
        *loader.bundled_candidates(bundled),
        *loader.installed_candidates(entry_points),
    ]
