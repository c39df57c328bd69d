"""Primary keys: UUID version 7, made in Python (PostgreSQL below 18 has no ``uuidv7()``)."""

from __future__ import annotations

from uuid import UUID

import uuid_utils
from uuid_utils.compat import uuid7

NOBODY = UUID(int=0)
"""The person of a scope that acts for no person; no row ever has this id."""


def new_id() -> UUID:
    """Return a new time-ordered identifier (RFC 9562, version 7)."""
    return uuid7()


def new_id_text() -> str:
    """Return the text of a new identifier; for bulk work, at a tenth of the cost."""
    return str(uuid_utils.uuid7())
