"""Each row at most once: killed processes, two at once, stops and continuations."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from office import Office, Quiet, table

from core.errors import Conflict
from core.imports import services, staging
from core.imports.states import ImportState

CHILD = Path(__file__).with_name("applying.py")
ROOT = Path(__file__).parents[3]
PATIENCE = 60


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Many chunks of few rows, so that a kill hits the middle."""
    assert staging.CHUNK == 1000
    monkeypatch.setattr("core.imports.checking.CHUNK", 25)
    return


def child(office: Office, run_id: UUID) -> subprocess.Popen[bytes]:
    url = office.province.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, str(CHILD), url, str(office.place.id), str(run_id)]
    return subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})


def applied(office: Office, run_id: UUID) -> int:
    return int(
        office.sql(
            "select count(*) from import_chunk where import_id = :id and applied_at is not null",
            id=run_id,
        )[0][0]
    )


def wait_for_chunks(office: Office, run_id: UUID, count: int) -> None:
    end = time.monotonic() + PATIENCE
    while applied(office, run_id) < count:
        assert time.monotonic() < end
        time.sleep(0.005)


def assert_all_in_once(office: Office, count: int) -> None:
    for name in ("employment", "assignment", "salary_fact"):
        assert office.sql(f"select count(*) from {name} where municipality_id = :place") == [
            (count,)
        ]


def test_a_killed_process_loses_and_doubles_nothing(office: Office) -> None:
    run = office.check(table(office.staff(1000)))
    office.confirm(run.id)
    for kills in (1, 2):
        process = child(office, run.id)
        wait_for_chunks(office, run.id, kills * 8)
        process.send_signal(signal.SIGKILL)
        assert process.wait(PATIENCE) == -signal.SIGKILL
        assert applied(office, run.id) < 40, "it was killed too late to prove anything"
        # Nothing half-written: whole chunks with all their parts.
        assert_all_in_once(office, applied(office, run.id) * 25)
    assert child(office, run.id).wait(PATIENCE) == 0
    assert office.run(run.id).state == ImportState.DONE
    assert office.run(run.id).result["new"] == 1000
    assert_all_in_once(office, 1000)
    chunks = office.sql(
        "select count(*) from audit_entry where municipality_id = :place"
        " and action = 'imports.chunk'"
    )
    assert chunks == [(40,)]


def test_two_processes_share_the_work(office: Office) -> None:
    run = office.check(table(office.staff(500)))
    office.confirm(run.id)
    both = [child(office, run.id), child(office, run.id)]
    assert [process.wait(PATIENCE) for process in both] == [0, 0]
    assert office.run(run.id).state == ImportState.DONE
    assert_all_in_once(office, 500)


def test_of_two_confirmations_at_once_one_wins(office: Office) -> None:
    text = table(office.staff(2))
    runs = [office.check(text).id for _ in range(2)]
    outcomes: list[str] = []
    gate = threading.Barrier(8)

    def confirm(run_id: UUID) -> None:
        gate.wait()
        try:
            office.confirm(run_id)
            outcomes.append("confirmed")
        except Conflict as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=confirm, args=(runs[n % 2],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["confirmed", *["imported"] * 4, *["state"] * 3]


def test_two_files_with_the_same_people_and_units(office: Office) -> None:
    """Both name the same new people: one import enters them, the other finds them there."""
    rows = office.staff(100)
    first = office.check(table(rows))
    second = office.check(table(rows[::-1]))
    for run in (first, second):
        office.confirm(run.id)
    both = [child(office, first.id), child(office, second.id)]
    assert [process.wait(PATIENCE) for process in both] == [0, 0]
    results = [office.run(run.id).result for run in (first, second)]
    assert sum(result["new"] for result in results) == 100
    assert sum(result["same"] for result in results) == 100
    assert_all_in_once(office, 100)


def test_a_stopped_import_goes_on_where_it_was(office: Office) -> None:
    run = office.check(table(office.staff(100)))
    office.confirm(run.id)
    office.runner(Quiet(stop_after=2)).apply(run.id)
    assert applied(office, run.id) == 2
    with office.unit() as uow:
        services.cancel(uow, office.place, run.id)
    office.runner().apply(run.id)  # a job that was still waiting
    assert applied(office, run.id) == 2
    with office.unit() as uow:
        services.resume(uow, office.place, run.id)
    office.runner().apply(run.id)
    assert office.run(run.id).result["new"] == 100
    assert_all_in_once(office, 100)


def test_a_stopped_import_can_be_undone(office: Office) -> None:
    before = office.picture()
    run = office.check(table(office.staff(100)))
    office.confirm(run.id)
    office.runner(Quiet(stop_after=2)).apply(run.id)
    with office.unit() as uow:
        services.cancel(uow, office.place, run.id)
    assert office.undo(run.id).state == ImportState.UNDONE
    assert office.picture() == before


def test_a_stopped_check_leaves_no_trace(office: Office) -> None:
    run_id = office.map(table(office.staff(100)))
    office.runner(Quiet(stop_after=2)).check(run_id)
    assert office.sql("select from import_chunk where import_id = :id", id=run_id) == []
    office.runner().check(run_id)
    assert office.run(run_id).checked["new"] == 100


def test_what_is_cancelled_before_it_goes_in_is_forgotten(office: Office) -> None:
    run = office.check(table([*office.staff(3), office.person(4, base_salary="x")]))
    with office.unit() as uow:
        services.cancel(uow, office.place, run.id)
    for name in ("import_part", "import_chunk", "import_refusal"):
        assert office.sql(f"select from {name} where import_id = :id", id=run.id) == []
    assert office.run(run.id).samples == []
    with pytest.raises(Conflict):
        office.confirm(run.id)
