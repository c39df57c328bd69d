"""Checked rows on their way into the tables: JSON in ``import_chunk``, a temporary table at work.

A row carries what the file says (a missing key says nothing), the keys of its names, and the ids
that its new rows will have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import text

from core.database.keys import new_id_text
from core.database.unit_of_work import UnitOfWork
from core.imports import deductions_staging
from core.imports.employees_rules import ParsedEmployee
from core.localization.text import search_key, sort_key

CHUNK: Final = 1000
"""Rows that are applied in one transaction."""

GIVEN: Final = {
    "ordinal": "int",
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

Names are those of ``link_people`` where it needs them; ``id`` is a new person's. Besides these a
row has ``cells``, the texts of the file, in case it is refused yet.
"""
TEXTS: Final = (
    "test_identity", "test_number", "father_name", "birth_date", "sex", "marital_status", "mobile",
    "email", "sheba",
)  # fmt: skip
"""Keys that are also attributes of `ParsedEmployee` and may be missing."""
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
    "contact_open": "boolean",
    "contact_differs": "boolean",
    "begins": "boolean",
    "ends": "boolean",
    "verdict": "text",
}
"""What `core.imports.examination` finds out about each row."""


def columns(types: Mapping[str, str]) -> str:
    """Return names and types as SQL."""
    return ", ".join(f"{name} {kind}" for name, kind in types.items())


RECORD: Final = columns(GIVEN)
ANALYSE: Final = text("select analyse_people(:all)")
CREATE: Final = text(
    "create temporary table if not exists import_staged"
    f" ({columns(GIVEN | deductions_staging.GIVEN | FOUND | deductions_staging.FOUND)})"
    " on commit delete rows"
)
CLEAR: Final = text("truncate pg_temp.import_staged")
"""Not DELETE: the dead rows of all earlier chunks would be read again and again."""


def staged(employee: ParsedEmployee, cells: Sequence[str]) -> dict[str, Any]:
    """Return the JSON object of a checked row."""
    return {
        "ordinal": employee.row,
        "cells": cells,
        "id": new_id_text(),
        "new_employment": new_id_text(),
        "new_assignment": new_id_text(),
        "new_salary": new_id_text(),
        "national_id": employee.national_id,
        "personnel_number": employee.personnel_number,
        "given_name": employee.given_name,
        "family_name": employee.family_name,
        "kind": employee.employment_kind,
        "starts_on": employee.hired_on,
        **_keys(employee.given_name, employee.family_name),
        **_said(employee),
        **_unit(employee.unit_code, employee.unit),
        **_title(employee.job_title),
    }


def _keys(given: str, family: str) -> dict[str, str]:
    """What `NameKeys.of` returns, made of the keys of the two names, which repeat in a file."""
    given_key, given_sort = _key_pair(given)
    family_key, family_sort = _key_pair(family)
    return {
        "family_key": family_key,
        "name_key": family_key + given_key,
        "given_key": given_key + family_key,
        "sort_key": f"{family_sort} {given_sort}",
    }


@lru_cache(maxsize=65_536)
def _key_pair(name: str) -> tuple[str, str]:
    return search_key(name), sort_key(name)


def _said(employee: ParsedEmployee) -> dict[str, Any]:
    """What the file says besides; blank cells say nothing, a salary of 0 does."""
    said: dict[str, Any] = {}
    for name in TEXTS:
        if text := getattr(employee, name):
            said[name] = text
    if employee.ends_on is not None:
        said["ends_on"] = employee.ends_on
    if employee.monthly_salary is not None:
        said["salary"] = employee.monthly_salary
    return said


@lru_cache(maxsize=16_384)
def _unit(code: str, name: str) -> dict[str, str]:
    """The unit of a row; one that has only a code is called by it."""
    known = name or code
    if not known:
        return {}
    found = {"unit": known, "unit_key": search_key(known), "unit_sort": sort_key(known)}
    return found | ({"unit_code": code} if code else {})


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


def analyse(uow: UnitOfWork, *, everything: bool) -> None:
    """Give PostgreSQL statistics of tables that have grown fourfold since it last had some.

    ``everything``: of all tables, as the municipality may be new in them.
    """
    uow.session.execute(ANALYSE, {"all": everything})


def empty(uow: UnitOfWork) -> None:
    """Make the temporary table, or take the rows of an earlier chunk out of it."""
    uow.session.execute(CREATE)
    uow.session.execute(CLEAR)
