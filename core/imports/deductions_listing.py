"""Deductions that wait for a confirmation, as the officer reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from core.database.paging import Page
from core.database.unit_of_work import UnitOfWork
from core.deductions.wording import CATEGORIES
from core.imports.deductions_fields import FIELDS
from core.imports.listing import Line, Sight, Value, changes, staged_rows
from core.imports.wording import spoken
from core.localization.filters import jmonth, rial
from core.people.masking import HIDDEN
from core.people.models import Employment, Person

Who = Row[*tuple[Any, ...]]
"""Number and name of an employee."""
LABELS = {field.name: field.label for field in FIELDS}


def lines(
    uow: UnitOfWork, place_id: UUID, run_id: UUID, verdict: str, cursor: str | None, sight: Sight
) -> Page[Line]:
    """Return a page of the rows of one verdict (new, changed), in the order of the file."""
    page = changes(uow, place_id, run_id, verdict, cursor)
    rows = staged_rows(uow, place_id, run_id, page.items)
    people = _people(uow, place_id, page.items)
    found = [
        _line(item, rows[item.row], people[item.employment_id], sight)
        for item in page.items
        if item.row in rows and item.employment_id in people
    ]
    return Page(found, page.next, page.previous)


def _people(uow: UnitOfWork, place_id: UUID, items: list[Row[Any]]) -> dict[UUID, Who]:
    """Return number and name by employment; no name of who isn't employed here any more."""
    rows = uow.session.execute(
        select(Employment.id, Employment.personnel_number, Person.given_name, Person.family_name)
        .outerjoin(Person, Person.id == Employment.person_id)
        .where(
            Employment.municipality_id == place_id,
            Employment.id.in_([item.employment_id for item in items]),
        )
    )
    return {row.id: row for row in rows.all()}


def _line(item: Row[Any], staged: Mapping[str, Any], who: Who, sight: Sight) -> Line:
    before, after = item.fields.get("amount", (None, staged["amount"]))
    texts = {
        "month": ("", jmonth(staged["month"])),
        "category": ("", str(CATEGORIES[staged["category"]])),
        "creditor": ("", staged["creditor"]),
        "amount": (_amount(before, sight), _amount(after, sight)),
    }
    return Line(
        row=item.row,
        name=f"{who.given_name or ''} {who.family_name or ''}".strip(),
        personnel_number=who.personnel_number,
        known=False,
        employment_id=item.employment_id,
        person_id=item.person_id,
        values=tuple(Value(name, spoken(LABELS[name], {}), *pair) for name, pair in texts.items()),
    )


def _amount(value: int | None, sight: Sight) -> str:
    if value is None:
        return ""
    return rial(value) if sight.salary else HIDDEN
