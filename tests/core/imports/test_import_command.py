"""``hamyar import``, once in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from office import COLUMNS, Office, table

from core.cli.imports import command
from core.config import OperatorError
from core.database.urls import DatabaseUrls
from core.imports.bundled import bundled
from core.imports.mapping import ColumnMapping
from core.imports.saved_mappings import save_mapping
from core.imports.states import ImportState

ROOT = Path(__file__).parents[3]
Command = Callable[..., Result]


@pytest.fixture
def hamyar(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run ``hamyar import …`` on the application of the tests."""
    monkeypatch.setattr("core.app.create_app", lambda _settings: app)

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(command, [str(each) for each in arguments])

    return run


def summary(done: Result) -> dict[str, Any]:
    """The JSON on standard output."""
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_process_of_its_own(
    session_urls: DatabaseUrls, office: Office, excerpt: Path, tmp_path: Path
) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HAMYAR_")}
    environment = {
        **kept,
        "HAMYAR_HOME": str(tmp_path / "home"),
        "HAMYAR_ENV": "development",
        "HAMYAR_DATABASE_URL": session_urls.app,
        "HAMYAR_OWNER_URL": str(session_urls.owner),
        "PYTHONPATH": str(ROOT),
    }
    start = [sys.executable, "-c", "from core.cli import main; main()", "import", "employees"]
    options = ["--municipality", office.place.code, "--generate-test-ids", "--json"]

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*start, *more], env=environment, capture_output=True, text=True, check=False
        )

    done = run(str(excerpt), *options)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["new"] == 40
    assert "50 rows, 10 refused" in done.stderr
    wrong = run(str(office.write("")), *options)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "The file is empty." in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_the_public_excerpt(hamyar: Command, office: Office, excerpt: Path) -> None:
    options = ("--municipality", office.place.code, "--generate-test-ids", "--json")
    dry = summary(hamyar("employees", excerpt, *options, "--dry-run"))
    assert (dry["outcome"], dry["new"], dry["refused"]) == ("checked", 40, 10)
    assert office.sql("select from employment where municipality_id = :place") == []
    first = summary(hamyar("employees", excerpt, *options))
    assert (first["outcome"], first["new"], first["refused"]) == ("imported", 40, 10)
    assert first["errors"][0]["reason"] == "There is no family name."
    again = summary(hamyar("employees", excerpt, *options))
    assert (again["outcome"], again["import"]) == ("already_imported", first["import"])
    assert "imported before" in hamyar("employees", excerpt, *options[:-1]).stdout
    unchanged = office.write(excerpt.read_bytes() + b"\n,,,,,,\n")
    assert summary(hamyar("employees", unchanged, *options))["outcome"] == "unchanged"


def test_a_mapping_file(hamyar: Command, office: Office, tmp_path: Path) -> None:
    rows = [dict(zip("abcdefgh", row.values(), strict=False)) for row in office.staff(3)]
    names = list(office.person(1))
    mapping = {
        "format": "hamyar.import-mapping/1",
        "kind": "employees",
        "columns": {
            field: "abcdefgh"[names.index(name)]
            for field, name in COLUMNS.items()
            if names.index(name) < 8
        },
    }
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(mapping, ensure_ascii=False))
    file = office.write(table(rows))
    place = ("--municipality", office.place.code, "--mapping", path, "--json")
    assert summary(hamyar("employees", file, *place))["new"] == 3


def test_a_saved_mapping_by_its_name(hamyar: Command, office: Office) -> None:
    strange = {header: f"س{n}" for n, header in enumerate(COLUMNS.values())}
    rows = [{strange[name]: cell for name, cell in row.items()} for row in office.staff(3)]
    columns = {field: strange[header] for field, header in COLUMNS.items()}
    with office.unit() as uow:
        mapping = ColumnMapping("employees", columns)
        save_mapping(uow, office.place, "حقوق و دستمزد", mapping, list(rows[0]))
    file = office.write(table([{**row, "more": ""} for row in rows]))  # not recognised by itself
    place = ("--municipality", office.place.code, "--json")
    assert summary(hamyar("employees", file, *place, "--mapping", "حقوق و دستمزد"))["new"] == 3
    done = hamyar("employees", file, *place, "--mapping", "حقوق")
    assert isinstance(done.exception, OperatorError)
    assert "no mapping of that name is saved" in str(done.exception)


def test_deductions(hamyar: Command, office: Office, tmp_path: Path) -> None:
    office.bring_in(table(office.staff(2)))
    place = ("--municipality", office.place.code, "--json")
    file = office.write("شماره پرسنلی,ماه,نوع,طلبکار,مبلغ\nP1,1405/08,دادگاه,شعبهٔ ۳,5000000\n")
    assert summary(hamyar("deductions", file, *place))["new"] == 1
    assert summary(hamyar("deductions", file, *place))["outcome"] == "already_imported"
    path = tmp_path / "template.csv"
    assert hamyar("template", "--kind", "deductions", "--output", path).exit_code == 0
    found = summary(hamyar("deductions", path, *place))
    assert [error["code"] for error in found["errors"]] == ["example_row"]


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        ("", (), "The file is empty."),
        ("a,b\n", (), "no rows below them"),
        ("\x00\x01\x02binary" * 99, (), "binary data"),
        ("نام,پست\nعلی,مدیر\n", (), "No column is chosen for these required fields"),
        ("نام,پست\nعلی,مدیر\n", ("--municipality", "nowhere"), "no municipality with the code"),
    ],
)
def test_what_cannot_be_used_is_one_line(
    hamyar: Command, office: Office, content: str, arguments: tuple[str, ...], said: str
) -> None:
    place = arguments or ("--municipality", office.place.code)
    done = hamyar("employees", office.write(content), *place)
    assert isinstance(done.exception, OperatorError)
    assert said in str(done.exception)
    assert office.sql("select from import_run where municipality_id = :place") == []


def test_an_interrupted_import_goes_on(
    hamyar: Command, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.imports.checking.CHUNK", 10)
    file = office.write(table(office.staff(30)))
    run = office.check(file)
    office.confirm(run.id)
    hooks = office.runner()
    hooks._persistently(_one_chunk, hooks, office, run.id)
    done = summary(hamyar("employees", file, "--municipality", office.place.code, "--json"))
    assert (done["outcome"], done["new"], done["import"]) == ("imported", 30, str(run.id))
    assert office.run(run.id).state == ImportState.DONE


def _one_chunk(uow: Any, runner: Any, office: Office, run_id: Any) -> None:
    from core.imports import steps

    steps.apply_step(uow, runner._hooks, office.place, run_id)


def test_the_template(hamyar: Command, tmp_path: Path) -> None:
    done = hamyar("template")
    assert done.exit_code == 0
    assert done.stdout.startswith("\ufeffکد ملی,شمارهٔ پرسنلی,نام,نام خانوادگی,")
    path = tmp_path / "empty.xlsx"
    assert hamyar("template", "--format", "xlsx", "--output", path).exit_code == 0
    assert path.read_bytes()[:2] == b"PK"


def test_bundled_mappings_are_named() -> None:
    assert all(mapping.name and mapping.header for mapping in bundled("employees"))
