"""gettext without Flask: it works in requests, jobs, letters and on the command line.

In Persian, whole numbers among the variables are shown with Persian digits, so no call has
to remember it. Text (codes, references, sheba) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from core.localization.catalogue_files import translations
from core.localization.digits import to_persian
from core.localization.languages import current_locale

_INTEGER: Final = re.compile(r"(%\(\w+\))[di]")


def gettext(message: str, **variables: Any) -> str:
    """Return ``message`` (an English msgid) in the language in force.

    ``%(name)s`` in it are filled from ``variables``; without variables nothing is formatted,
    so a plain ``%`` is safe.
    """
    locale = current_locale()
    text = translations(locale).gettext(message)
    return interpolate(text, variables, locale) if variables else text


_ = gettext


def ngettext(singular: str, plural: str, num: int, **variables: Any) -> str:
    """Return the message for ``num`` things; ``%(num)s`` is the number itself."""
    locale = current_locale()
    text = translations(locale).ngettext(singular, plural, num)
    return interpolate(text, {"num": num, **variables}, locale)


def interpolate(text: str, variables: Mapping[str, Any], locale: str) -> str:
    """Return ``text % variables`` with whole numbers in the digits of ``locale``."""
    if locale != "fa":
        return text % variables
    shown = {name: _shown(value) for name, value in variables.items()}
    return _INTEGER.sub(r"\1s", text) % shown


def _shown(value: Any) -> Any:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return to_persian(value) if is_number else value


class LazyString:
    """A message that is translated each time it is read: for names that are fixed at import."""

    __slots__ = ("_args", "_function", "_variables")

    def __init__(self, function: Callable[..., str], *args: Any, **variables: Any) -> None:
        self._function = function
        self._args = args
        self._variables = variables

    def __str__(self) -> str:
        """Return the text in the language in force."""
        return self._function(*self._args, **self._variables)

    def __repr__(self) -> str:
        """Return the msgid: a repr must not need a language."""
        return f"lazy_gettext({self._args[0]!r})"

    def __html__(self) -> str:
        """Return the text escaped: a translation is text, never markup."""
        from markupsafe import escape

        return str(escape(str(self)))

    def __format__(self, spec: str) -> str:
        """Format the text, so that f-strings work."""
        return format(str(self), spec)

    def __mod__(self, other: Any) -> str:
        """Return the text with ``other`` filled in."""
        filled: str = str(self) % other
        return filled

    def __add__(self, other: object) -> str:
        """Return the text followed by ``other``."""
        return str(self) + str(other)

    def __radd__(self, other: object) -> str:
        """Return ``other`` followed by the text."""
        return str(other) + str(self)

    def __len__(self) -> int:
        """Return the length of the text."""
        return len(str(self))

    def __contains__(self, item: str) -> bool:
        """Tell whether ``item`` occurs in the text."""
        return item in str(self)

    def __lt__(self, other: object) -> bool:
        """Order by the text, so that lists of titles can be sorted."""
        return str(self) < str(other)

    def __eq__(self, other: object) -> bool:
        """Compare msgids and variables, or the text with a plain string."""
        if isinstance(other, LazyString):
            return (self._args, self._variables) == (other._args, other._variables)
        return str(self) == other if isinstance(other, str) else NotImplemented

    def __hash__(self) -> int:
        """Hash the msgid: the same in every language."""
        return hash(self._args)

    def __getattr__(self, name: str) -> Any:
        """Offer the methods of ``str`` (``upper`` …) on the text of this moment."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(str(self), name)


def lazy_gettext(message: str, **variables: Any) -> LazyString:
    """Return ``message`` as lazy text, see `gettext`."""
    return LazyString(gettext, message, **variables)


def lazy_ngettext(singular: str, plural: str, num: int, **variables: Any) -> LazyString:
    """Return the message for ``num`` things as lazy text, see `ngettext`."""
    return LazyString(ngettext, singular, plural, num, **variables)
