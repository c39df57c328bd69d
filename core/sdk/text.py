"""Text that a person reads: a string, or a lazy one that is translated when it is read."""

from __future__ import annotations

from typing import TypeAlias

from core.localization import LazyString, lazy_gettext

__all__ = ["Text", "is_text", "lazy_gettext"]

Text: TypeAlias = str | LazyString
"""Every title, label and reason. ``plugin.py`` uses `lazy_gettext`: no language is known yet."""


def is_text(value: object) -> bool:
    """Tell whether ``value`` is a string that isn't blank, or lazy text (not evaluated)."""
    return isinstance(value, LazyString) or (isinstance(value, str) and bool(value.strip()))
