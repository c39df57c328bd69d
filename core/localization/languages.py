"""The languages and which one is in force, without Flask.

Order: `use_locale` (mails, letters, jobs) → the request's language (see `i18n`) → Persian.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

LANGUAGES: Final = {"fa": "فارسی", "en": "English"}
"""Codes and own names of the languages, the default first."""
DEFAULT: Final = "fa"

_chosen: ContextVar[str | None] = ContextVar("hamyar_locale", default=None)
_sources: list[Callable[[], str | None]] = []
_listeners: list[Callable[[], None]] = []


def current_locale() -> str:
    """Return the language in force: "fa" or "en"."""
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    for source in _sources:
        found = source()
        if found is not None:
            return found
    return DEFAULT


def text_direction(locale: str | None = None) -> str:
    """Return "rtl" or "ltr" for ``locale`` (None = the language in force)."""
    return "rtl" if (locale or current_locale()) == "fa" else "ltr"


@contextmanager
def use_locale(locale: str) -> Iterator[None]:
    """Write in ``locale`` inside the block, whatever the request's language is.

    Raises:
        ValueError: the language isn't one of `LANGUAGES`.
    """
    if locale not in LANGUAGES:
        raise ValueError(f"no such language: {locale!r}")
    token = _chosen.set(locale)
    _tell()
    try:
        yield
    finally:
        _chosen.reset(token)
        _tell()


def in_every_language(text: object) -> dict[str, str]:
    """Return ``text`` (lazy, or plain) as it reads in each language: ``{"fa": …, "en": …}``.

    What is stored so needs no catalogue later, when its plugin may be gone.
    """
    words = {}
    for locale in LANGUAGES:
        with use_locale(locale):
            words[locale] = str(text)
    return words


def connect(source: Callable[[], str | None], listener: Callable[[], None]) -> None:
    """Add a ``source`` of the request's language and a ``listener`` to changes (once each)."""
    if source not in _sources:
        _sources.append(source)
    if listener not in _listeners:
        _listeners.append(listener)


def _tell() -> None:
    for listener in _listeners:
        listener()
