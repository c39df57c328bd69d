"""One hook over 20 plugins, against a bare loop over the same functions.

Each plugin returns one menu entry. What the dispatcher adds is what it is there for: arguments by
name, the services that are on, a failure that stays its plugin's, and each value checked again.

    python -m benchmarks.hook_dispatch
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import metadata
from types import ModuleType
from uuid import UUID

from benchmarks.measuring import Ratio, compare
from core.municipalities.place import Place
from core.plugin_host.host import PluginHost
from core.plugin_host.loader import GROUP
from core.policy.viewer import NOBODY
from core.sdk import Category, Manifest, NavigationItem, Provider, hookimpl

PLUGINS = 20
MOST = 1000.0
"""Microseconds that one call over all plugins may take."""
KARAJ = Place(UUID(int=1), "karaj", "municipality", None, "کرج", "Karaj")
Hook = Callable[[Place], list[NavigationItem]]


def plugin(number: int) -> tuple[str, Hook]:
    """Make a module of a plugin and return its name and its function."""
    name = f"bench{number:02}"

    @hookimpl
    def hamyar_navigation(municipality: Place) -> list[NavigationItem]:
        return [NavigationItem(f"Entry of {name}", f"/m/{municipality.code}/{name}/")]

    module = ModuleType(f"{name}.plugin")
    module.MANIFEST = Manifest(  # type: ignore[attr-defined] # a module made by hand
        name=name,
        title=name,
        summary=name,
        category=Category.OTHER,
        api=(1, 0),
        provider=Provider("Nobody", "security@example.org"),
        holds_personal_data=False,
    )
    module.hamyar_navigation = hamyar_navigation  # type: ignore[attr-defined] # see above
    sys.modules[module.__name__] = module
    return name, hamyar_navigation


def main() -> Ratio:
    """Measure, print, return the ratio."""
    made = dict(plugin(number) for number in range(PLUGINS))
    host = PluginHost((), [metadata.EntryPoint(n, f"{n}.plugin", GROUP) for n in made])

    def ours() -> int:
        return len(host.hooks.navigation(municipality=KARAJ, viewer=NOBODY, only=made))

    def floor() -> int:
        return len([item for function in made.values() for item in function(KARAJ)])

    assert ours() == floor() == PLUGINS
    result = compare("one hook over 20 plugins", ours, floor, target=4.0)
    print(result)
    verdict = "ok" if result.ours <= MOST else "ABOVE TARGET"
    print(f"one hook over 20 plugins: {result.ours / 1000:.3f} ms (target ≤ 1 ms) {verdict}")
    return result


if __name__ == "__main__":
    main()
