"""Fields for identifiers with a rule of their own."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from core.forms.base import FormField, refuse
from core.localization import identifiers, lazy_gettext
from core.localization.text import clean
from core.sdk.text import Text as Words

_EMAIL: Final = re.compile(r"[^@\s<>(),;:\"\\]+@[^@\s<>(),;:\"\\]+\.[^@\s.<>(),;:\"\\]{2,}")
_LONGEST_EMAIL: Final = 254


def _email(text: str) -> str | None:
    address = clean(text).lower()
    return address if _EMAIL.fullmatch(address) and len(address) <= _LONGEST_EMAIL else None


class _Identifier(FormField[str]):
    """``rule`` returns the normalised identifier or None, ``problem`` says how to mend it."""

    widget = "code"
    empty = ""
    rule: ClassVar[staticmethod[[str], str | None]]
    problem: ClassVar[Words]

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        found = type(self).rule(str(value))
        if found is None:
            raise refuse(self.problem, "identifier")
        return found


class NationalId(_Identifier):
    """A national ID (کد ملی): 10 digits with a check digit."""

    rule = staticmethod(identifiers.national_id)
    problem = lazy_gettext(
        "This is no valid national ID: check its 10 digits on the identity card."
    )


class Mobile(_Identifier):
    """A mobile number, stored as 09xxxxxxxxx."""

    rule = staticmethod(identifiers.mobile)
    problem = lazy_gettext("Enter a mobile number such as %(example)s.", example="09121234567")


class Sheba(_Identifier):
    """A bank account (شبا): IR and 24 digits."""

    rule = staticmethod(identifiers.sheba)
    problem = lazy_gettext("This is no valid sheba: it has IR and 24 digits; check each of them.")


class Email(_Identifier):
    """An e-mail address, stored in small letters."""

    widget = "email"
    rule = staticmethod(_email)
    problem = lazy_gettext(
        "Enter an e-mail address such as %(example)s.", example="name@example.ir"
    )
