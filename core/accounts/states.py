"""How far an account is; in SQL: `core.accounts.state_queries`."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, Final

from core.localization import lazy_gettext
from core.sdk.text import Text


class State(enum.StrEnum):
    """``NONE``: nobody has asked for one; ``PENDING``: nobody has chosen a password yet."""

    ACTIVE = "active"
    PENDING = "pending"
    CLOSED = "closed"
    NONE = "none"


WORDS: Final[Mapping[str, Text]] = {
    State.ACTIVE: lazy_gettext("can sign in"),
    State.PENDING: lazy_gettext("invited, not activated yet"),
    State.CLOSED: lazy_gettext("closed by an officer"),
    State.NONE: lazy_gettext("none yet"),
}
"""The words for the states, the same everywhere."""


def state_of(account: Any) -> State:
    """Return how far an account (or a row with ``active`` and ``is_pending``) is."""
    if not account.active:
        return State.CLOSED
    return State.PENDING if account.is_pending else State.ACTIVE
