"""The list of employees as a file that the import understands again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO, Final
from uuid import UUID

from sqlalchemy import Select

from core.database.unit_of_work import UnitOfWork
from core.exports.tables import Column, Value, write_csv, write_xlsx
from core.imports.employees_fields import FIELDS
from core.imports.wording import N_
from core.localization import current_locale, gettext
from core.people import wording
from core.people.directory import pay_on
from core.people.models import Employment, OrgUnit, Person
from core.people.policies import last_day
from core.people.queries import Filters, Unit, conditions_of, listing_of

TITLES: Final = {field.name: field.label for field in FIELDS} | {"account": N_("Account")}
"""Of the columns; the state of the account is to be read only, the import passes it over."""
PLAIN: Final = (
    "personnel_number",
    "given_name",
    "family_name",
    "employment_kind",
    "hire_date",
    "leave_date",
    "unit_code",
    "unit",
    "job_title",
    "account",
)
PERSONAL: Final = (
    "national_id",
    "father_name",
    "birth_date",
    "sex",
    "marital_status",
    "mobile",
    "email",
    "sheba",
    "base_salary",
)
"""What only those may take away who may reveal it."""
BATCH: Final = 1000


def write(
    uow: UnitOfWork,
    municipality_id: UUID,
    filters: Filters,
    units: Mapping[UUID, Unit],
    *,
    kind: str,
    personal: bool,
) -> tuple[BinaryIO, int]:
    """Return a temporary file (``kind`` csv or xlsx) at its beginning, and its number of rows."""
    names = (*PLAIN, *PERSONAL) if personal else PLAIN
    columns = [Column(gettext(TITLES[name])) for name in names]
    statement = _statement(uow, filters, personal).where(
        *conditions_of(municipality_id, filters, units, uow.today)
    )
    file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 # the answer closes it
    write_as = write_csv if kind == "csv" else write_xlsx
    rows = write_as(file, columns, _rows(uow, statement, names), locale=current_locale())
    file.seek(0)
    return file, rows


def _statement(uow: UnitOfWork, filters: Filters, personal: bool) -> Select[*tuple[Any, ...]]:
    day = filters.on or uow.today
    more: list[Any] = [OrgUnit.code.label("unit_code")]
    if personal:
        seen = Employment.snapshot
        pay = pay_on(day)
        more += [Person, seen.label("seen"), pay.label("base_salary")]
    statement = listing_of(uow, filters).add_columns(*more)
    return statement.order_by(Employment.sort_key, Employment.id)


def _rows(
    uow: UnitOfWork, statement: Select[*tuple[Any, ...]], names: Sequence[str]
) -> Iterator[list[Value]]:
    for row in uow.session.execute(statement.execution_options(yield_per=BATCH)):
        facts = _facts(row)
        yield [facts[name] for name in names]


def _facts(row: Any) -> dict[str, Value]:
    facts: dict[str, Value] = {
        "personnel_number": row.personnel_number,
        "given_name": row.given_name,
        "family_name": row.family_name,
        "employment_kind": wording.word(wording.KINDS, row.kind),
        "hire_date": row.starts_on,
        "leave_date": last_day(row.ends_on),
        "unit_code": row.unit_code,
        "unit": row.unit,
        "job_title": row.post,
        "account": wording.word(wording.ACCOUNTS, row.account),
    }
    return facts | _personal(row) if "base_salary" in row._fields else facts


def _personal(row: Any) -> dict[str, Value]:
    person, seen = row.Person, row.seen or {}

    def fact(name: str) -> Any:
        return getattr(person, name) if person else seen.get(name)

    return {
        "national_id": fact("national_id"),
        "father_name": fact("father_name"),
        "birth_date": person.birth_date if person else _snapshot_day(seen),
        "sex": wording.word(wording.SEXES, fact("sex")),
        "marital_status": wording.word(wording.MARITAL, fact("marital_status")),
        "mobile": person.mobile if person else "",
        "email": person.email if person else "",
        "sheba": person.sheba if person else "",
        "base_salary": row.base_salary,
    }


def _snapshot_day(seen: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(seen["birth_date"]) if seen.get("birth_date") else None
