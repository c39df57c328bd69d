"""Who may import whom."""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

import pytest
from trees import ROOT, imports, python_files, relative

LIGHT = ("core.sdk", "core.localization", "__future__", "typing", "collections", "datetime", "uuid")
PURE = ("policies.py", "states.py")


def test_import_contracts() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_contract_for_plugins_names_every_package_of_core() -> None:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    contract = parser["importlinter:contract:plugins-use-the-sdk"]["forbidden_modules"].split()
    packages = {f"core.{p.parent.name}" for p in (ROOT / "core").glob("*/__init__.py")}
    modules = {f"core.{p.stem}" for p in (ROOT / "core").glob("*.py")} - {"core.__init__"}
    assert set(contract) == (packages | modules) - {"core.sdk"}


def plugin_files() -> list[Path]:
    return [p for p in python_files("plugins") if p.parent != ROOT / "plugins"]


@pytest.mark.parametrize("path", plugin_files(), ids=relative)
def test_plugins_import_the_sdk_only(path: Path) -> None:
    own = ".".join(path.relative_to(ROOT).parts[:2])
    for name in imports(path):
        if name.partition(".")[0] == "core":
            assert name == "core.sdk" or name.startswith("core.sdk."), f"imports {name}"
        if name.startswith("plugins."):
            assert name == own or name.startswith(own + "."), f"imports {name}"


@pytest.mark.parametrize("path", sorted(ROOT.glob("plugins/*/plugin.py")), ids=relative)
def test_plugin_py_is_light(path: Path) -> None:
    heavy = [
        name
        for name in imports(path, top=True)
        if not name.startswith(LIGHT) or name.startswith(("core.sdk.web", "core.sdk.models"))
    ]
    assert not heavy


def test_core_imports_no_plugin() -> None:
    guilty = [
        relative(path)
        for path in python_files("core", "migrations")
        if any(name.partition(".")[0] == "plugins" for name in imports(path))
    ]
    assert not guilty


@pytest.mark.parametrize(
    "path", [p for p in python_files("core", "plugins") if p.name in PURE], ids=relative
)
def test_rules_are_pure(path: Path) -> None:
    """Policies are plain rules on plain values: no database, no Flask."""
    impure = [n for n in imports(path) if n.partition(".")[0] in ("flask", "sqlalchemy", "psycopg")]
    assert not impure


@pytest.mark.parametrize(
    "path",
    [p for p in python_files("core", "plugins") if p.name in ("services.py", "queries.py")],
    ids=relative,
)
def test_services_know_no_request(path: Path) -> None:
    assert not [name for name in imports(path) if name.partition(".")[0] == "flask"]


def test_light_imports_stay_light() -> None:
    """``core.sdk`` and ``hamyar --help`` pull in neither Flask nor SQLAlchemy."""
    code = (
        "import sys, core.sdk, core.cli; from core.plugin_host.host import PluginHost;"
        " PluginHost(); print({'flask', 'sqlalchemy', 'marshmallow'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
