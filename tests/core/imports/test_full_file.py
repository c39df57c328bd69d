"""The whole public file of 14,017 rows, and an import killed again and again (make nightly).

``BALTIMORE_FILE`` names the file; it isn't part of the project.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from office import Office, table

from core.imports.bundled import bundled
from core.imports.mapping import ColumnMapping
from core.imports.states import ImportState
from core.localization import use_locale
from core.people import export
from core.people.queries import Filters, units_of

pytestmark = pytest.mark.nightly
FILE = os.environ.get("BALTIMORE_FILE", "")
ROOT = Path(__file__).parents[3]
KILLS = 20
PATIENCE = 300


@pytest.mark.skipif(not FILE, reason="BALTIMORE_FILE doesn't name the public file")
def test_the_whole_public_file(office: Office, tmp_path: Path) -> None:
    made = bundled("employees")[0]
    options = {**made.options, "generate_test_ids": True}
    mapping = ColumnMapping("employees", made.columns, made.defaults, options)
    empty = office.picture()
    run = office.bring_in(Path(FILE), mapping)
    assert run.result == {"new": 14_007, "changed": 0, "same": 0, "refused": 10, "kept": 0}
    codes = Counter(code for codes in office.reasons(run.id).values() for code in codes)
    assert set(codes) == {"required", "surname_missing"}
    before = office.picture()
    copy = tmp_path / "again.csv"
    copy.write_bytes(Path(FILE).read_bytes() + b"\n")
    assert office.check(copy, mapping).checked["same"] == 14_007
    path = tmp_path / "export.xlsx"
    with office.unit() as uow, use_locale("fa"):
        units = units_of(uow, office.place.id, None)
        file, _rows = export.write(
            uow, office.place.id, Filters(status="all"), units, kind="xlsx", personal=True
        )
        with file:
            path.write_bytes(file.read())
    assert office.check(path).checked["same"] == 14_007
    assert office.picture() == before
    assert office.undo(run.id).state == ImportState.UNDONE
    assert office.picture() == empty


def test_twenty_random_kills(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.imports.checking.CHUNK", 20)
    run = office.check(table(office.staff(4000)))
    office.confirm(run.id)
    url = office.province.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, str(Path(__file__).with_name("applying.py")), url]
    command += [str(office.place.id), str(run.id)]
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    kills = 0
    while office.run(run.id).state != ImportState.DONE:
        process = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
        if kills < KILLS:
            before = applied(office, run.id)
            while applied(office, run.id) == before and process.poll() is None:
                time.sleep(0.01)
            time.sleep(chance.random() / 4)
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait(PATIENCE)
    assert kills == KILLS
    for name in ("employment", "assignment", "salary_fact"):
        counted = office.sql(f"select count(*) from {name} where municipality_id = :place")
        assert counted == [(4000,)]
    assert office.run(run.id).result["new"] == 4000


def applied(office: Office, run_id: object) -> int:
    """Chunks that went in."""
    statement = "select count(*) from import_chunk where import_id = :id and applied_at is not null"
    return int(office.sql(statement, id=run_id)[0][0])
