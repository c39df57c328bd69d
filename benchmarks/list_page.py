"""The list of employees under granian, against a view written by hand.

The floor is a bare Flask app: the same statement through SQLAlchemy Core on a connection with its
scope set, the same rows through a plain Jinja template. Ours adds who asks, rights, the gate,
filters, the shell, two languages and the audit of reads.

    python -m benchmarks.list_page
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import create_engine

from benchmarks.floor_list import fill
from core.database.urls import DatabaseUrls, sqlalchemy_url
from core.testing.factories import make_province
from core.testing.postgres import clone_database

EMPLOYEES = 20_000
CLIENTS = 4
SECONDS = 3.0
ROUNDS = 5
LEAST = 0.70


def main() -> float:
    """Measure, print and return ours as a share of the floor's requests per second."""
    urls = clone_database()
    owner, engine = (create_engine(sqlalchemy_url(u or "")) for u in (urls.owner, urls.app))
    province = make_province(owner, engine)
    officer = province.officer(province.karaj)
    fill(owner, engine, province.karaj.id, EMPLOYEES)
    place = province.karaj
    cookie = f"hamyar={officer.token}"
    with (
        Served("core.wsgi:application", 8765, urls, str(place.id)) as ours,
        Served("benchmarks.floor_list:application", 8766, urls, str(place.id)) as floor,
    ):
        pages = (f"{ours.url}/m/{place.code}/people/", cookie), (f"{floor.url}/", "")
        _check(*pages[0])
        rates: tuple[list[float], list[float]] = ([], [])
        for _round in range(ROUNDS):
            for which, (url, sent) in enumerate(pages):
                rates[which].append(_rate(url, sent))
    share = statistics.median(rates[0]) / statistics.median(rates[1])
    verdict = "ok" if share >= LEAST else "BELOW TARGET"
    print(
        f"list page at {EMPLOYEES:,} employees: {share:.0%} of the floor's requests/s"
        f" (target ≥ {LEAST:.0%}; {statistics.median(rates[0]):.0f}/s against"
        f" {statistics.median(rates[1]):.0f}/s) {verdict}"
    )
    owner.dispose()
    engine.dispose()
    return share


class Served:
    """A granian server on the loopback for the time of a block."""

    def __init__(self, target: str, port: int, urls: DatabaseUrls, place: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        environment = {
            **os.environ,
            "HAMYAR_HOME": mkdtemp(prefix="hamyar-bench-"),
            "HAMYAR_DATABASE_URL": urls.app,
            "HAMYAR_OWNER_URL": urls.owner or "",
            "HAMYAR_SECRET_KEY": "only for a benchmark, long enough for a key",
            "HAMYAR_LOG_LEVEL": "ERROR",
            "FLOOR_PLACE": place,
        }
        environment.pop("HAMYAR_PORT", None)
        program = str(Path(sys.executable).parent / "granian")
        options = "--interface wsgi --workers 1 --blocking-threads 4 --backpressure 64"
        command = [program, *options.split(), "--factory", "--no-log", "--port", str(port), target]
        self._process = subprocess.Popen(command, env=environment)

    def __enter__(self) -> Served:
        for _try in range(100):
            try:
                urllib.request.urlopen(f"{self.url}/health", timeout=5).close()
            except urllib.error.HTTPError:
                return self
            except OSError:
                time.sleep(0.2)
            else:
                return self
        raise RuntimeError(f"{self.url} does not answer")

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        self._process.wait(20)


def _get(url: str, cookie: str) -> bytes:
    request = urllib.request.Request(url, headers={"Cookie": cookie})
    with urllib.request.urlopen(request, timeout=20) as answer:
        body: bytes = answer.read()
        return body


def _check(url: str, cookie: str) -> None:
    rows = _get(url, cookie).count(b'<tr><th scope="row">')
    if rows != 50:
        raise RuntimeError(f"the list shows {rows} rows, not 50")


def _rate(url: str, cookie: str) -> float:
    """Return requests per second of `CLIENTS` clients in a row."""
    until = time.perf_counter() + SECONDS

    def client(_number: int) -> int:
        count = 0
        while time.perf_counter() < until:
            _get(url, cookie)
            count += 1
        return count

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(client, range(CLIENTS))) / SECONDS


if __name__ == "__main__":
    main()
