"""Cron in Tehran's time, upkeep of the queue, jobs of plugins that are not loaded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import procrastinate
import pytest
from flask import Flask
from sqlalchemy import Engine, text

from core.database.scope import EMPTY
from core.database.unit_of_work import open_unit
from core.jobs import maintenance, progress, registry
from core.jobs.models import JobState
from core.jobs.registry import Job
from core.jobs.services import defer
from core.jobs.tasks import task_app
from core.sdk import JobDeclaration
from core.testing.factories import Province
from core.testing.jobs import run_jobs

ROOT = Path(__file__).parents[3]
ADD = text(
    "insert into procrastinate_jobs (queue_name, task_name, status, attempts, args, worker_id)"
    " values ('default', 'tests.note', cast(:status as procrastinate_job_status), :attempts,"
    " cast(:args as jsonb), :worker) returning id"
)


@pytest.fixture(autouse=True)
def empty_queue(owner_engine: Engine) -> None:
    with owner_engine.begin() as connection:
        connection.execute(text("truncate procrastinate_jobs, procrastinate_workers cascade"))


def add(owner: Engine, status: str = "doing", attempts: int = 0, **more: Any) -> int:
    values = {"status": status, "attempts": attempts, "args": "{}", "worker": None, **more}
    with owner.begin() as connection:
        return int(connection.execute(ADD, values).scalar_one())


def worker(owner: Engine, silent_for: int) -> int:
    with owner.begin() as connection:
        beat = "now() - make_interval(secs => :seconds)"
        insert = f"insert into procrastinate_workers (last_heartbeat) values ({beat}) returning id"
        return int(connection.execute(text(insert), {"seconds": silent_for}).scalar_one())


def status(owner: Engine, job: int) -> str | None:
    with owner.connect() as connection:
        query = text("select status::text from procrastinate_jobs where id = :id")
        found: str | None = connection.execute(query, {"id": job}).scalar_one_or_none()
        return found


def test_cron_means_tehrans_clock(app: Flask) -> None:
    job = Job(JobDeclaration(name="tests.daily", run=lambda: None, cron="30 2 * * *"))
    tasks = task_app(app, [job], "postgresql:///none", 1)
    [periodic] = tasks.periodic_registry.periodic_tasks.values()
    at = datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp()
    due = periodic.croniter.get_next(ret_type=float, start_time=at)
    assert datetime.fromtimestamp(due, UTC) == datetime(2026, 11, 25, 23, tzinfo=UTC)


def test_stalled_jobs_go_on_and_living_ones_are_left_alone(
    app: Flask, owner_engine: Engine
) -> None:
    gone = add(owner_engine)
    silent = add(owner_engine, worker=worker(owner_engine, silent_for=700))
    alive = add(owner_engine, worker=worker(owner_engine, silent_for=30))
    done = add(owner_engine, status="succeeded")
    with app.app_context():
        assert maintenance.sweep_stalled(600) == 2
        assert maintenance.sweep_stalled(600) == 0
    found = [status(owner_engine, job) for job in (gone, silent, alive, done)]
    assert found == ["todo", "todo", "doing", "succeeded"]


def test_a_job_that_kills_its_workers_is_given_up(
    app: Flask, owner_engine: Engine, province: Province, declare: Any
) -> None:
    declare("tests.note", lambda **_given: None)
    with province.unit(province.karaj) as uow:
        row = progress.start(
            uow, "tests.note", municipality_id=province.karaj.id, job_name="tests.note"
        )
    with owner_engine.begin() as connection:
        connection.execute(
            text("update procrastinate_jobs set status = 'doing', attempts = :most"),
            {"most": maintenance.MOST_ATTEMPTS},
        )
    with app.app_context():
        assert maintenance.sweep_stalled(600) == 0
    with province.unit(province.karaj) as uow:
        uow.session.add(row)
        uow.session.refresh(row)
        assert (row.state, row.code) == (JobState.FAILED, "stalled")


def test_old_jobs_are_removed_with_their_events(app: Flask, owner_engine: Engine) -> None:
    old = [add(owner_engine, status=one) for one in ("succeeded", "failed", "todo", "doing")]
    with owner_engine.begin() as connection:
        connection.execute(text("update procrastinate_events set at = at - interval '31 days'"))
    young = add(owner_engine, status="todo")
    with app.app_context():
        assert maintenance.remove_old(30) == 2
    assert [status(owner_engine, job) for job in old] == [None, None, "todo", "doing"]
    assert status(owner_engine, young) == "todo"


def test_jobs_of_a_plugin_wait_while_it_is_not_loaded(
    app: Flask, engine: Engine, owner_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    job = Job(JobDeclaration(name="absent.note", run=lambda: calls.append(1)), plugin="absent")
    with monkeypatch.context() as patch, open_unit(EMPTY, engine=engine) as uow:
        patch.setattr(registry, "find", lambda _name: job)
        number = defer(uow, "absent.note")
    run_jobs(app)
    assert (calls, status(owner_engine, number)) == ([], "todo")
    monkeypatch.setattr(registry, "all_jobs", lambda _host: {job.name: job})
    run_jobs(app)
    assert (calls, status(owner_engine, number)) == ([1], "succeeded")


def test_a_name_can_be_given_once() -> None:
    twice = [Job(JobDeclaration(name="tests.note", run=lambda: None))] * 2
    with pytest.raises(ValueError, match=r"two jobs are called 'tests\.note'"):
        registry._by_name(twice)


def test_all_declared_jobs_and_kinds_load(app: Flask) -> None:
    assert registry.all_jobs(app.extensions["hamyar_plugins"])
    for kind in registry.kinds().values():
        assert kind.permissions, kind.name


def test_migration_holds_the_schema_of_the_installed_library() -> None:
    """A new schema of procrastinate needs a migration of ours."""
    package = Path(procrastinate.__file__).parent / "sql/schema.sql"
    kept = ROOT / "migrations/versions/0008_procrastinate_3_10.sql"
    assert kept.read_text().endswith(package.read_text())


def test_the_queue_is_analysed_often(owner_engine: Engine) -> None:
    query = (
        "select array_to_string(reloptions, ',') from pg_class where relname = 'procrastinate_jobs'"
    )
    with owner_engine.connect() as connection:
        assert "autovacuum_analyze_scale_factor=0.02" in connection.scalar(text(query))


def test_two_sweeps_at_once_take_each_job_once(app: Flask, owner_engine: Engine) -> None:
    from concurrent.futures import ThreadPoolExecutor

    for _job in range(40):
        add(owner_engine, args=f'{{"n": "{uuid4()}"}}')

    def sweep(_n: int) -> int:
        with app.app_context():
            return maintenance.sweep_stalled(600)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(sweep, range(8))) == 40
