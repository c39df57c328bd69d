"""What the tests of traps share: a database of their own and short ways to ask it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg

from core.database.urls import DatabaseUrls

KARAJ, FARDIS = uuid4(), uuid4()


@contextmanager
def scoped(url: str | None, *municipalities: UUID) -> Iterator[psycopg.Connection[Any]]:
    """Open a connection with the scope set as the unit of work does; rolled back at the end."""
    with psycopg.connect(url or "") as connection:
        setting = "{" + ",".join(map(str, municipalities)) + "}"
        connection.execute(
            "select set_config('hamyar.municipalities', %s, true),"
            " set_config('hamyar.person', '00000000-0000-0000-0000-000000000000', true),"
            " set_config('hamyar.today', '2026-11-25', true)",
            [setting],
        )
        yield connection
        connection.rollback()


def run(url: str | None, *statements: str) -> int:
    """Run statements in one transaction and return the last one's number of rows."""
    with psycopg.connect(url or "") as connection:
        for statement in statements:
            cursor = connection.execute(statement.encode())
    return cursor.rowcount


def one(connection: psycopg.Connection[Any], query: str) -> Any:
    """Return the first value of a query."""
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def secret(urls: DatabaseUrls, *extra: str) -> None:
    """Create the table ``secret`` with two rows, one of each municipality, as the owner."""
    run(
        urls.owner,
        "drop table if exists secret cascade",
        "create table secret (municipality_id uuid not null, id int, word text,"
        " primary key (municipality_id, id))",
        f"insert into secret values ('{KARAJ}', 1, 'karaj'), ('{FARDIS}', 1, 'fardis')",
        *extra,
    )


ENABLE = "alter table secret enable row level security"
FORCE = "alter table secret force row level security"
SCOPE = (
    "create policy scope on secret to hamyar_app"
    " using (municipality_id = any((select hamyar_scope())::uuid[]))"
)
OWNER = "create policy owner on secret to hamyar_owner using (true) with check (true)"
