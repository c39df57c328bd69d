"""Fields for identifiers with a rule of their own (iran.md 3.1)."""

from __future__ import annotations

import re
from typing import Any, Final

from core.forms.base import FormField, refuse
from core.localization import _, identifiers
from core.localization.text import clean

_EMAIL: Final = re.compile(r"[^@\s<>(),;:\"\\]+@[^@\s<>(),;:\"\\]+\.[^@\s.<>(),;:\"\\]{2,}")


class _Identifier(FormField[str]):
    """An identifier with a rule of its own."""

    widget = "code"
    empty = ""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        found = self.read(str(value))
        if found is None:
            raise refuse(self.wrong(), "identifier")
        return found

    def read(self, text: str) -> str | None:
        """Return the normalised identifier, or None."""
        raise NotImplementedError

    def wrong(self) -> str:
        """Return what is wrong and how to mend it."""
        raise NotImplementedError


class NationalId(_Identifier):
    """A national ID (کد ملی): 10 digits with a check digit."""

    def read(self, text: str) -> str | None:
        """Check the digit."""
        return identifiers.national_id(text)

    def wrong(self) -> str:
        """Say so."""
        return _("This is no valid national ID: check its 10 digits on the identity card.")


class Mobile(_Identifier):
    """A mobile number, stored as 09xxxxxxxxx."""

    def read(self, text: str) -> str | None:
        """Accept the usual prefixes."""
        return identifiers.mobile(text)

    def wrong(self) -> str:
        """Say so."""
        return _("Enter a mobile number such as %(example)s.", example="09121234567")


class Sheba(_Identifier):
    """A bank account (شبا): IR and 24 digits."""

    def read(self, text: str) -> str | None:
        """Check modulo 97."""
        return identifiers.sheba(text)

    def wrong(self) -> str:
        """Say so."""
        return _("This is no valid sheba: it has IR and 24 digits; check each of them.")


class Email(_Identifier):
    """An e-mail address, stored in small letters."""

    widget = "email"

    def read(self, text: str) -> str | None:
        """Accept what has one @ and a dot behind it."""
        address = clean(text).lower()
        return address if _EMAIL.fullmatch(address) and len(address) <= 254 else None

    def wrong(self) -> str:
        """Say so."""
        return _("Enter an e-mail address such as %(example)s.", example="name@example.ir")
