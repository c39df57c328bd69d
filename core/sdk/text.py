"""Text that is translated when it is read, without importing Flask or Babel.

A plugin's ``plugin.py`` names things (titles, permissions) at import, when no reader and no
language is known yet. `lazy_gettext` keeps the English msgid and asks
`core.localization.gettext` each time the text is turned into a string.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias


class LazyString(Protocol):
    """What counts as lazy text: `LazyText` here and Flask-Babel's ``LazyString``."""

    def __str__(self) -> str:
        """Return the text in the reader's language."""

    def __len__(self) -> int:
        """Return the length of the text in the reader's language."""

    def __contains__(self, item: Any) -> bool:
        """Tell whether ``item`` occurs in the text."""


Text: TypeAlias = str | LazyString
"""Every title, label and reason that a person reads."""


class LazyText:
    """A msgid with its variables; ``str()`` translates it."""

    __slots__ = ("message", "variables")

    def __init__(self, message: str, variables: dict[str, Any]) -> None:
        self.message = message
        self.variables = variables

    def __str__(self) -> str:
        """Return the translation; a translation with broken variables gives the English text."""
        from core.localization import gettext

        try:
            return str(gettext(self.message, **self.variables))
        except (KeyError, TypeError, ValueError):
            return self.message % self.variables if self.variables else self.message

    def __repr__(self) -> str:
        """Return the msgid: a repr must not need a language."""
        return f"lazy_gettext({self.message!r})"

    def __len__(self) -> int:
        """Return the length of the translation."""
        return len(str(self))

    def __contains__(self, item: Any) -> bool:
        """Tell whether ``item`` occurs in the translation."""
        return item in str(self)

    def __format__(self, spec: str) -> str:
        """Format the translation, so that f-strings work."""
        return format(str(self), spec)

    def __eq__(self, other: object) -> bool:
        """Compare msgid and variables, or the translation with a plain string."""
        if isinstance(other, LazyText):
            return (self.message, self.variables) == (other.message, other.variables)
        return str(self) == other if isinstance(other, str) else NotImplemented

    def __hash__(self) -> int:
        """Hash the msgid: the same in every language."""
        return hash(self.message)


def lazy_gettext(message: str, **variables: Any) -> LazyText:
    """Return ``message`` (an English msgid with ``%(name)s`` variables) as lazy text."""
    return LazyText(message, variables)


def is_text(value: object) -> bool:
    """Tell whether ``value`` is a string that isn't blank, or lazy text (not evaluated)."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, LazyText):
        return bool(value.message.strip())
    return type(value).__name__ == "LazyString" and hasattr(type(value), "__contains__")
