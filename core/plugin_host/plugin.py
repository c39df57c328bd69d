"""A plugin as the host knows it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from types import ModuleType

from core.sdk import Manifest, Text


class PluginState(enum.StrEnum):
    """What became of a plugin at boot."""

    LOADED = "loaded"
    NEEDS_MIGRATION = "needs_migration"
    """Its tables are behind its code; gated off until ``hamyar db upgrade``."""
    QUARANTINED = "quarantined"
    """Something about it is broken; the reason is kept, and nothing of it runs."""
    ORPHANED = "orphaned"
    """The database knows it, but it is no longer installed."""


class Source(enum.StrEnum):
    """Where a plugin comes from; both ways go through the same checks."""

    BUNDLED = "bundled"
    INSTALLED = "installed"
    DATABASE = "database"
    """Known from its tables only (orphaned)."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One plugin; the host replaces the whole value when its state changes.

    ``reason`` is one line and ``traceback`` the whole text; both are empty while loaded.
    ``manifest`` and ``module`` are None if they could not be read. ``version`` is that of the
    distribution, None when the code runs from a tree that isn't installed.
    """

    name: str
    source: Source
    state: PluginState = PluginState.LOADED
    module: ModuleType | None = None
    manifest: Manifest | None = None
    distribution: str | None = None
    version: str | None = None
    reason: str = ""
    traceback: str = ""

    @property
    def package(self) -> str:
        """The import name of the package around ``plugin.py``; '' if it didn't load."""
        return self.module.__name__.rpartition(".")[0] if self.module else ""

    @property
    def title(self) -> Text:
        """The title; its name when there is no manifest."""
        return self.manifest.title if self.manifest else self.name

    @property
    def weight(self) -> int:
        """Its place in the order; what has no manifest comes last."""
        return self.manifest.weight if self.manifest else 1_000_000

    @property
    def is_loaded(self) -> bool:
        """Tell whether its hooks are called and its pages can answer."""
        return self.state is PluginState.LOADED

    @property
    def is_announced(self) -> bool:
        """Tell whether it is only announced: "not yet available" in the matrix."""
        return self.manifest is not None and self.manifest.announced

    @property
    def is_available(self) -> bool:
        """Tell whether a municipality may switch it on."""
        return self.is_loaded and not self.is_announced
