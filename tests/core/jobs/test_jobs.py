"""Enqueueing with the caller's transaction, running, retrying, progress and cancelling."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from core.database.scope import EMPTY, Scope
from core.database.unit_of_work import open_unit
from core.errors import Conflict
from core.jobs import progress, registry, runner
from core.jobs.kinds import JobKind
from core.jobs.models import BackgroundJob, JobState
from core.jobs.progress import JobInterrupted, Progress
from core.jobs.services import defer
from core.localization import use_locale
from core.testing.factories import Province
from core.testing.jobs import run_jobs
from tests.core.jobs.conftest import Declare


@pytest.fixture(autouse=True)
def empty_queue(owner_engine: Engine) -> None:
    with owner_engine.begin() as connection:
        connection.execute(text("truncate procrastinate_jobs cascade"))


def rows(engine: Engine, query: str, **parameters: object) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(query), parameters))


def started(province: Province, job: str = "tests.count", **options: Any) -> BackgroundJob:
    with province.unit(province.karaj) as uow:
        return progress.start(
            uow, "tests.counting", municipality_id=province.karaj.id, job_name=job,
            params={"what": "sheep"}, **options,
        )  # fmt: skip


def row(province: Province, job: BackgroundJob) -> BackgroundJob:
    with province.unit(province.karaj) as uow:
        found = uow.session.get(BackgroundJob, (job.municipality_id, job.id))
        assert found is not None
        return found


def test_a_job_runs_once_with_its_arguments(app: Flask, engine: Engine, declare: Declare) -> None:
    calls: list[object] = []
    declare("tests.note", lambda **given: calls.append(given))
    some = uuid4()
    with open_unit(EMPTY, engine=engine) as uow:
        defer(uow, "tests.note", one=some, two=[1, 2], three=None, four="a-code")
    run_jobs(app)
    run_jobs(app)
    assert calls == [{"one": str(some), "two": [1, 2], "three": None, "four": "a-code"}]


def test_a_job_is_rolled_back_with_its_transaction(
    app: Flask, engine: Engine, declare: Declare
) -> None:
    calls: list[object] = []
    declare("tests.note", lambda: calls.append(1))
    with open_unit(EMPTY, engine=engine) as uow:
        defer(uow, "tests.note")
        uow.session.rollback()
    run_jobs(app)
    assert calls == []


@pytest.mark.parametrize("value", ["مریم", "a b", "x@y.ir", {"a": 1}, 1.5, ["مریم"], b"x"])
def test_arguments_that_could_hold_personal_data_are_refused(
    engine: Engine, declare: Declare, value: object
) -> None:
    declare("tests.note", lambda **_given: None)
    with (
        open_unit(EMPTY, engine=engine) as uow,
        pytest.raises(ValueError, match="argument what"),
    ):
        defer(uow, "tests.note", what=value)


def test_an_unknown_job_is_refused(engine: Engine, declare: Declare) -> None:
    with (
        open_unit(EMPTY, engine=engine) as uow,
        pytest.raises(LookupError, match=r"tests\.nothing"),
    ):
        defer(uow, "tests.nothing")


def test_a_job_has_an_application_context_and_the_app_role(app: Flask, declare: Declare) -> None:
    found: list[Any] = []

    def look() -> None:
        with open_unit(EMPTY) as uow:
            found.append(uow.session.execute(text("select current_user")).scalar_one())

    declare("tests.look", look)
    with app.app_context(), open_unit(EMPTY) as uow:
        defer(uow, "tests.look")
    run_jobs(app)
    assert found == ["hamyar_app"]


def test_a_failing_job_is_tried_again_later_and_then_given_up(
    app: Flask, engine: Engine, owner_engine: Engine, declare: Declare
) -> None:
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        raise RuntimeError("no")

    declare("tests.fail", fail)
    with open_unit(EMPTY, engine=engine) as uow:
        number = defer(uow, "tests.fail")
    waits = []
    for _attempt in range(runner.MOST_FAILURES + 2):
        run_jobs(app)
        run_jobs(app)
        [(state, wait)] = rows(
            owner_engine,
            "select status::text, round(extract(epoch from scheduled_at - now()))"
            " from procrastinate_jobs where id = :id",
            id=number,
        )
        waits.append(wait)
        with owner_engine.begin() as connection:
            connection.execute(text("update procrastinate_jobs set scheduled_at = now()"))
    assert state == "failed"
    assert len(calls) == runner.MOST_FAILURES + 1
    assert [int(wait) in range(n - 3, n + 1) for wait, n in zip(waits, (4, 16, 64), strict=False)]


def test_jobs_of_one_lock_run_in_order(app: Flask, engine: Engine, declare: Declare) -> None:
    calls: list[int] = []
    declare("tests.note", lambda n: calls.append(n))
    with open_unit(EMPTY, engine=engine) as uow:
        for n in range(20):
            defer(uow, "tests.note", lock="queue", n=n)
    run_jobs(app)
    assert calls == list(range(20))


def test_a_watched_job_counts_and_ends(
    app: Flask, province: Province, declare: Declare, kind: JobKind
) -> None:
    seen: list[tuple[str, int, int | None]] = []

    def count(*, progress: Progress, municipality_id: str, upto: int) -> None:
        assert UUID(municipality_id) == progress.municipality_id
        for n in range(1, upto + 1):
            progress.advance(n, errors=n // 2, total=upto)
            now = row(province, job)
            seen.append((now.state, now.done, now.total))
        progress.finish("/m/karaj/sum")

    declare("tests.count", count)
    job = started(province, arguments={"upto": 3})
    assert row(province, job).state == JobState.QUEUED
    run_jobs(app)
    done = row(province, job)
    assert seen == [("running", 1, 3), ("running", 2, 3), ("running", 3, 3)]
    assert (done.state, done.done, done.errors) == (JobState.DONE, 3, 1)
    assert done.result_url == "/m/karaj/sum"
    assert done.created_at <= done.started_at <= done.finished_at
    assert kind.titled(done.params) == "Counting sheep"


def test_the_page_row_and_the_job_come_together_or_not_at_all(
    app: Flask, province: Province, declare: Declare, owner_engine: Engine
) -> None:
    declare("tests.count", lambda **_given: None)
    with province.unit(province.karaj) as uow:
        progress.start(
            uow, "tests.counting", municipality_id=province.karaj.id, job_name="tests.count"
        )
        uow.session.rollback()
    assert rows(owner_engine, "select 1 from procrastinate_jobs") == []
    assert rows(
        owner_engine, "select 1 from background_job where municipality_id = :id",
        id=province.karaj.id,
    ) == []  # fmt: skip


def test_a_refusal_is_shown_and_not_repeated(
    app: Flask, province: Province, declare: Declare, kind: JobKind, owner_engine: Engine
) -> None:
    def refuse(**_given: object) -> None:
        raise Conflict(code="uncountable")

    declare("tests.count", refuse)
    job = started(province)
    run_jobs(app)
    failed = row(province, job)
    assert (failed.state, failed.code) == (JobState.FAILED, "uncountable")
    assert kind.explained(failed.code) == "These cannot be counted."
    assert rows(owner_engine, "select status::text from procrastinate_jobs") == [("succeeded",)]


def test_an_error_fails_the_watched_job_only_at_its_last_try(
    app: Flask, province: Province, declare: Declare, kind: JobKind
) -> None:
    def break_down(**_given: object) -> None:
        raise RuntimeError

    declare("tests.count", break_down)
    job = started(province)
    found = registry.find("tests.count")
    arguments = {"municipality_id": str(province.karaj.id), "background_job_id": str(job.id)}
    for last_try, state in ((False, JobState.RUNNING), (True, JobState.FAILED)):
        with pytest.raises(RuntimeError):
            runner.run(app, found, arguments, last_try=last_try)
        assert row(province, job).state == state
    with use_locale("en"):
        assert "our side" in kind.explained(row(province, job).code)


def test_a_cancelled_job_stops_between_chunks_or_never_starts(
    app: Flask, province: Province, declare: Declare
) -> None:
    worked: list[int] = []

    def count(*, progress: Progress, municipality_id: str, stop_at: int) -> None:
        for n in range(10):
            if progress.is_cancelled():
                return
            worked.append(n)
            progress.advance(n + 1)
            if n + 1 == stop_at:
                stop(job)

    def stop(job: BackgroundJob) -> None:
        with province.unit(province.karaj) as uow:
            assert progress.cancel(uow, job.municipality_id, job.id)

    declare("tests.count", count)
    job = started(province, arguments={"stop_at": 3})
    run_jobs(app)
    assert worked == [0, 1, 2]
    assert (row(province, job).state, row(province, job).done) == (JobState.CANCELLED, 3)
    job = started(province, arguments={"stop_at": 3})
    stop(job)
    run_jobs(app)
    assert worked == [0, 1, 2]
    with province.unit(province.karaj) as uow:
        assert not progress.cancel(uow, job.municipality_id, job.id)


def test_a_finished_job_is_not_done_again(app: Flask, province: Province, declare: Declare) -> None:
    """The worker died after the work and before it told the queue."""
    calls: list[int] = []
    declare("tests.count", lambda **_given: calls.append(1))
    job = started(province)
    run_jobs(app)
    arguments = {"municipality_id": str(province.karaj.id), "background_job_id": str(job.id)}
    runner.run(app, registry.find("tests.count"), arguments)
    assert calls == [1]


def test_an_interrupted_job_waits_for_another_worker(
    app: Flask, province: Province, declare: Declare
) -> None:
    def count(*, progress: Progress, municipality_id: str) -> None:
        progress.advance(progress.done() + 1)

    declare("tests.count", count)
    job = started(province)
    arguments = {"municipality_id": str(province.karaj.id), "background_job_id": str(job.id)}
    with pytest.raises(JobInterrupted):
        runner.run(app, registry.find("tests.count"), arguments, interrupted=lambda: True)
    assert (row(province, job).state, row(province, job).done) == (JobState.RUNNING, 1)
    run_jobs(app)
    assert (row(province, job).state, row(province, job).done) == (JobState.DONE, 2)


def test_another_municipality_cannot_touch_the_row(province: Province, declare: Declare) -> None:
    declare("tests.count", lambda **_given: None)
    job = started(province)
    with province.unit(province.fardis) as uow:
        assert not progress.cancel(uow, job.municipality_id, job.id)
        assert uow.session.get(BackgroundJob, (job.municipality_id, job.id)) is None
    with province.unit(province.karaj) as uow:
        assert uow.scope == Scope.of(province.karaj.id)
        assert progress.cancel(uow, job.municipality_id, job.id)
