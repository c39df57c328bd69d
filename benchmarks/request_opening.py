"""Session, viewer, scope and gate of a request, against one raw psycopg row.

    python -m benchmarks.request_opening
"""

from __future__ import annotations

import psycopg
from sqlalchemy import create_engine

from benchmarks.measuring import Ratio, compare
from core.accounts.request_state import open_state
from core.database.urls import sqlalchemy_url
from core.plugin_host.gate import locate
from core.testing.factories import make_province
from core.testing.postgres import clone_database


def main() -> Ratio:
    """Measure, print, return the ratio."""
    urls = clone_database()
    owner = create_engine(sqlalchemy_url(urls.owner or ""))
    engine = create_engine(sqlalchemy_url(urls.app))
    province = make_province(owner, engine)
    officer = province.officer(province.karaj)
    address = locate(f"/m/{province.karaj.code}/people/")
    raw = psycopg.connect(urls.app)

    def ours() -> None:
        state = open_state(engine, officer.token, address, read_only=True, origin="")
        state.unit.session.close()

    def floor() -> None:
        raw.execute("select * from municipality where code = %s", [province.karaj.code]).fetchone()
        raw.commit()

    result = compare("request opening", ours, floor, target=2.0)
    print(result)
    raw.close()
    owner.dispose()
    engine.dispose()
    return result


if __name__ == "__main__":
    main()
