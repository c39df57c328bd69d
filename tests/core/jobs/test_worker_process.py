"""Real worker processes: killed in the middle, told to stop, cut off from the database."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import drill
import psycopg
import pytest
from sqlalchemy import create_engine

from core.database.scope import Scope
from core.database.unit_of_work import open_unit
from core.database.urls import DatabaseUrls, sqlalchemy_url
from core.jobs import progress, registry
from core.testing.factories import make_province
from core.testing.postgres import clone_database, drop_database

ROOT = Path(__file__).parents[3]
DRILLS = "(select * from procrastinate_jobs where task_name = 'tests.drill') drills"
"""The worker also enqueues the periodic jobs of core and of the plugins."""
Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def urls(monkeypatch: pytest.MonkeyPatch) -> Iterator[DatabaseUrls]:
    """A database of its own, with the tables of the drill and a queued drill."""
    monkeypatch.setattr(registry, "core_jobs", lambda: drill.JOBS)
    found = clone_database()
    with psycopg.connect(found.owner or "") as owner:
        owner.execute("create table drill (item int primary key)")
        owner.execute("create table drill_try (id serial primary key, item int)")
    engines = [create_engine(sqlalchemy_url(url or "")) for url in (found.owner, found.app)]
    province = make_province(*engines)
    with open_unit(Scope.of(province.karaj.id), engine=engines[1]) as uow:
        progress.start(
            uow, "tests.drill", municipality_id=province.karaj.id, job_name="tests.drill"
        )
    for engine in engines:
        engine.dispose()
    yield found
    drop_database(found)


@pytest.fixture
def start(urls: DatabaseUrls, tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts a worker; all are killed at the end."""
    started: list[subprocess.Popen[bytes]] = []
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("HAMYAR_")},
        "PYTHONPATH": str(ROOT),
        "HAMYAR_HOME": str(tmp_path / "home"),
        "HAMYAR_ENV": "test",
        "HAMYAR_DATABASE_URL": urls.app,
        "HAMYAR_OWNER_URL": urls.owner or "",
        "HAMYAR_STALLED_SWEEP_SECONDS": "0.5",
        "HAMYAR_STALLED_AFTER_SECONDS": "1.5",
        "HAMYAR_WORKER_POLL_SECONDS": "0.5",
    }

    def run() -> subprocess.Popen[bytes]:
        with (tmp_path / f"worker-{len(started)}.log").open("wb") as log:
            worker = subprocess.Popen(
                [sys.executable, drill.__file__],
                cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        started.append(worker)
        return worker

    yield run
    for worker in started:
        worker.kill()
        worker.wait()
    for log in sorted(tmp_path.glob("*.log")):
        print(log.name, log.read_text(errors="replace"))


def ask(urls: DatabaseUrls, query: str) -> Any:
    with psycopg.connect(urls.admin or "") as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


def wait(urls: DatabaseUrls, query: str, seconds: float = 90) -> None:
    """Wait until the query says true."""
    end = time.monotonic() + seconds
    while not ask(urls, query):
        assert time.monotonic() < end, f"never true: {query}"
        time.sleep(0.1)


def assert_whole(urls: DatabaseUrls) -> None:
    """Every item was done, and the row says so."""
    assert ask(urls, "select count(*) from drill") == drill.ITEMS
    state = "select state || done || '/' || total from background_job"
    assert ask(urls, state) == f"done{drill.ITEMS}/{drill.ITEMS}"
    assert ask(urls, f"select count(*) from {DRILLS} where status = 'succeeded'") == 1


def test_a_job_whose_worker_is_killed_goes_on_elsewhere(urls: DatabaseUrls, start: Start) -> None:
    victim = start()
    wait(urls, "select count(*) > 10 from drill")
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    assert 10 < ask(urls, "select count(*) from drill") < drill.ITEMS
    start()
    wait(urls, "select state = 'done' from background_job")
    wait(urls, f"select bool_and(status = 'succeeded') from {DRILLS}")
    assert_whole(urls)
    assert ask(urls, "select count(*) from drill_try") <= drill.ITEMS + 1
    assert ask(urls, f"select attempts from {DRILLS}") == 2


def test_a_worker_that_is_told_to_stop_hands_its_job_back(urls: DatabaseUrls, start: Start) -> None:
    with psycopg.connect(urls.owner or "") as owner:  # chunks that outlast the grace of a stop
        owner.execute(
            "create function slow() returns trigger language plpgsql as"
            " $$ begin perform pg_sleep(0.3); return new; end $$"
        )
        owner.execute(
            "create trigger slow before insert on drill for each row execute function slow()"
        )
    worker = start()
    wait(urls, "select count(*) > 2 from drill")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    assert ask(urls, f"select status::text from {DRILLS}") == "todo"
    assert ask(urls, "select state from background_job") == "running"
    assert ask(urls, "select count(*) from procrastinate_workers") == 0
    with psycopg.connect(urls.owner or "") as owner:
        owner.execute("drop trigger slow on drill")
    start()
    wait(urls, f"select bool_and(status = 'succeeded') from {DRILLS}")
    assert_whole(urls)
    assert ask(urls, "select count(*) from drill_try") == drill.ITEMS


def test_a_worker_whose_connections_are_cut_goes_on(urls: DatabaseUrls, start: Start) -> None:
    worker = start()
    wait(urls, "select count(*) > 5 from drill")
    cut = (
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where usename = 'hamyar_app' and datname = current_database()"
    )
    assert ask(urls, cut) > 1
    wait(urls, f"select bool_and(status = 'succeeded') from {DRILLS}")
    assert_whole(urls)
    assert worker.poll() is None


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(4))
def test_random_kills(urls: DatabaseUrls, start: Start, seed: int) -> None:
    """Five kills at random moments each: nothing is lost, nothing is done twice."""
    moments = random.Random(seed)
    for _kill in range(5):
        before = ask(urls, "select count(*) from drill")
        worker = start()
        if before < drill.ITEMS - 1:
            wait(urls, f"select count(*) > {before} from drill")
        time.sleep(moments.uniform(0, drill.CHUNK_SECONDS * 6))
        worker.kill()
        worker.wait()
    start()
    wait(urls, f"select bool_and(status = 'succeeded') from {DRILLS}")
    assert_whole(urls)
    assert ask(urls, "select count(*) from drill_try") <= drill.ITEMS + 5
