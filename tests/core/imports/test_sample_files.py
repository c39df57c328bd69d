"""Test identities: offered for files without national IDs, never where real people are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from import_desk import Desk, id_of
from office import Office, table

from core.cli.imports import command
from core.config import OperatorError
from core.errors import Invalid
from core.imports import services
from core.imports.mapping import ColumnMapping

BOX = 'name="generate_test_ids"'
PRODUCTION = "this installation is for real employees"


@pytest.fixture
def desk(app: Flask, office: Office) -> Desk:
    return Desk(app, office)


@pytest.fixture
def production(app: Flask) -> Iterator[None]:
    """As if the installation were a real one."""
    before = app.extensions["hamyar_settings"]
    app.extensions["hamyar_settings"] = replace(before, env="production")
    yield
    app.extensions["hamyar_settings"] = before


def without_ids(office: Office) -> str:
    rows = office.staff(2)
    return table({k: v for k, v in row.items() if k != "کد ملی"} for row in rows)


def test_offered_only_without_a_column_of_national_ids(desk: Desk) -> None:
    run = id_of(desk.upload(table(desk.office.staff(2))))
    assert BOX not in desk.get(f"{run}/columns").text
    assert BOX in desk.choose(run, column_national_id="").text, "as soon as the column is let go"
    run = id_of(desk.upload(without_ids(desk.office)))
    assert BOX in desk.get(f"{run}/columns").text
    assert desk.choose(run, generate_test_ids="1").status_code == 303


def test_both_at_once_are_refused(desk: Desk) -> None:
    run = id_of(desk.upload(table(desk.office.staff(2))))
    answer = desk.choose(run, generate_test_ids="1")
    assert answer.status_code == 422
    assert 'id="f-generate_test_ids-error"' in answer.text
    assert "test identities are for files without them" in answer.text


@pytest.mark.usefixtures("production")
def test_never_in_production(desk: Desk) -> None:
    run = id_of(desk.upload(without_ids(desk.office)))
    assert BOX not in desk.get(f"{run}/columns").text
    answer = desk.choose(run, generate_test_ids="1")
    assert answer.status_code == 422
    assert PRODUCTION in answer.text
    assert desk.office.run(run).state == "uploaded"  # type: ignore[arg-type] # a text


def test_the_service_refuses_unless_told_otherwise(office: Office) -> None:
    path = office.write(without_ids(office))
    mapping = replace(office.guess(path), options={"generate_test_ids": True})
    assert isinstance(mapping, ColumnMapping)
    with office.unit() as uow:
        run = services.upload(uow, office.place, name="staff.csv", path=path)
        with pytest.raises(Invalid) as caught:
            services.map_columns(uow, office.place, run.id, mapping)
    assert caught.value.code == "test_identities"


@pytest.mark.usefixtures("production")
def test_the_command_refuses_in_production(
    app: Flask, office: Office, excerpt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.app.create_app", lambda _settings: app)
    given = ["employees", str(excerpt), "--municipality", office.place.code, "--generate-test-ids"]
    done = CliRunner().invoke(command, given)
    assert isinstance(done.exception, OperatorError)
    assert PRODUCTION in str(done.exception)
    assert office.sql("select from import_run where municipality_id = :place") == []
