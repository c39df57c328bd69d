"""How long what files say of people is kept."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from office import Office, table

from core.imports import jobs
from core.imports.retention import REFUSED, UNFINISHED
from core.imports.states import ImportState
from core.localization import clock

DAY = timedelta(days=1)


def kept(office: Office, table_name: str) -> int:
    statement = f"select count(*) from {table_name} where municipality_id = :place"
    return int(office.sql(statement)[0][0])


def test_what_waits_too_long_is_given_up(app: Flask, office: Office) -> None:
    run = office.check(table([*office.staff(3), office.person(4, hire_date="")]))
    for after, state in ((UNFINISHED - DAY, ImportState.CHECKED), (UNFINISHED + DAY, "cancelled")):
        with clock.frozen(clock.now() + after), app.app_context():
            jobs.forget()
        assert office.run(run.id).state == state
    tables = ("import_part", "import_chunk", "import_refusal")
    assert [kept(office, name) for name in tables] == [0, 0, 0]
    assert office.run(run.id).samples == []


def test_refused_rows_of_an_import_stay_a_while(app: Flask, office: Office) -> None:
    run = office.bring_in(table([*office.staff(3), office.person(4, hire_date="")]))
    for after, rows in ((REFUSED - DAY, 1), (REFUSED + DAY, 0)):
        with clock.frozen(clock.now() + after), app.app_context():
            jobs.forget()
        assert kept(office, "import_refusal") == rows
    assert office.run(run.id).state == ImportState.DONE
    assert office.undo(run.id).state == ImportState.UNDONE


def test_the_ledger_keeps_no_rows_of_the_file(office: Office) -> None:
    office.bring_in(table(office.staff(3)))
    assert kept(office, "import_part") == 0
    assert office.sql(
        "select count(*) from import_chunk where municipality_id = :place and rows is not null"
    ) == [(0,)]
