"""Fields for text: one line, several lines, codes, secrets."""

from __future__ import annotations

import re
from typing import Any

from core.forms.base import FormField, refuse
from core.localization import _
from core.localization.digits import to_latin
from core.localization.text import clean, clean_lines
from core.sdk.text import Text as Words


class Text(FormField[str]):
    """One line of text, cleaned (`core.localization.text.clean`)."""

    empty = ""

    def __init__(self, *, least: int = 0, most: int = 200, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most
        self.attrs.setdefault("maxlength", most)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise refuse(_("This must be text."), "type")
        text = self.cleaned(value)
        if len(text) > self.most:
            raise refuse(_("At most %(n)s characters are possible here.", n=self.most), "too_long")
        if len(text) < self.least:
            raise refuse(_("At least %(n)s characters are needed here.", n=self.least), "too_short")
        return text

    def cleaned(self, value: str) -> str:
        """Return the text as it is stored."""
        return clean(value)


class LongText(Text):
    """Several lines."""

    widget = "textarea"

    def __init__(self, *, most: int = 2000, **options: Any) -> None:
        super().__init__(most=most, **options)

    def cleaned(self, value: str) -> str:
        """Clean each line."""
        return clean_lines(value)


class Code(Text):
    """Text read from left to right: a code, a user name, an address. Digits become Latin."""

    widget = "code"

    def __init__(self, *, pattern: str = "", explain: Words = "", **options: Any) -> None:
        super().__init__(**options)
        self.pattern, self.explain = pattern, explain

    def cleaned(self, value: str) -> str:
        """Clean, with Latin digits; refuse what doesn't fit the pattern."""
        text = to_latin(clean(value))
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise refuse(self.explain or _("This doesn't have the right form."), "pattern")
        return text


class Password(FormField[str]):
    """A secret; taken as typed and never shown again."""

    widget = "password"
    empty = ""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or len(value) > 200:
            raise refuse(_("At most %(n)s characters are possible here.", n=200), "too_long")
        return value

    def for_input(self, value: Any) -> Any:
        """Never send a secret back."""
        return None
