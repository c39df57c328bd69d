"""Handing a plugin's functions to pluggy, after refusing what our dispatcher can't call."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pluggy

from core.plugin_host import hookspecs
from core.plugin_host.plugin import Plugin
from core.plugin_host.quarantine import PluginRefusedError


def new_manager() -> pluggy.PluginManager:
    """Return a pluggy manager that knows Hamyar's hooks and no plugin."""
    manager = pluggy.PluginManager("hamyar")
    manager.add_hookspecs(hookspecs)
    return manager


def register(manager: pluggy.PluginManager, plugin: Plugin) -> None:
    """Register the plugin's hooks; raise `PluginRefusedError` if one of them can't be accepted."""
    found = list(hook_problems(manager, plugin.module))
    if found:
        raise PluginRefusedError("; ".join(found))
    try:
        manager.register(plugin.module, name=plugin.name)
    except pluggy.PluginValidationError as error:
        raise PluginRefusedError(" ".join(str(error).split())) from error


def hooks_of(plugin: Plugin) -> tuple[str, ...]:
    """Return the names of the hooks that a plugin implements, sorted; none if it isn't imported."""
    manager = new_manager()
    options = (manager.parse_hookimpl_opts(plugin.module, name) for name in dir(plugin.module))
    named = zip(dir(plugin.module), options, strict=True)
    return tuple(sorted({o.get("specname") or name for name, o in named if o is not None}))


def hook_problems(manager: pluggy.PluginManager, module: object) -> Iterator[str]:
    """Yield a sentence for each implementation that is no hook of this version, or no plain one.

    Wrappers are refused, because they would run around other plugins' answers; coroutines,
    because nobody awaits them.
    """
    for attribute in dir(module):
        options = manager.parse_hookimpl_opts(module, attribute)
        if options is None:
            continue
        hook = options.get("specname") or attribute
        function = getattr(module, attribute)
        if options.get("wrapper") or options.get("hookwrapper"):
            yield f"{attribute} is a wrapper; hooks of other plugins can't be wrapped"
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            yield f"{attribute} is async; hooks are plain functions"
        if hook not in hookspecs.MODES and not options.get("optionalhook"):
            yield f"there is no hook {hook!r} in this version"
