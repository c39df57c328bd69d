"""The wheel holds everything: installed alone, without network, it migrates and serves."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from trees import ROOT

from core.assets.manifest import BUILD
from core.database.urls import DatabaseUrls
from core.testing import postgres

SOURCES = ("core", "plugins", "migrations", "setup.cfg", "pyproject.toml", "MANIFEST.in",
           "README.md", "LICENSE")  # fmt: skip
LOOK = """
from core.app import create_app
from core.localization import use_locale
import core, plugins, migrations
for package in (core, plugins, migrations):
    print(package.__file__)
app = create_app()
with app.app_context(), use_locale("fa"):
    from core.localization import _
    print(_("Page not found"))
answer = app.test_client().get("/verify/?lang=fa")
print(answer.status_code)
print(app.jinja_env.globals["asset"]("hamyar.css"))
print(app.test_client().get("/help/employees/sign-in?lang=fa").status_code)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the tree, with what is built of the assets."""
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    tree.mkdir()
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=ignore)
        else:
            shutil.copy2(ROOT / name, tree)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, tree],
        check=True, capture_output=True,
    )  # fmt: skip
    [found] = folder.glob("hamyar-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install it into a new environment that finds the dependencies here; return its bin."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin/python"]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", wheel], check=True)
    [site] = folder.glob("lib/python*/site-packages")
    # a path entry, not a site folder: the editable installation of this tree stays unseen
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


@pytest.fixture
def empty() -> Iterator[DatabaseUrls]:
    """A database without any table."""
    here = postgres.empty_database()
    yield here
    postgres.drop_database(here)


def test_every_file_of_the_packages_is_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tree = wheel.parent / "tree"
    expected = {
        path.relative_to(tree).as_posix()
        for package in ("core", "plugins", "migrations")
        for path in (tree / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != ".lock"
    }
    assert expected - names == set()
    assert not [name for name in names if name.startswith(("tests", "benchmarks"))]
    if BUILD.is_dir():
        assert any(name.endswith("static/build/manifest.json") for name in names)


def test_installed_alone_it_migrates_and_answers(
    installed: Path, empty: DatabaseUrls, tmp_path: Path
) -> None:
    environment = {
        "PATH": "/usr/bin:/bin",
        "HAMYAR_HOME": str(tmp_path / "home"),
        "HAMYAR_DATABASE_URL": empty.app,
        "HAMYAR_OWNER_URL": empty.owner or "",
    }

    def run(*command: str) -> list[str]:
        done = subprocess.run(
            [installed / command[0], *command[1:]],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    assert run("hamyar", "db", "upgrade") == ["the database is up to date"]
    assert run("hamyar", "db", "check")[-1] == "roles, rights and tables are as they must be"
    *places, text, status, style, topic = run("python", "-c", LOOK)
    assert all(place.startswith(str(installed.parent)) for place in places)
    assert text not in ("", "Page not found")
    assert status == "200"
    assert style.startswith("/static/build/hamyar.") or not BUILD.is_dir()
    assert topic == "200" or not BUILD.is_dir()
