"""Codes put in words: a table of message and remedy per code, translated when shown.

Errors are stored as code and figures, so that each reader gets them in his own language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from core.localization import LazyString, lazy_gettext


def N_(message: str) -> str:  # noqa: N802 - gettext's customary name of the extraction mark
    """Mark ``message`` for extraction; it is translated later, with its figures."""
    return message


class Words(NamedTuple):
    """Message and remedy of one code: msgids with ``%(name)s`` placeholders."""

    message: str
    remedy: str


def spoken(msgid: str, figures: Mapping[str, object]) -> LazyString:
    """``msgid`` with its figures, as a lazily translated string."""
    return lazy_gettext(msgid, **figures)
