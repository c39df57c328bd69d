"""Rendering docs/ into the help: what is refused, and that the real text keeps the rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from core.assets.guides import AUDIENCES, FOLDERS, Page, render, sources
from core.assets.node import AssetError
from core.localization.extraction import sources as catalogues

ROOT: Final = Path(__file__).resolve().parents[3]
DOCS: Final = ROOT / "docs"
BOLD: Final = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
TOPIC: Final = "# Topic\n\nWhat it tells.\n\n"


def _put(picture: Path) -> str:
    return f"/static/build/{picture.name}"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A small tree: each audience has a first page and one topic, in both languages."""
    for folder in FOLDERS.values():
        for audience in AUDIENCES:
            place = tmp_path / folder / audience
            place.mkdir(parents=True)
            (place / "README.md").write_text("# First\n\nRead [this](topic.md).\n", "utf-8")
            (place / "topic.md").write_text(TOPIC, "utf-8")
    return tmp_path


def _rendered(docs: Path, text: str) -> str:
    (docs / "employees" / "topic.md").write_text(TOPIC + text, "utf-8")
    return _pages(docs)["employees/topic"].html


def _pages(docs: Path, language: str = "en") -> dict[str, Page]:
    return {page.name: page for page in render(docs, _put)[language]}


def test_topics_come_in_the_order_of_the_first_page(docs: Path) -> None:
    for folder in FOLDERS.values():
        first = docs / folder / "employees" / "README.md"
        first.write_text("# First\n\nSee [b](b.md), [topic](topic.md#at), [b](b.md).\n", "utf-8")
        (first.parent / "b.md").write_text(TOPIC, "utf-8")
    names = ["employees", "employees/b", "employees/topic", "officers", "officers/topic"]
    assert list(_pages(docs)) == list(_pages(docs, "fa")) == names


def test_links_between_files_lead_between_pages(docs: Path) -> None:
    text = "[a](README.md) [b](../officers/topic.md#at) [c](#here) [d](https://example.org/)"
    hrefs = re.findall(r'href="([^"]*)"', _rendered(docs, text))
    assert hrefs == ["/help/employees", "/help/officers/topic#at", "#here", "https://example.org/"]


@pytest.mark.parametrize(
    "text",
    ["[a](absent.md)", "[a](../../README.md)", "[a](../fa/employees/topic.md)", "![a](absent.png)"],
)
def test_what_leads_nowhere_ends_the_build(docs: Path, text: str) -> None:
    with pytest.raises(AssetError):
        _rendered(docs, text)


@pytest.mark.parametrize("folder", FOLDERS.values())
def test_a_topic_without_translation_ends_the_build(docs: Path, folder: str) -> None:
    first = docs / folder / "officers" / "README.md"
    (first.parent / "more.md").write_text(TOPIC, "utf-8")
    with pytest.raises(AssetError, match="doesn't link"):
        render(docs, _put)
    first.write_text("# First\n\n[this](topic.md) [more](more.md)\n", "utf-8")
    with pytest.raises(AssetError, match="other topics"):
        render(docs, _put)


def test_raw_html_is_text(docs: Path) -> None:
    html = _rendered(docs, "<b>bold</b>\n\n<script>alert(1)</script>\n\n[a](javascript:alert(1))")
    assert "<b>" not in html
    assert "<script" not in html
    assert "href" not in html


def test_headings_are_found_and_rows_are_named(docs: Path) -> None:
    html = _rendered(docs, "## At `once`, then\n\n| A | B | C |\n|---|---|---|\n| d | e | f |\n")
    assert '<h2 id="at-once-then">' in html
    assert _pages(docs)["employees/topic"].contents == (("at-once-then", "At once, then"),)
    assert '<th scope="row">d</th>' in html
    assert '<td data-l="B">e</td>' in html


def test_pictures_say_their_size_and_wait(docs: Path) -> None:
    (docs / "a.png").write_bytes((DOCS / "images" / "home-phone-fa.png").read_bytes())
    (docs / "b.webp").write_bytes((DOCS / "images" / "help-home-fa.webp").read_bytes())
    html = _rendered(docs, "![A](../a.png) ![B](../b.webp)")
    assert 'src="/static/build/a.png" alt="A" width="390" height="844" loading="lazy"' in html
    assert 'alt="B" width="390" height="640"' in html


@pytest.mark.parametrize("language", FOLDERS)
def test_the_real_help_has_no_dead_anchor_and_only_pictures_that_are_described(
    language: str,
) -> None:
    pages = _pages(DOCS, language)
    ids = {name: set(re.findall(r' id="([^"]*)"', page.html)) for name, page in pages.items()}
    for name, page in pages.items():
        for target, anchor in re.findall(r'href="(?:/help/([^"#]*))?#([^"]*)"', page.html):
            assert anchor in ids[target or name], f"{name} → {target}#{anchor}"
        assert 'alt=""' not in page.html
        assert f"-{language}.webp" in page.html or "<img" not in page.html


@pytest.mark.parametrize(("language", "folder"), FOLDERS.items())
def test_words_in_bold_stand_on_the_pages(language: str, folder: str) -> None:
    """What the help prints in bold is what the reader looks for: a text of the product."""
    entries = [entry for source in catalogues() for entry in source.catalogue()]
    known = {entry.string if language == "fa" else entry.id for entry in entries}
    strange = {
        (path.parent.name, path.name, words)
        for path in sources(DOCS)
        if path.suffix == ".md" and path.is_relative_to(DOCS / folder)
        if ("fa" in path.parts) == (language == "fa")
        for words in (" ".join(found.split()) for found in BOLD.findall(path.read_text("utf-8")))
        if words not in known
    }
    assert strange == set()


def test_every_topic_that_a_page_names_is_there() -> None:
    names = set(_pages(DOCS))
    templates = [p for folder in ("core", "plugins") for p in (ROOT / folder).rglob("*.html")]
    named = {
        topic: path.name
        for path in templates
        for topic in re.findall(r'set help_topic = "([^"]*)"', path.read_text("utf-8"))
    }
    assert set(named) - names == set()
    assert {name for name in names if "/" in name} - set(named) == set()
