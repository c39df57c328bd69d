"""Every text in both languages, with the same variables; library messages too."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from core.localization.catalogue_files import CORE_LOCALE, read_catalogue
from core.localization.extraction import Source, key, missing, sources, translated

SOURCES = sources()
GENERAL = SOURCES[0].catalogue()
VARIABLE = re.compile(r"%\((\w+)\)")
ARABIC = re.compile("[يك]")


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.name)
def test_everything_is_translated(source: Source) -> None:
    assert missing(source, GENERAL) == []


def test_nothing_is_obsolete() -> None:
    used = {key(entry) for source in SOURCES for entry in source.messages() if entry.id}
    old = {
        (source.name, key(entry))
        for source in SOURCES
        for entry in source.catalogue()
        if entry.id and key(entry) not in used
    }
    assert not old


def test_one_message_has_one_translation() -> None:
    """The catalogues act as one, so two translations would depend on the order of files."""
    said: dict[str, set[str]] = {}
    for source in SOURCES:
        for msgid, text in translated(source.catalogue()).items():
            said.setdefault(msgid, set()).add(str(text))
    assert {msgid: texts for msgid, texts in said.items() if len(texts) > 1} == {}


@pytest.mark.parametrize(
    "path", sorted(CORE_LOCALE.parents[1].rglob("*.po")), ids=lambda p: str(p.parts[-4:])
)
def test_variables_and_letters(path: Path) -> None:
    for entry in read_catalogue(path):
        if not entry.id or not entry.string:
            continue
        ids = [entry.id] if isinstance(entry.id, str) else list(entry.id)
        texts = [entry.string] if isinstance(entry.string, str) else list(entry.string)
        for text in texts:
            assert set(VARIABLE.findall(text)) == set(VARIABLE.findall(ids[-1])), ids[0]
            assert not ARABIC.search(text), f"Arabic letters in {text!r}"


def catalogue(domain: str) -> set[str]:
    found: Catalog = read_catalogue(CORE_LOCALE / "fa" / "LC_MESSAGES" / f"{domain}.po")
    return set(translated(found))


def test_messages_of_flask_security() -> None:
    """All that the installed version can say, from its own template of messages."""
    package = Path(str(importlib.import_module("flask_security").__file__)).parent
    template = read_catalogue(package / "translations" / "flask_security.pot")
    assert {key(entry) for entry in template if entry.id} - catalogue("flask_security") == set()


def test_messages_of_marshmallow() -> None:
    """Every message in the default error messages of its fields, and in its validators."""
    package = Path(str(importlib.import_module("marshmallow").__file__)).parent
    said = set()
    for name in ("fields.py", "validate.py", "schema.py", "exceptions.py"):
        for node in ast.walk(ast.parse((package / name).read_text("utf-8"))):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and re.fullmatch(r"[A-Z][^\n`]{6,90}\.", value):
                said.add(value)
    known = catalogue("marshmallow")
    assert len(known & said) > 30, "the messages are not found any more where they were"
