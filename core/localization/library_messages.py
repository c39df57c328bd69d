"""Messages that libraries hand us ready made, in the reader's language.

marshmallow (with webargs and flask-smorest) formats values into its English messages before
we see them, so those are recognised by pattern. Flask-WTF's are fixed texts.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from core.localization.catalogue_files import translations
from core.localization.digits import localized
from core.localization.languages import current_locale

_FIELD: Final = re.compile(r"\{(\w+)(?:!r)?\}")
_NUMERIC: Final = re.compile(r"[\d.,+-]+")


def translate_marshmallow(message: str) -> str:
    """Return a validation message in the language in force; an unknown one as it is.

    ``message`` is one string of ``ValidationError.messages``, values already filled in:
    "Length must be between 2 and 5." → «طول باید بین ۲ تا ۵ باشد.»
    """
    locale = current_locale()
    catalogue = translations(locale, "marshmallow")
    translated = catalogue.gettext(message)
    if locale == "en" or translated != message:
        return translated
    for pattern, text in _patterns(locale):
        found = pattern.fullmatch(message)
        if found:
            return _fill(text, found.groupdict(), locale)
    return message


def translate_csrf(text: str) -> str:
    """Return a CSRF reason of Flask-WTF in our language."""
    return translations(current_locale(), "csrf").gettext(text)


@cache
def _patterns(locale: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return (pattern, translation) of the messages with values, the most specific first."""
    messages = translations(locale, "marshmallow").messages
    with_values = [msgid for msgid in messages if _FIELD.search(msgid)]
    with_values.sort(key=lambda msgid: len(_FIELD.sub("", msgid)), reverse=True)
    return tuple((_pattern(msgid), messages[msgid][0]) for msgid in with_values)


def _pattern(msgid: str) -> re.Pattern[str]:
    parts = _FIELD.split(msgid)  # literal, name, literal, name, …
    texts = [re.escape(part) if i % 2 == 0 else f"(?P<{part}>.+)" for i, part in enumerate(parts)]
    return re.compile("".join(texts), re.DOTALL)


def _fill(text: str, values: dict[str, str], locale: str) -> str:
    """Put the values into the translation, numbers with the digits of ``locale``."""
    return _FIELD.sub(lambda field: _shown(values[field[1]], locale), text)


def _shown(value: str, locale: str) -> str:
    return localized(value, locale) if _NUMERIC.fullmatch(value) else value
