"""Counting the statements that a piece of work sends to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def count_queries(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that ``engine`` executes inside the block, in order.

        with count_queries(db.engine) as statements:
            client.get("/m/karaj/people/")
        assert len(statements) <= 7

    Savepoints count too; begin and commit don't. Nor does the one statement that opens a web
    request, which goes straight through libpq: a page of at most 8 shows 7 here.
    """
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, _parameters: Any, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
