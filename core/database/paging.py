"""Keyset pages: each begins behind the last row of the one before, whatever its number.

OFFSET would read all earlier rows and skip or repeat some when rows come and go meanwhile.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T")
Keys = Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]]
SIZE = 50
"""Rows of a page."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows, and the cursors of the pages after and before (None at the ends)."""

    items: list[T]
    next: str | None
    previous: str | None


def fetch(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    keys: Keys,
    cursor: str | None,
    *,
    descending: bool = False,
    size: int = SIZE,
) -> Page[Row[Any]]:
    """Return one page of ``statement``, ordered by ``keys`` (not null, the last one unique).

    ``keys`` must be among the selected columns. A cursor that can't be read begins at the start.
    """
    mark = _read(cursor, keys)
    back = mark is not None and mark[0]
    downwards = descending != back
    if mark is not None:
        border = tuple_(*keys)
        values = tuple_(*mark[1])
        statement = statement.where(border < values if downwards else border > values)
    order = [key.desc() if downwards else key.asc() for key in keys]
    rows = list(session.execute(statement.order_by(None).order_by(*order).limit(size + 1)))
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    has_next, has_previous = (bool(rows), more) if back else (more, mark is not None)
    return Page(
        rows,
        _write(False, rows[-1], keys) if has_next and rows else None,
        _write(True, rows[0], keys) if has_previous and rows else None,
    )


def _write(back: bool, row: Row[Any], keys: Keys) -> str:
    values = [row._mapping[key] for key in keys]
    text = json.dumps([back, *(_plain(value) for value in values)], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _read(cursor: str | None, keys: Keys) -> tuple[bool, list[Any]] | None:
    """Return direction and values; None without a cursor, or with one that isn't ours."""
    if not cursor or len(cursor) > 1000:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        back, *values = json.loads(text)
        if not isinstance(back, bool) or len(values) != len(keys):
            return None
        return back, [_typed(v, k.type.python_type) for v, k in zip(values, keys, strict=True)]
    except (ValueError, TypeError, AttributeError, binascii.Error):
        return None


def _typed(value: Any, kind: type[Any]) -> Any:
    text = str(value)
    text.encode()  # a lone surrogate can't be sent
    if "\0" in text:
        raise ValueError("a NUL can't be stored")
    if kind in (dt.datetime, dt.date):
        return kind.fromisoformat(text)
    return UUID(text) if kind is UUID else kind(text)
