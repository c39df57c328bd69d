"""The demonstration, and what only officers bring about in it: imports and a job under way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from flask import Flask
from sqlalchemy import select

from core.accounts.models import Account
from core.database.keys import new_id
from core.database.scope import EMPTY, Scope
from core.database.unit_of_work import Actor, open_unit
from core.delegations.models import Delegation
from core.demo.filling import fill
from core.demo.province import Size
from core.imports import mapping_form, services
from core.imports.batch import Batch
from core.imports.running import Runner
from core.imports.saved_mappings import save_mapping
from core.jobs.models import BackgroundJob
from core.jobs.registry import kinds
from core.localization import clock
from core.municipalities import queries
from core.municipalities.place import Place
from core.people.models import Employment
from core.policy.viewer import Grant, Viewer
from core.requests.decisions import reject
from core.requests.registry import request_types
from core.requests.services import submit

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
        _refuse_one(karaj)


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


def _refuse_one(place: Place) -> None:
    """Let Maryam have a refusal to object to, by an officer who then delegates to her."""
    with open_unit(Scope.of(place.id)) as uow:
        maryam, sara = (
            uow.session.scalars(select(Account).where(Account.username == name)).one()
            for name in ("maryam", "sara")
        )
        employment_id = uow.session.scalars(
            select(Employment.id)
            .where(Employment.person_id == maryam.person_id)
            .where(Employment.municipality_id == place.id)
        ).one()
        request = submit(
            uow,
            request_types(),
            "people.contact_change",
            municipality_id=place.id,
            person_id=maryam.person_id or place.id,
            employment_id=employment_id,
            data={"mobile": "09129999999"},
            key="refused",
        )
        grant = Grant(place.id, None, frozenset({"requests.approve"}))
        judge = Viewer(sara.id, name=sara.display_name, grants=(grant,))
        reject(uow, request_types(), judge, place.id, request.id, reason="خوانا نیست")
        uow.session.add(_delegation(uow.today, place, sara, maryam))


def _delegation(today: date, place: Place, giver: Account, delegate: Account) -> Delegation:
    return Delegation(
        municipality_id=place.id,
        id=new_id(),
        giver_id=giver.id,
        giver_name=giver.display_name,
        delegate_id=delegate.id,
        delegate_name=delegate.display_name,
        permissions=["requests.approve"],
        starts_on=today + timedelta(days=30),
        ends_on=today + timedelta(days=37),
        reason="مرخصی استحقاقی",
        given_at=clock.now(),
    )
