"""`hamyar plugins check` finds in advance what would be refused."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.plugin_host import checking
from tests.testdummy.lending import plugin as lending

PLUGIN = """
from core.sdk import Category, Manifest, Provider, hookimpl

MANIFEST = Manifest(
    name="{name}", title="Bikes", summary="Bikes.", category=Category.OTHER, api=(1, 0),
    provider=Provider("Testers", "security@example.org"), holds_personal_data=False,
)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A plugin of its own in a temporary folder; the test adds files."""
    folder = tmp_path / "check_bikes"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "plugin.py").write_text(PLUGIN.format(name="bikes"))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [m for m in sys.modules if m.partition(".")[0] == "check_bikes"]:
        del sys.modules[name]


def problems() -> list[str]:
    return list(checking.problems("check_bikes"))


def test_a_good_plugin_has_none(package: Path) -> None:
    assert problems() == []


def test_the_lending_dummy_is_an_example_to_follow() -> None:
    lending.reset()
    assert list(checking.problems("tests.testdummy.lending")) == []


def test_a_plugin_that_cannot_be_imported(package: Path) -> None:
    (package / "plugin.py").write_text("import sys\nsys.exit(3)\n")
    assert problems() == ["plugin.py can't be imported: it called sys.exit(3)"]


def test_a_module_without_manifest(package: Path) -> None:
    (package / "plugin.py").write_text("MANIFEST = {}\n")
    assert any("MANIFEST" in problem for problem in problems())


def test_what_the_host_would_refuse(package: Path) -> None:
    (package / "plugin.py").write_text(PLUGIN.format(name="people"))
    assert any("reserved for core" in problem for problem in problems())


@pytest.mark.parametrize("line", ["import flask", "from sqlalchemy import text"])
def test_a_heavy_import_in_plugin_py(package: Path, line: str) -> None:
    (package / "plugin.py").write_text(f"{line}\n" + PLUGIN.format(name="bikes"))
    assert any("import them inside the hooks" in problem for problem in problems())


@pytest.mark.parametrize(
    "line",
    [
        "from core.people.models import Person",
        "import plugins.training.services",
        "import migrations.env",
        "from core.sdkish import x",
    ],
)
def test_an_import_beyond_the_sdk(package: Path, line: str) -> None:
    (package / "services.py").write_text(f"def late() -> None:\n    {line}\n")
    assert [problem for problem in problems() if "only core.sdk is stable" in problem]


def test_the_sdk_may_be_imported(package: Path) -> None:
    (package / "services.py").write_text("from core.sdk.services import UnitOfWork\n")
    assert problems() == []


def test_a_view_that_is_open_to_nobody(package: Path) -> None:
    views = (
        "from flask import Blueprint\nblueprint = Blueprint('bikes', __name__)\n"
        "@blueprint.get('/')\ndef index():\n    return ''\n"
    )
    hook = "\n@hookimpl\ndef hamyar_blueprints():\n    from check_bikes.views import blueprint\n"
    (package / "views.py").write_text(views)
    with (package / "plugin.py").open("a") as file:
        file.write(hook + "    return [blueprint]\n")
    assert problems() == ["the view bikes.index doesn't say who may open it (core.sdk.web)"]


def test_tables_need_migrations_and_they_one_head(package: Path, metadata: set[str]) -> None:
    (package / "models.py").write_text(
        "from core.sdk.models import Base, TableClass, TenantKey\n"
        "class Bike(TenantKey, Base):\n"
        "    __tablename__ = 'bikes_bike'\n    table_class = TableClass.TENANT\n"
    )
    assert problems() == ["it has tables but no folder migrations/versions"]
    versions = package / "migrations" / "versions"
    versions.mkdir(parents=True)
    for name in ("one", "two"):
        (versions / f"{name}.py").write_text(f"revision = '{name}'\ndown_revision = None\n")
    assert problems() == ["its migrations have 2 heads instead of one"]
    (versions / "two.py").write_text("revision = 'two'\ndown_revision = 'one'\n")
    assert problems() == []
    from core.plugin_host.tables import take_out

    take_out("check_bikes", "bikes", metadata)


def test_texts_need_persian(package: Path) -> None:
    page = package / "templates" / "bikes" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text('{{ _("A text that nobody has translated") }}')
    assert any("A text that nobody has translated" in problem for problem in problems())
    catalogue = package / "locale" / "fa" / "LC_MESSAGES" / "messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "A text that nobody has translated"\nmsgstr "متنی تازه"\n'
    )
    assert problems() == []


def test_templates_stand_under_the_plugins_name(package: Path) -> None:
    page = package / "templates" / "layouts" / "base.html"
    page.parent.mkdir(parents=True)
    page.write_text("<p></p>")
    assert problems() == ["templates/layouts/base.html must stand in templates/bikes/"]
