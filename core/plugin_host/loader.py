"""Finding plugins and reading their manifests: one way for bundled and installed ones."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib import metadata
from types import ModuleType

from core.plugin_host import manifest as rules
from core.plugin_host.plugin import Plugin, Source
from core.plugin_host.quarantine import CAUGHT, PluginRefusedError, quarantined
from core.sdk import Manifest

GROUP = "hamyar.plugins.v1"
"""Entry points of installed plugins: ``insurance_plus = hamyar_insurance_plus.plugin``."""

HOME = "hamyar"
"""The distribution that bundled plugins ship in."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin that was found but not yet imported; ``name`` is what it should be called."""

    name: str
    source: Source
    load: Callable[[], ModuleType]
    distribution: str | None
    version: str | None


def bundled_candidates(modules: Iterable[str]) -> Iterator[Candidate]:
    """Yield the plugins of ``core.config.BUNDLED_PLUGINS``.

    ``modules`` are import names of ``plugin.py`` files, as in ``plugins.loans.plugin``.
    """
    version = _version(HOME)
    for module in modules:
        yield Candidate(
            module.removesuffix(".plugin").rpartition(".")[2],
            Source.BUNDLED,
            partial(importlib.import_module, module),
            HOME,
            version,
        )


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def installed_candidates(
    points: Iterable[metadata.EntryPoint] | None = None,
) -> Iterator[Candidate]:
    """Yield the plugins that other distributions bring, sorted by name."""
    found = metadata.entry_points(group=GROUP) if points is None else points
    for point in sorted(found, key=lambda point: (point.name, point.value)):
        dist = point.dist
        yield Candidate(
            point.name,
            Source.INSTALLED,
            point.load,
            dist.name if dist else None,
            dist.version if dist else None,
        )


def load_all(candidates: Iterable[Candidate]) -> list[Plugin]:
    """Load every candidate, earlier ones first; a name that collides is quarantined."""
    plugins: list[Plugin] = []
    for candidate in candidates:
        plugin = load(candidate)
        clash = rules.collision(plugin.name, [other.name for other in plugins])
        if clash:
            free = _free_name(plugin.name, {other.name for other in plugins})
            plugin = quarantined(replace(plugin, name=free), PluginRefusedError(clash))
        plugins.append(plugin)
    return plugins


def _free_name(name: str, taken: set[str]) -> str:
    number = 2
    while name in taken:
        name = f"{name.partition('#')[0]}#{number}"
        number += 1
    return name


def load(candidate: Candidate) -> Plugin:
    """Import a candidate's ``plugin.py`` and check its manifest; never raises for its faults."""
    plugin = Plugin(
        candidate.name,
        candidate.source,
        distribution=candidate.distribution,
        version=candidate.version,
    )
    try:
        plugin = replace(plugin, module=candidate.load())
        manifest = read_manifest(plugin.module)
        plugin = replace(plugin, manifest=manifest)
        check(manifest, candidate)
    except CAUGHT as error:
        return quarantined(plugin, error)
    return plugin


def read_manifest(module: object) -> Manifest:
    """Return the module's ``MANIFEST``; raise `PluginRefusedError` if it has none."""
    if not isinstance(module, ModuleType):
        raise PluginRefusedError("it must be registered as a module, as in package.plugin")
    manifest = getattr(module, "MANIFEST", None)
    if type(manifest) is not Manifest:
        raise PluginRefusedError("plugin.py has no MANIFEST made of core.sdk.Manifest")
    return manifest


def check(manifest: Manifest, candidate: Candidate) -> None:
    """Raise `PluginRefusedError` with every problem of the manifest."""
    bundled = candidate.source is Source.BUNDLED
    found = list(rules.problems(manifest, bundled=bundled))
    if manifest.name != candidate.name:
        found.append(
            f"the manifest says {manifest.name!r}, but it is registered as {candidate.name!r}"
        )
    if found:
        raise PluginRefusedError("; ".join(found))
