"""`hamyar plugins check`: everything that can be told of a plugin before it is installed.

Imports the plugin into this process, so it is for the command and for tests, not for the site.
"""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from babel.messages.catalog import Catalog
from flask import Flask

from core.config import BUNDLED_PLUGINS
from core.database.base import Base
from core.localization.catalogue_files import CORE_LOCALE, read_catalogue
from core.localization.extraction import Source, missing
from core.plugin_host.host import PluginHost
from core.plugin_host.loader import GROUP
from core.plugin_host.plugin import Plugin, PluginState
from core.plugin_host.quarantine import CAUGHT, explain
from core.policy.access import access_of

HEAVY = ("flask", "sqlalchemy", "marshmallow", "alembic")
HAMYAR = ("core", "migrations", "plugins")
SDK = "core.sdk"


def problems(package: str) -> Iterator[str]:
    """Yield a plain sentence for each thing that is wrong with the plugin in ``package``."""
    try:
        module = importlib.import_module(f"{package}.plugin")
    except CAUGHT as error:
        yield f"plugin.py can't be imported: {explain(error)}"
        return
    yield from _weight(package)
    folder = Path(str(module.__file__)).parent
    yield from _imports(package, folder)
    plugin, host = _boot(package, module)
    if plugin is None or plugin.state is not PluginState.LOADED:
        yield plugin.reason if plugin else "plugin.py has no MANIFEST made of core.sdk.Manifest"
        return
    yield from _views(host)
    yield from _migrations(plugin.name, folder)
    yield from _texts(plugin.name, folder)


def _boot(package: str, module: object) -> tuple[Plugin | None, PluginHost]:
    """Take the plugin through the steps of the app's start, beside the bundled ones."""
    from core.activation.settings import check_schemas

    name = str(getattr(getattr(module, "MANIFEST", None), "name", package))
    value = f"{package}.plugin"
    points = [] if value in BUNDLED_PLUGINS else [metadata.EntryPoint(name, value, GROUP)]
    host = PluginHost(None, points)
    host.import_models()
    check_schemas(host)
    host.declare()
    found = [plugin for plugin in host.plugins if plugin.module is module]
    return (found[0] if found else host.get(name)), host


def _weight(package: str) -> Iterator[str]:
    """Import ``plugin.py`` in a fresh process: a command must not pay for what it doesn't use."""
    code = f"import sys, {package}.plugin; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    path = {"PYTHONPATH": ":".join(entry or "." for entry in sys.path), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], env=path, capture_output=True, text=True, check=False
    )
    if done.stdout.strip():
        yield f"plugin.py imports {', '.join(done.stdout.split())}: import them inside the hooks"


def _imports(package: str, folder: Path) -> Iterator[str]:
    """Yield each import of something of Hamyar that isn't the SDK, or of another plugin."""
    for path in _code(folder):
        for name in sorted(set(_imported(ast.parse(path.read_text("utf-8"))))):
            if name.partition(".")[0] in HAMYAR and not _within(name, package, SDK):
                yield f"{path.relative_to(folder)} imports {name}; only {SDK} is stable"


def _within(name: str, *packages: str) -> bool:
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


def _code(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.rglob("*.py")) if "tests" not in p.relative_to(folder).parts]


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _views(host: PluginHost) -> Iterator[str]:
    """Yield each view without a declaration of who may open it."""
    for answer in host.hooks.blueprints():
        app = Flask(answer.plugin)
        app.register_blueprint(answer.value)
        for endpoint, view in app.view_functions.items():
            if endpoint != "static" and access_of(view) is None:
                yield f"the view {endpoint} doesn't say who may open it (core.sdk.web)"


def _migrations(name: str, folder: Path) -> Iterator[str]:
    has_tables = any(table.startswith(f"{name}_") for table in Base.metadata.tables)
    versions = folder / "migrations" / "versions"
    if not versions.is_dir():
        if has_tables:
            yield "it has tables but no folder migrations/versions"
        return
    config = Config()
    config.set_main_option("script_location", str(folder / "migrations"))
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "os")
    heads = ScriptDirectory.from_config(config).get_heads()
    if len(heads) != 1:
        yield f"its migrations have {len(heads)} heads instead of one"


def _texts(name: str, folder: Path) -> Iterator[str]:
    pages = [p for p in sorted(folder.glob("templates/**/*")) if p.is_file()]
    for page in pages:
        if page.relative_to(folder / "templates").parts[0] != name:
            yield f"{page.relative_to(folder)} must stand in templates/{name}/"
    source = Source(name, folder / "locale", (*_code(folder), *pages))
    for message in missing(source, _general()):
        yield f"no Persian text in locale/fa/LC_MESSAGES/messages.po: {message!r}"


def _general() -> Catalog:
    return read_catalogue(CORE_LOCALE / "fa" / "LC_MESSAGES" / "messages.po")
