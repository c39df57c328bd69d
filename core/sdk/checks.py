"""Checks that the SDK's values run on themselves when they are made.

Each takes the value's name first and raises `InvalidValueError` with a plain English sentence
that a contractor can act on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, cast
from uuid import UUID

from core.sdk.text import is_text

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
DOTTED = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
ICON = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class InvalidValueError(ValueError):
    """A value object was given something that it can't hold."""


def need(condition: bool, sentence: str) -> None:
    """Raise `InvalidValueError` with ``sentence`` unless ``condition`` holds."""
    if not condition:
        raise InvalidValueError(sentence)


def text(field: str, value: object) -> None:
    """Refuse what isn't text, or is blank."""
    need(is_text(value), f"{field} must be text that isn't blank, not {value!r}")


def optional_text(field: str, value: object) -> None:
    """Refuse what is neither text nor the empty string."""
    need(value == "" or is_text(value), f"{field} must be text, not {value!r}")


def name(field: str, value: object) -> None:
    """Refuse what isn't a lower-case name such as ``sign_in_sheet``."""
    valid = isinstance(value, str) and NAME.fullmatch(value) is not None
    need(valid, f"{field} must be lower-case letters, digits and single _, not {value!r}")


def dotted(field: str, value: object) -> None:
    """Refuse what isn't ``<plugin>.<name>``."""
    valid = isinstance(value, str) and DOTTED.fullmatch(value) is not None
    need(valid, f"{field} must look like plugin.name, not {value!r}")


def icon(field: str, value: object) -> None:
    """Refuse what is neither empty nor the name of an icon such as ``file-text``."""
    valid = isinstance(value, str) and (not value or ICON.fullmatch(value) is not None)
    need(valid, f"{field} must be the name of an icon, not {value!r}")


def href(field: str, value: object) -> None:
    """Refuse what isn't a path on this site: another host or a script can't be linked to."""
    valid = (
        isinstance(value, str)
        and value.startswith("/")
        and not value.startswith("//")
        and "\\" not in value
        and value.isprintable()
    )
    need(valid, f"{field} must be a path on this site that starts with one /, not {value!r}")


def optional_href(field: str, value: object) -> None:
    """Refuse what is neither empty nor a path on this site."""
    if value != "":
        href(field, value)


def whole(field: str, value: object, least: int = 0) -> None:
    """Refuse what isn't an ``int`` of at least ``least``; booleans are no numbers."""
    valid = isinstance(value, int) and not isinstance(value, bool) and value >= least
    need(valid, f"{field} must be a whole number of at least {least}, not {value!r}")


def kind(field: str, value: object, expected: type[Any]) -> None:
    """Refuse what isn't an instance of ``expected``."""
    need(isinstance(value, expected), f"{field} must be {expected.__name__}, not {value!r}")


def day(field: str, value: object) -> None:
    """Refuse what is neither None nor a plain date (an instant has no place there)."""
    need(value is None or type(value) is date, f"{field} must be a date, not {value!r}")


def identifier(field: str, value: object) -> None:
    """Refuse what isn't a UUID."""
    kind(field, value, UUID)


def call(field: str, value: object) -> None:
    """Refuse what can't be called."""
    need(callable(value), f"{field} must be a function, not {value!r}")


def each(field: str, values: object, check: Callable[[str, object], None]) -> None:
    """Refuse what isn't a tuple (a list could be changed later) of valid items."""
    kind(field, values, tuple)
    for value in cast(tuple[object, ...], values):
        check(f"each of {field}", value)


def distinct(field: str, values: Iterable[str]) -> None:
    """Refuse a name that stands twice."""
    seen = list(values)
    twice = sorted({value for value in seen if seen.count(value) > 1})
    need(not twice, f"{field} must be different from each other; twice: {', '.join(twice)}")
