"""The staff of the demonstration, exported and imported again: nothing changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from core.database.scope import EMPTY, Scope
from core.database.unit_of_work import Actor, open_unit
from core.imports.batch import Batch, Outcome
from core.localization import use_locale
from core.municipalities import queries
from core.municipalities.place import Place
from core.people import export
from core.people.queries import Filters, units_of

OFFICER = Actor("سارا احمدی", origin="test")
PEOPLE = "select person_id from employment where municipality_id = :place"
WRITTEN = {
    "person": f"select to_jsonb(p) from person p where p.id in ({PEOPLE})",
    **{
        name: f"select to_jsonb(x) from {name} x where municipality_id = :place"
        for name in ("employment", "assignment", "salary_fact", "org_unit", "post")
    },
}
"""Everything that an import may write."""


class Quiet:
    """Watches an import and says nothing."""

    def advance(self, done: int, errors: int = 0, *, total: int | None = None) -> None:
        """Take no note."""

    def is_cancelled(self) -> bool:
        """Never stop."""
        return False


def picture(place: Place) -> dict[str, list[Any]]:
    """All rows that an import may write, versions included."""
    with open_unit(Scope.of(place.id), read_only=True) as uow:
        return {
            name: sorted(
                uow.session.scalars(text(statement), {"place": place.id}),
                key=lambda row: str(row["id"]),
            )
            for name, statement in WRITTEN.items()
        }


def exported(place: Place, path: Path, locale: str) -> int:
    """Write all employees of a municipality, whatever their status, to ``path``; how many."""
    with open_unit(Scope.of(place.id), OFFICER) as uow, use_locale(locale):
        units = units_of(uow, place.id, None)
        every = Filters(status="all")
        kind = path.suffix[1:]
        file, count = export.write(uow, place.id, every, units, kind=kind, personal=True)
        with file:
            path.write_bytes(file.read())
    return count


def imported(app: Flask, place: Place, path: Path) -> Outcome:
    """Import a file, as the command line does, without a mapping."""
    hooks = app.extensions["hamyar_plugins"].hooks
    return Batch(place, hooks, OFFICER, Quiet(), test_ids=True).run(path)


@pytest.mark.parametrize(("kind", "locale"), [("csv", "fa"), ("xlsx", "fa"), ("xlsx", "en")])
@pytest.mark.parametrize("code", ["karaj", "fardis", "asara"])
def test_export_then_import_of_the_demo_staff(
    demo: Flask, tmp_path: Path, code: str, kind: str, locale: str
) -> None:
    path = tmp_path / f"staff.{kind}"
    with demo.app_context():
        with open_unit(EMPTY, read_only=True) as uow:
            place = Place.of(queries.by_code(uow, code))
        before = picture(place)
        count = exported(place, path, locale)
        outcome = imported(demo, place, path)
        assert outcome.errors == ()
        assert outcome.what == "unchanged"
        assert (outcome.counts["rows"], outcome.counts["same"]) == (count, count)
        assert count == len(before["employment"]) > 0
        assert picture(place) == before
