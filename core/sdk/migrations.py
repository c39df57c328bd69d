"""What a plugin's migrations import: policies and append-only tables."""

from __future__ import annotations

from core.database.ddl import (
    IN_SCOPE,
    append_only,
    definer_function,
    employed_in_scope,
    isolate,
    isolate_by_person,
)

__all__ = [
    "IN_SCOPE",
    "append_only",
    "definer_function",
    "employed_in_scope",
    "isolate",
    "isolate_by_person",
]
