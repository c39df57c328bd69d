"""The demonstration, and what only officers bring about in it: imports and a job under way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from flask import Flask

from core.database.scope import EMPTY, Scope
from core.database.unit_of_work import Actor, open_unit
from core.demo.filling import fill
from core.demo.province import Size
from core.imports import mapping_form, services
from core.imports.batch import Batch
from core.imports.running import Runner
from core.imports.saved_mappings import save_mapping
from core.jobs.models import BackgroundJob
from core.jobs.registry import kinds
from core.municipalities import queries
from core.municipalities.place import Place

EXCERPT: Final = Path(__file__).parents[1] / "data" / "baltimore_excerpt.csv"
OFFICER: Final = Actor("سارا احمدی", origin="test")


class Quiet:
    """Watches an import and says nothing."""

    def advance(self, done: int, errors: int = 0, *, total: int | None = None) -> None:
        """Take no note."""

    def is_cancelled(self) -> bool:
        """Never stop."""
        return False


def build(app: Flask) -> None:
    """Fill the empty database of ``app``."""
    assert fill(app, Size.SMALL, seed=1405)
    with app.app_context():
        with open_unit(EMPTY, read_only=True) as uow:
            row = queries.by_code(uow, "karaj")
        assert row
        facts = (row.id, row.code, row.kind, row.organisation_id, row.name_fa, row.name_en)
        karaj = Place(*facts)
        _import_a_file(app, karaj)
        _check_another(app, karaj)
        _add_job(karaj)


def _import_a_file(app: Flask, place: Place) -> None:
    hooks = app.extensions["hamyar_plugins"].hooks
    batch = Batch(place, hooks, OFFICER, Quiet(), test_ids=True)
    assert batch.run(EXCERPT, generate_test_ids=True).what == "imported"


def _check_another(app: Flask, place: Place) -> None:
    """Let a dry run with refused rows wait for its confirmation."""
    header, *rows = EXCERPT.read_text("utf-8").splitlines()
    rows = [row.replace(",", "x,", 1) for row in rows[:8]]  # other people: other names
    rows.append('"Nobody,Knows",CLERK,A03031,OED,,30000,0')
    with NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
        file.write("\n".join([header, *rows]))
        file.flush()
        with open_unit(Scope.of(place.id), OFFICER) as uow:
            run = services.upload(uow, place, name="staff.csv", path=Path(file.name))
            mapping = mapping_form.propose(run, ())
            save_mapping(uow, place, "پرونده‌های بالتیمور", mapping, run.header)
            options = {**mapping.options, "generate_test_ids": True}
            mapping = replace(mapping, options=options)
            services.map_columns(uow, place, run.id, mapping, test_ids=True)
    Runner(place, app.extensions["hamyar_plugins"].hooks, OFFICER, Quiet()).check(run.id)


def _add_job(place: Place) -> None:
    with open_unit(Scope.of(place.id)) as uow:
        row = BackgroundJob(kind=next(iter(kinds())), params={"file": "staff.csv"})
        row.municipality_id, row.created_at, row.done, row.total = place.id, uow.now, 1_200, 1_500
        uow.session.add(row)
