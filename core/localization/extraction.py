"""Keeping the catalogues complete: ``python -m core.localization.extraction`` (make messages).

Each feature of core and each plugin carries its own Persian catalogue in its folder ``locale``;
words that several features use belong to the general one, ``core/localization/locale``. Works
in a source tree only; Persian texts that are there stay, new messages get an empty one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po

from core.localization.catalogue_files import CORE_LOCALE, read_catalogue

ROOT: Final = Path(__file__).resolve().parents[2]
KEYWORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("_", "N_", "gettext", "lazy_gettext")),
    **dict.fromkeys(("ngettext", "lazy_ngettext"), (1, 2)),
}
HEADER: Final = [
    ("Content-Type", "text/plain; charset=UTF-8"),
    ("Language", "fa"),
    ("Plural-Forms", "nplurals=1; plural=0;\n"),
]
"""What is written above the messages: no dates or names that would change with every run."""
JINJA_OPTIONS: Final = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}


class PlainCatalog(Catalog):
    """A Persian catalogue with `HEADER` alone."""

    def __init__(self) -> None:
        super().__init__(locale="fa", header_comment="", charset="utf-8", fuzzy=False)

    def _get_mime_headers(self) -> list[tuple[str, str]]:
        return HEADER

    mime_headers = property(_get_mime_headers)


@dataclass(frozen=True, slots=True)
class Source:
    """One catalogue and the files whose messages belong into it."""

    name: str
    locale: Path
    files: tuple[Path, ...]

    @property
    def path(self) -> Path:
        """The Persian catalogue."""
        return self.locale / "fa" / "LC_MESSAGES" / "messages.po"

    def messages(self) -> Catalog:
        """Return the messages in the files, in order of appearance, without places."""
        found = Catalog(locale="fa", charset="utf-8")
        for path in self.files:
            for message in _messages(path):
                found.add(message)
        return found

    def catalogue(self) -> Catalog:
        """Return what is written; empty if there is no file yet."""
        if self.path.is_file():
            return read_catalogue(self.path)
        return Catalog(locale="fa", charset="utf-8")


def sources(root: Path = ROOT) -> list[Source]:
    """Return the general catalogue first, then those of core's features and of the plugins."""
    core = root / "core"
    features = [p for p in sorted(core.iterdir()) if (p / "__init__.py").is_file()]
    features = [p for p in features if p.name != "localization"]
    general = _python(core, deep=False) + _python(core / "localization")
    general += [p for d in ("layouts", "components", "errors") for p in _pages(core, d)]
    found = [Source("general", CORE_LOCALE, tuple(general))]
    for folder in features:
        files = (*_python(folder), *_pages(core, folder.name))
        found.append(Source(folder.name, folder / "locale", files))
    for folder in sorted((root / "plugins").iterdir()):
        if (folder / "plugin.py").is_file():
            files = (*_python(folder), *sorted(folder.glob("templates/**/*.*")))
            found.append(Source(f"plugins.{folder.name}", folder / "locale", files))
    return found


def _python(folder: Path, *, deep: bool = True) -> list[Path]:
    return sorted(folder.rglob("*.py") if deep else folder.glob("*.py"))


def _pages(core: Path, name: str) -> list[Path]:
    return sorted(p for p in (core / "templates" / name).glob("**/*") if p.is_file())


def _messages(path: Path) -> Iterator[Any]:
    method = "python" if path.suffix == ".py" else "jinja2"
    options = {} if method == "python" else JINJA_OPTIONS
    with path.open("rb") as file:
        for _line, message, _comments, _context in extract(
            method, file, keywords=KEYWORDS, options=options
        ):
            if message and not (isinstance(message, str) and not message.strip()):
                yield message


def key(message: Any) -> str:
    """Return the singular msgid."""
    identifier = message.id
    return identifier if isinstance(identifier, str) else str(identifier[0])


def translated(catalogue: Catalog) -> dict[str, Any]:
    """Return msgid → translation of the entries that are complete."""
    return {
        key(entry): entry.string
        for entry in catalogue
        if entry.id and entry.string and not entry.fuzzy and _complete(entry.string)
    }


def _complete(string: Any) -> bool:
    return bool(string) if isinstance(string, str) else all(string)


def missing(source: Source, general: Catalog) -> list[str]:
    """Return the msgids of ``source`` that neither its own catalogue nor the general one has."""
    known = translated(general) | translated(source.catalogue())
    return [key(entry) for entry in source.messages() if entry.id and key(entry) not in known]


def update(source: Source, wanted: Iterable[Any], shared: Iterable[str] = ()) -> int:
    """Write a catalogue with the ``wanted`` messages; return how many have no Persian text.

    What is there keeps its text, new messages get an empty one. ``shared`` are msgids that
    needn't stand here, since the general catalogue has them.
    """
    old = source.catalogue()
    result = PlainCatalog()
    elsewhere = set(shared)
    for entry in wanted:
        before = old.get(entry.id) or old.get(key(entry))
        if before is not None or key(entry) not in elsewhere:
            result.add(entry.id, before.string if before else "")
    if len(result):
        source.path.parent.mkdir(parents=True, exist_ok=True)
        written = BytesIO()
        write_po(written, result, width=100, no_location=True)
        source.path.write_bytes(written.getvalue().lstrip())
    return sum(1 for entry in result if entry.id and not _complete(entry.string))


def update_all() -> dict[str, int]:
    """Update every catalogue; return by path how many messages wait for Persian words.

    The general one keeps what any feature uses.
    """
    general, *others = sources()
    used = {key(entry): entry for source in others for entry in source.messages() if entry.id}
    own = [entry for entry in general.messages() if entry.id]
    names = {key(entry) for entry in own}
    kept = [used[k] for k in translated(general.catalogue()) if k in used and k not in names]
    counts = {str(general.path.relative_to(ROOT)): update(general, [*own, *kept])}
    shared = set(translated(general.catalogue()))
    for source in others:
        entries = [entry for entry in source.messages() if entry.id]
        counts[str(source.path.relative_to(ROOT))] = update(source, entries, shared)
    return {path: count for path, count in counts.items() if count}


def main() -> int:
    """Update all catalogues and say which ones have gaps; exit status 1 if any has."""
    gaps = update_all()
    for path, count in gaps.items():
        click.echo(f"{path}: {count} without Persian text")
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main())
