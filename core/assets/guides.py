"""The help of the product: the Markdown of `docs/`, rendered when the assets are built.

`docs/employees` and `docs/officers` are English, `docs/fa/…` has the same topics in Persian. The
`README.md` of a folder is its first topic, and the order of its links is that of the others. What
can't be rendered – a dead link, a topic without its translation, a picture that isn't there – ends
the build. Raw HTML is shown as text, never let through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from posixpath import normpath
from typing import TYPE_CHECKING, Any

from core.assets.node import AssetError
from core.assets.pictures import size_of

if TYPE_CHECKING:
    from markdown_it.token import Token

AUDIENCES = ("employees", "officers")
FOLDERS = {"en": "", "fa": "fa"}
"""Language → its folder in `docs/`."""
FIRST = "README.md"
_OUTSIDE = re.compile(r"https?://")
_NO_SLUG = re.compile(r"[^\w\- ]")
Put = Callable[[Path], str]
"""Takes a picture into the build; returns its address."""


@dataclass(frozen=True, slots=True)
class Page:
    """One topic in one language: `contents` are (id, title) of its second-level headings."""

    name: str
    title: str
    lead: str
    html: str
    contents: tuple[tuple[str, str], ...]

    def facts(self) -> dict[str, Any]:
        """Return it as it is written to the build."""
        return {name: getattr(self, name) for name in self.__slots__}


def sources(docs: Path) -> list[Path]:
    """Return every file that the help is made of, pictures included."""
    folders = [docs / folder / audience for folder in FOLDERS.values() for audience in AUDIENCES]
    texts = [path for folder in folders for path in sorted(folder.glob("*.md"))]
    return [*texts, *sorted((docs / "images").glob("*"))]


def render(docs: Path, put: Put) -> dict[str, list[Page]]:
    """Return all topics of each language in reading order.

    :raises AssetError: when a link, a picture or a translation is missing.
    """
    pages = {
        language: [_page(docs, folder, name, put) for name in _names(docs / folder)]
        for language, folder in FOLDERS.items()
    }
    orders = {language: [page.name for page in found] for language, found in pages.items()}
    if orders["fa"] != orders["en"]:
        raise AssetError(f"The help has other topics, or another order, in Persian: {orders}")
    return pages


def _names(folder: Path) -> Iterator[str]:
    """Yield the names of all topics: each audience, then what its first page links to."""
    for audience in AUDIENCES:
        first = folder / audience / FIRST
        text = first.read_text("utf-8")
        linked = list(dict.fromkeys(re.findall(r"\]\(([\w-]+)\.md[)#]", text)))
        there = {path.stem for path in first.parent.glob("*.md") if path.name != FIRST}
        if there != set(linked):
            raise AssetError(f"{first} doesn't link to each topic once: {there ^ set(linked)}")
        yield audience
        yield from (f"{audience}/{name}" for name in linked)


def file_of(name: str) -> str:
    """Return the file of a topic in the folder of its language."""
    return f"{name}.md" if "/" in name else f"{name}/{FIRST}"


def _page(docs: Path, folder: str, name: str, put: Put) -> Page:
    """Render one topic."""
    from markdown_it import MarkdownIt  # only the build needs it

    path = docs / folder / file_of(name)
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(path.read_text("utf-8"))
    if [token.tag for token in tokens[:4:3]] != ["h1", "p"]:
        raise AssetError(f"{path} must begin with a title and a sentence about what it tells")
    title, lead = tokens[1], tokens[4]
    rest = tokens[3:]
    contents = tuple(_with_ids(rest))
    _name_cells(rest)
    for token in rest:
        for child in token.children or ():
            _resolve(child, path, docs / folder, put)
    html = markdown.renderer.render(rest, markdown.options, {})
    return Page(name, _text(title), _text(lead), html, contents)


def _with_ids(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """Give each heading the id that GitHub gives it; yield those of the second level."""
    for heading, inside in pairwise(tokens):
        if heading.type == "heading_open":
            text = _text(inside)
            slug = _NO_SLUG.sub("", text.lower()).replace(" ", "-")
            heading.attrSet("id", slug)
            if heading.tag == "h2":
                yield slug, text


def _name_cells(tokens: list[Token]) -> None:
    """Write tables as the style sheet expects them: rows have names, cells those of columns.

    In a table of two columns the second explains the first and needs no name.
    """
    heads: list[str] = []
    column = 0
    for token, inside in pairwise(tokens):
        if token.type == "table_open":
            heads = []
            token.attrSet("class", "data")
        elif token.type == "th_open":
            heads.append(_text(inside))
            token.attrSet("scope", "col")
        elif token.type == "tr_open":
            column = 0
        elif token.type == "td_open":
            if column and len(heads) > 2:
                token.attrSet("data-l", heads[column])
            column += 1
    _name_rows(tokens)


def _name_rows(tokens: list[Token]) -> None:
    """Make the first cell of each row its heading."""
    first = False
    for token in tokens:
        if token.type in ("tr_open", "thead_open"):
            first = token.type == "tr_open"
        elif token.type == "td_open" and first:
            token.tag = "th"
            token.attrSet("scope", "row")
        elif token.type == "td_close" and first:
            token.tag = "th"
            first = False


def _resolve(token: Token, path: Path, root: Path, put: Put) -> None:
    """Turn a link between files into one between pages, and take a picture into the build."""
    if token.type == "link_open":
        token.attrSet("href", _address(str(token.attrGet("href")), path, root))
    elif token.type == "image":
        picture = path.parent / str(token.attrGet("src"))
        if not picture.is_file():
            raise AssetError(f"{path} shows {picture.name}, which isn't there")
        width, height = size_of(picture)
        attributes = {"src": put(picture), "width": width, "height": height, "loading": "lazy"}
        for name, value in attributes.items():
            token.attrSet(name, str(value))
    elif token.type == "code_inline":
        token.attrSet("dir", "ltr")


def _address(href: str, path: Path, root: Path) -> str:
    """Return where a link of a file leads in the product."""
    if _OUTSIDE.match(href) or href.startswith("#"):
        return href
    target, hash_, anchor = href.partition("#")
    file = Path(normpath(path.parent / target))
    if not file.is_file() or file.parent not in (root / audience for audience in AUDIENCES):
        raise AssetError(f"{path} links to {href}, which is no topic of the help")
    name = file.parent.name if file.name == FIRST else f"{file.parent.name}/{file.stem}"
    return f"/help/{name}{hash_}{anchor}"


def _text(token: Token) -> str:
    """Return the words of a heading, paragraph or cell without their marks."""
    return "".join(
        " " if child.type == "softbreak" else child.content for child in token.children or ()
    )
