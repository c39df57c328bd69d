"""Session, viewer, scope and gate of a request, against one raw psycopg row.

Both take a connection out of the same pool, begin, and give it back; the floor knows nobody.

    python -m benchmarks.request_opening
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import create_engine

from benchmarks.measuring import Ratio, compare
from core.accounts.request_state import open_state
from core.database.urls import sqlalchemy_url
from core.plugin_host.gate import locate
from core.testing.factories import make_province
from core.testing.postgres import clone_database

ROW = "select * from municipality where code = %s"


def main() -> Ratio:
    """Measure, print, return the ratio."""
    urls = clone_database()
    owner = create_engine(sqlalchemy_url(urls.owner or ""))
    engine = create_engine(sqlalchemy_url(urls.app))
    province = make_province(owner, engine)
    officer = province.officer(province.karaj)
    address = locate(f"/m/{province.karaj.code}/people/")

    def ours() -> None:
        state = open_state(engine, officer.token, address, read_only=True, origin="")
        state.unit.session.close()

    def floor() -> None:
        pooled = engine.raw_connection()
        psycopg_connection: Any = pooled.driver_connection
        psycopg_connection.execute(ROW, [province.karaj.code]).fetchone()
        pooled.close()

    result = compare("request opening", ours, floor, target=2.0)
    print(result)
    owner.dispose()
    engine.dispose()
    return result


if __name__ == "__main__":
    main()
