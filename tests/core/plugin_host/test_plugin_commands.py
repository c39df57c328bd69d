"""`hamyar plugins list|new|check`, and commands that plugins bring."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from core import cli, config
from core.cli.plugins import command
from core.config import OperatorError
from core.plugin_host import skeleton


def run(*arguments: str) -> str:
    done = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def dummies(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    modules = tuple(f"tests.testdummy.{name}.plugin" for name in names)
    monkeypatch.setattr(config, "BUNDLED_PLUGINS", modules)


def test_the_list_needs_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAMYAR_HOME", str(tmp_path / "nowhere"))
    dummies(monkeypatch, "good", "misversioned")
    said = run("list")
    assert "good" in said
    assert "quarantined" in said
    assert "another major version" in said
    assert "tables were not compared" in said
    assert not (tmp_path / "nowhere").exists()


def test_the_list_says_when_the_database_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAMYAR_HOME", str(tmp_path))
    monkeypatch.setenv("HAMYAR_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")
    dummies(monkeypatch, "good")
    said = run("list")
    assert "loaded" in said
    assert "the database does not answer" in said


def test_check_ends_with_1_when_something_is_wrong() -> None:
    done = CliRunner().invoke(command, ["check", "tests.testdummy.greedy"])
    assert done.exit_code == 1
    assert "must start with 'greedy_'" in done.output


@pytest.mark.parametrize("name", ["people", "x", "Bikes", "import"])
def test_a_name_that_would_be_refused_begins_no_project(tmp_path: Path, name: str) -> None:
    with pytest.raises(skeleton.SkeletonError):
        skeleton.make(name, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("title", ['Say "hi"', "{{ 7 * 7 }}", "100 %", "a\nb", "back\\slash"])
def test_titles_are_plain_words(tmp_path: Path, title: str) -> None:
    for titles in ({"title": title}, {"title_fa": title}):
        with pytest.raises(skeleton.SkeletonError, match="plain words"):
            skeleton.make("bikes", tmp_path / "new", **titles)


def test_an_existing_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")
    done = CliRunner().invoke(command, ["new", "bikes", "--into", str(tmp_path)])
    assert isinstance(done.exception, OperatorError)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_without_persian_the_english_title_stands_there(tmp_path: Path) -> None:
    folder = skeleton.make("park_places", tmp_path / "new")
    catalogue = folder / "hamyar_park_places/locale/fa/LC_MESSAGES/messages.po"
    assert 'msgid "Park places"\nmsgstr "Park places"' in catalogue.read_text("utf-8")
    assert not list(folder.rglob("*.jinja"))
    assert "[[" not in "".join(p.read_text("utf-8") for p in folder.rglob("*") if p.is_file())


def test_a_plugin_brings_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    dummies(monkeypatch, "good", "exiting_import")
    found = cli.of_plugin("good")
    assert found is not None
    assert found.name == "good"
    assert cli.of_plugin("no-such-command") is None
