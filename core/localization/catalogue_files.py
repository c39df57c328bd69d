"""Translations straight from ``.po`` files: nothing to compile, so nothing can be stale.

A file is parsed once per modification time and kept in memory. For one domain the files of
several directories act as one: core's general one, one beside each feature of core
(``core/<feature>/locale``), then the plugins'; the first that knows a msgid wins. English is
the language of the msgids and has no files.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

CORE_LOCALE: Final = Path(__file__).parent / "locale"
FEATURE_LOCALES: Final = tuple(sorted(Path(__file__).parents[1].glob("*/locale")))

_files: dict[Path, tuple[int, PoTranslations]] = {}
_merged: dict[tuple[str, str], PoTranslations] = {}
_directories: list[Path] = list(dict.fromkeys([CORE_LOCALE, *FEATURE_LOCALES]))
_lock = Lock()


class PoTranslations(NullTranslations):
    """Messages of one language in memory; an unknown msgid is returned as it is.

    Keys of ``messages`` are msgids; values the msgstr, for plural entries one per form.
    The flask-babel names (``ugettext`` …) are there for libraries that call them.
    """

    def __init__(self, messages: dict[str, tuple[str, ...]] | None = None) -> None:
        super().__init__()
        self.messages = messages if messages is not None else {}

    def gettext(self, message: str) -> str:
        """Return the translation of ``message``."""
        found = self.messages.get(message)
        return found[0] if found else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the translation for ``n`` things; Persian nouns have one form after a number."""
        found = self.messages.get(msgid1)
        if found:
            return found[0] if n == 1 else found[-1]
        return msgid1 if n == 1 else msgid2

    ugettext = gettext
    ungettext = ngettext


def add_directories(directories: Iterable[Path]) -> None:
    """Let the ``<language>/LC_MESSAGES/*.po`` files of ``directories`` count from now on."""
    with _lock:
        _directories.extend(d for d in directories if d not in _directories)
        _merged.clear()


def translations(locale: str, domain: str = "messages") -> PoTranslations:
    """Return all that is known of ``domain`` in ``locale``; empty for English."""
    found = _merged.get((locale, domain))
    return found if found is not None else _merge(locale, domain)


def read_catalogue(path: Path, locale: str = "fa") -> Catalog:
    """Return the Babel catalogue in ``path``.

    Raises:
        babel.messages.pofile.PoFileError: the file isn't well-formed.
    """
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return read_po(file, locale=locale, charset="utf-8", abort_invalid=True)


def _merge(locale: str, domain: str) -> PoTranslations:
    with _lock:
        messages: dict[str, tuple[str, ...]] = {}
        for directory in reversed(_directories):
            path = directory / locale / "LC_MESSAGES" / f"{domain}.po"
            if path.is_file():
                messages.update(_load(path, locale).messages)
        merged = _merged[locale, domain] = PoTranslations(messages)
        return merged


def _load(path: Path, locale: str) -> PoTranslations:
    changed = path.stat().st_mtime_ns
    known = _files.get(path)
    if known is None or known[0] != changed:
        known = _files[path] = changed, _parse(path, locale)
    return known[1]


def _parse(path: Path, locale: str) -> PoTranslations:
    messages: dict[str, tuple[str, ...]] = {}
    for entry in read_catalogue(path, locale):
        forms = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
        if entry.id and forms and all(forms) and not entry.fuzzy:
            key = entry.id if isinstance(entry.id, str) else entry.id[0]
            messages[key] = tuple(str(form) for form in forms)
    return PoTranslations(messages)


@cache
def known_domains() -> tuple[str, ...]:
    """Return the domains that core ships in Persian, sorted."""
    return tuple(sorted(p.stem for p in CORE_LOCALE.glob("fa/LC_MESSAGES/*.po")))
