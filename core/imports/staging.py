"""Checked rows on their way into the tables: JSON in ``import_chunk``, a temporary table at work.

A row carries what the file says (a missing key says nothing), the keys of its names, and the ids
that its new rows will have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import text

from core.database.keys import new_id
from core.database.unit_of_work import UnitOfWork
from core.imports.employees_rules import ParsedEmployee
from core.localization.text import search_key, sort_key
from core.people.names import NameKeys

CHUNK: Final = 1000
"""Rows that are applied in one transaction."""

GIVEN: Final = {
    "ordinal": "int",
    "cells": "jsonb",
    "id": "uuid",
    "new_employment": "uuid",
    "new_assignment": "uuid",
    "new_salary": "uuid",
    "national_id": "text",
    "test_identity": "boolean",
    "personnel_number": "text",
    "test_number": "boolean",
    "given_name": "text",
    "family_name": "text",
    "father_name": "text",
    "birth_date": "date",
    "sex": "text",
    "marital_status": "text",
    "mobile": "text",
    "email": "text",
    "sheba": "text",
    "family_key": "text",
    "name_key": "text",
    "given_key": "text",
    "sort_key": "text",
    "kind": "text",
    "starts_on": "date",
    "ends_on": "date",
    "unit_code": "text",
    "unit": "text",
    "unit_key": "text",
    "unit_sort": "text",
    "title": "text",
    "title_key": "text",
    "salary": "bigint",
}
"""Keys of a staged row and their SQL types; ``ordinal`` is the row number of the file.

Names are those of ``link_people`` where it needs them; ``id`` is a new person's.
"""
FOUND: Final = {
    "day": "date",
    "person_id": "uuid",
    "outcome": "text",
    "employment_id": "uuid",
    "unit_id": "uuid",
    "post_id": "uuid",
    "reason": "text",
    "figure": "text",
    "person_differs": "boolean",
    "employment_differs": "boolean",
    "assignment_differs": "boolean",
    "salary_differs": "boolean",
    "contact_differs": "boolean",
    "begins": "boolean",
    "ends": "boolean",
    "verdict": "text",
}
"""What `core.imports.examination` finds out about each row."""


def _columns(types: dict[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in types.items())


RECORD: Final = _columns(GIVEN)
NAMES: Final = ", ".join(GIVEN)
ANALYSE: Final = text("select analyse_grown_tables()")
CREATE: Final = text(
    "create temporary table if not exists import_staged"
    f" ({_columns(GIVEN | FOUND)}) on commit delete rows"
)
CLEAR: Final = text("truncate pg_temp.import_staged")
"""Not DELETE: the dead rows of all earlier chunks would be read again and again."""
LOAD: Final = text(
    f"insert into pg_temp.import_staged ({NAMES}) select {', '.join(f'r.{n}' for n in GIVEN)}"
    f" from import_chunk c cross join lateral jsonb_to_recordset(c.rows) as r({RECORD})"
    " where c.municipality_id = :place and c.import_id = :run and c.number = :number"
)


def staged(employee: ParsedEmployee, cells: Sequence[str]) -> dict[str, Any]:
    """Return the JSON object of a checked row; ``cells`` are kept in case it is refused yet."""
    keys = NameKeys.of(employee.given_name, employee.family_name)
    row: dict[str, Any] = {
        "ordinal": employee.row,
        "cells": cells,
        "id": new_id(),
        "new_employment": new_id(),
        "new_assignment": new_id(),
        "new_salary": new_id(),
        "national_id": employee.national_id,
        "personnel_number": employee.personnel_number,
        "given_name": employee.given_name,
        "family_name": employee.family_name,
        "family_key": keys.family_key,
        "name_key": keys.name_key,
        "given_key": keys.given_key,
        "sort_key": keys.sort_key,
        "kind": employee.employment_kind,
        "starts_on": employee.hired_on,
    }
    more = {
        "test_identity": employee.test_identity,
        "test_number": employee.test_number,
        "father_name": employee.father_name,
        "birth_date": employee.birth_date,
        "sex": employee.sex,
        "marital_status": employee.marital_status,
        "mobile": employee.mobile,
        "email": employee.email,
        "sheba": employee.sheba,
        "ends_on": employee.ends_on,
        "salary": employee.monthly_salary,
        **_unit(employee.unit_code, employee.unit),
        **_title(employee.job_title),
    }
    row.update((name, value) for name, value in more.items() if _says_something(value))
    return row


def _says_something(value: object) -> bool:
    """Blank cells say nothing; a salary of 0 does."""
    return value is not None and value is not False and value != ""


@lru_cache(maxsize=16_384)
def _unit(code: str, name: str) -> dict[str, str]:
    """The unit of a row; one that has only a code is called by it."""
    known = name or code
    found = {"unit_code": code, "unit": known}
    return found | {"unit_key": search_key(known), "unit_sort": sort_key(known)} if known else {}


@lru_cache(maxsize=16_384)
def _title(title: str) -> dict[str, str]:
    return {"title": title, "title_key": search_key(title)} if title else {}


def as_json(value: Any) -> str:
    """Return a value as the text of JSON."""
    return orjson.dumps(value).decode()


@contextmanager
def planned_anew(uow: UnitOfWork) -> Iterator[None]:
    """Let PostgreSQL plan every statement of the block for the tables as they are now.

    psycopg prepares a statement that it has seen five times, and its plan then stays as it was
    for the first rows of an import: thousands of rows later it is hundreds of times slower.
    """
    connection: Any = uow.session.connection().connection.driver_connection
    before, connection.prepare_threshold = connection.prepare_threshold, None
    try:
        yield
    finally:
        connection.prepare_threshold = before


def analyse(uow: UnitOfWork) -> None:
    """Give PostgreSQL statistics of tables that have grown fourfold since it last had some."""
    uow.session.execute(ANALYSE)


def load(uow: UnitOfWork, place_id: UUID, run_id: UUID, number: int) -> None:
    """Put the rows of a chunk into the temporary table, alone."""
    uow.session.execute(CREATE)
    uow.session.execute(CLEAR)
    uow.session.execute(LOAD, {"place": place_id, "run": run_id, "number": number})
