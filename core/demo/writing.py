"""Writing invented staff: one statement per table and municipality."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Table, column, func, insert, select, text

from core.database.base import Base
from core.database.keys import new_id
from core.database.unit_of_work import UnitOfWork
from core.demo.staff import Worker
from core.demo.structure import PlannedUnit
from core.localization.text import search_key, sort_key
from core.people.names import NameKeys
from core.people.services import Identity, link_people

Row = dict[str, Any]


class Staff(NamedTuple):
    """A worker as he was written."""

    worker: Worker
    person_id: UUID
    employment_id: UUID


FOUNDED = date(1980, 3, 21)
"""Units are older than any employment in them."""


def insert_rows(uow: UnitOfWork, table: str, rows: Sequence[Row]) -> None:
    """Insert rows (all with the same keys) into a table by one statement."""
    if not rows:
        return
    target: Table = Base.metadata.tables[table]
    columns = [target.c[name] for name in rows[0]]
    source = func.jsonb_to_recordset(text("cast(:rows as jsonb)")).table_valued(
        *(column(c.name, c.type) for c in columns)
    )
    statement = insert(target).from_select(
        [c.name for c in columns], select(source.render_derived(with_types=True))
    )
    uow.session.execute(statement, {"rows": json.dumps(rows, default=str, ensure_ascii=False)})


def write_units(
    uow: UnitOfWork, municipality_id: UUID, units: Sequence[PlannedUnit]
) -> dict[str, UUID]:
    """Write the units, parents first; return their ids by code."""
    ids = {unit.code: new_id() for unit in units}
    rows = [
        {
            "municipality_id": municipality_id,
            "id": ids[unit.code],
            "code": unit.code,
            "name": unit.name,
            "name_key": search_key(unit.name),
            "sort_key": sort_key(unit.name),
            "parent_id": ids[unit.parent] if unit.parent else None,
            "starts_on": FOUNDED,
        }
        for unit in units
    ]
    insert_rows(uow, "org_unit", rows)
    return ids


def write_staff(
    uow: UnitOfWork, municipality_id: UUID, workers: Sequence[Worker], units: dict[str, UUID]
) -> list[Staff]:
    """Write people, employments, assignments, pay and dependants."""
    persons = _write_persons(uow, municipality_id, workers)
    employments = [new_id() for _worker in workers]
    posts = _write_posts(uow, municipality_id, workers)
    facts = list(zip(workers, persons, employments, strict=True))
    insert_rows(
        uow,
        "employment",
        [_employment(municipality_id, worker, person, own) for worker, person, own in facts],
    )
    placed = [
        {
            "municipality_id": municipality_id,
            "id": new_id(),
            "employment_id": employment,
            "starts_on": worker.starts_on,
            "unit_id": units[worker.unit.code],
            "post_id": posts[worker.post.title],
        }
        for worker, _person, employment in facts
    ]
    insert_rows(uow, "assignment", placed)
    paid = [
        {
            "municipality_id": municipality_id,
            "id": new_id(),
            "employment_id": employment,
            "starts_on": worker.starts_on,
            "monthly_base": worker.pay,
            "countable": worker.pay * 9 // 10,
        }
        for worker, _person, employment in facts
    ]
    insert_rows(uow, "salary_fact", paid)
    insert_rows(uow, "dependant", _dependants(workers, persons))
    return [Staff(*fact) for fact in facts]


def _write_persons(uow: UnitOfWork, municipality_id: UUID, workers: Sequence[Worker]) -> list[UUID]:
    identities = [
        Identity(
            national_id=worker.national_id,
            given_name=worker.given_name,
            family_name=worker.family_name,
            birth_date=worker.birth_date,
            father_name=worker.father_name,
            sex=worker.sex,
            marital_status=worker.marital_status,
            mobile=worker.mobile,
            test_identity=True,
        )
        for worker in workers
    ]
    links = link_people(uow, municipality_id, identities)
    return [link.person_id for link in links if link.person_id]


def _employment(municipality_id: UUID, worker: Worker, person: UUID, own_id: UUID) -> Row:
    return {
        "municipality_id": municipality_id,
        "id": own_id,
        "person_id": person,
        "personnel_number": worker.personnel_number,
        "test_number": True,
        "kind": worker.kind,
        "starts_on": worker.starts_on,
        **NameKeys.of(worker.given_name, worker.family_name).for_employment(),
    }


def _write_posts(
    uow: UnitOfWork, municipality_id: UUID, workers: Sequence[Worker]
) -> dict[str, UUID]:
    posts = {worker.post.title: worker.post for worker in workers}
    ids = {title: new_id() for title in posts}
    rows = [
        {
            "municipality_id": municipality_id,
            "id": ids[title],
            "title": title,
            "title_key": search_key(title),
            "is_manager": post.is_manager,
        }
        for title, post in posts.items()
    ]
    insert_rows(uow, "post", rows)
    return ids


def _dependants(workers: Sequence[Worker], persons: Sequence[UUID]) -> list[Row]:
    return [
        {
            "id": new_id(),
            "person_id": person,
            "relation": relative.relation,
            "given_name": relative.given_name,
            "family_name": relative.family_name,
            "national_id": relative.national_id,
            "birth_date": relative.birth_date,
            "starts_on": max(relative.birth_date, worker.starts_on),
        }
        for worker, person in zip(workers, persons, strict=True)
        for relative in worker.relatives
    ]
