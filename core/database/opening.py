"""One statement at the cost of libpq: for what runs before every page.

psycopg's cursors and SQLAlchemy's layers around a statement cost several times the statement
itself (`benchmarks/request_opening.py`); this calls libpq through psycopg's own connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy import Connection

BROKEN = (psycopg.OperationalError, psycopg.InterfaceError)
"""What a lost connection raises; the caller gives the connection up."""


def one_value(connection: Connection, statement: bytes, values: Sequence[bytes | None]) -> bytes:
    """Run a statement with ``$1 …`` in the connection's transaction; return its single value.

    Begins the transaction where none is open. ``values`` are in PostgreSQL's text format.

    Raises:
        psycopg.Error: as for any statement; one of `BROKEN` when the connection is lost.
    """
    driver: Any = connection.connection.driver_connection
    libpq: PGconn = driver.pgconn
    if libpq.transaction_status == TransactionStatus.IDLE:
        _check(libpq, libpq.exec_(b"begin"), ExecStatus.COMMAND_OK)
    result = libpq.exec_params(statement, values)
    _check(libpq, result, ExecStatus.TUPLES_OK)
    return result.get_value(0, 0) or b""


def _check(libpq: PGconn, result: PGresult, wanted: ExecStatus) -> None:
    if libpq.status != ConnStatus.OK:
        raise psycopg.OperationalError("the connection to the database is lost")
    if result.status != wanted:
        raise psycopg.errors.error_from_result(result)
