"""The rows that wait for a confirmation, as the officer reads them: who, and what would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select, text

from core.database.paging import Page, fetch
from core.database.unit_of_work import UnitOfWork
from core.imports.employees_fields import FIELDS
from core.imports.masking import MASKS
from core.imports.models import ImportChange
from core.imports.wording import spoken
from core.localization.filters import jdate, rial
from core.people.masking import HIDDEN
from core.people.policies import last_day
from core.people.wording import KINDS, MARITAL, SEXES, word
from core.sdk import Text

# Only the rows of the page are made of the large values of their chunks.
CELLS: Final = text("""
select r.value - 'cells'
  from import_chunk c cross join lateral jsonb_array_elements(c.rows) as r(value)
  where c.municipality_id = :place and c.import_id = :run and c.number = any(:chunks)
    and (r.value->>'ordinal')::int = any(:rows)
""")
FIELD_OF: Final[Mapping[str, str]] = {
    "national_id": "national_id",
    "given_name": "given_name",
    "family_name": "family_name",
    "father_name": "father_name",
    "birth_date": "birth_date",
    "sex": "sex",
    "marital_status": "marital_status",
    "kind": "employment_kind",
    "starts_on": "hire_date",
    "ends_on": "leave_date",
    "unit": "unit",
    "title": "job_title",
    "mobile": "mobile",
    "email": "email",
    "sheba": "sheba",
    "salary": "base_salary",
}
"""Keys of a staged row → the field of the file, in the order of the list."""
NAMES: Final = frozenset({"given_name", "family_name"})
OF_PERSON: Final = frozenset(
    {"father_name", "birth_date", "sex", "marital_status", "mobile", "email", "sheba"}
)
"""What a new row says of the person; of one who is on record already it isn't taken over."""
LABELS: Final = {field.name: field.label for field in FIELDS}
SPOKEN: Final[Mapping[str, Callable[[Any], str]]] = {
    "birth_date": lambda value: jdate(date.fromisoformat(value)),
    "starts_on": lambda value: jdate(date.fromisoformat(value)),
    "ends_on": lambda value: jdate(last_day(date.fromisoformat(value))),
    "kind": lambda value: word(KINDS, value),
    "sex": lambda value: word(SEXES, value),
    "marital_status": lambda value: word(MARITAL, value),
    "salary": rial,
}


@dataclass(frozen=True, slots=True)
class Sight:
    """What the reader may see: ``stored`` values of employees, amounts of ``salary``."""

    stored: bool
    salary: bool


@dataclass(frozen=True, slots=True)
class Value:
    """One field of a row as the page shows it; ``before`` is "" where there was nothing."""

    key: str
    label: Text
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file; ``known``: the person is on record already."""

    row: int
    name: str
    personnel_number: str
    known: bool
    employment_id: UUID | None
    person_id: UUID | None
    values: tuple[Value, ...]

    def text_of(self, key: str) -> str:
        """Return what a field becomes, "" if the row says nothing of it."""
        return next((value.after for value in self.values if value.key == key), "")


def lines(
    uow: UnitOfWork, place_id: UUID, run_id: UUID, verdict: str, cursor: str | None, sight: Sight
) -> Page[Line]:
    """Return a page of the rows of one verdict (new, changed), in the order of the file."""
    page = changes(uow, place_id, run_id, verdict, cursor)
    rows = staged_rows(uow, place_id, run_id, page.items)
    found = [_line(item, rows[item.row], sight) for item in page.items if item.row in rows]
    return Page(found, page.next, page.previous)


def changes(
    uow: UnitOfWork, place_id: UUID, run_id: UUID, verdict: str, cursor: str | None
) -> Page[Row[Any]]:
    """Return a page of what was noted of the rows of one verdict."""
    change = ImportChange
    statement = select(
        change.row,
        change.chunk,
        change.known,
        change.employment_id,
        change.person_id,
        change.fields,
    ).where(
        change.municipality_id == place_id,
        change.import_id == run_id,
        change.verdict == verdict,
    )
    return fetch(uow.session, statement, [change.row], cursor)


def staged_rows(
    uow: UnitOfWork, place_id: UUID, run_id: UUID, items: list[Row[Any]]
) -> dict[int, dict[str, Any]]:
    """Return the staged rows of a page by row number."""
    chunks, rows = sorted({item.chunk for item in items}), [item.row for item in items]
    values = {"place": place_id, "run": run_id, "chunks": chunks, "rows": rows}
    return {staged["ordinal"]: staged for staged in uow.session.scalars(CELLS, values)}


def _line(item: Row[Any], staged: Mapping[str, Any], sight: Sight) -> Line:
    pairs = item.fields or _given(staged, known=item.known)
    values = (_value(key, pairs[key], sight) for key in FIELD_OF if key in pairs)
    return Line(
        row=item.row,
        name=f"{staged['given_name']} {staged['family_name']}",
        personnel_number=staged["personnel_number"],
        known=item.known,
        employment_id=item.employment_id,
        person_id=item.person_id,
        values=tuple(values),
    )


def _given(staged: Mapping[str, Any], *, known: bool) -> dict[str, tuple[None, Any]]:
    """Return what a new row brings in."""
    left_out = NAMES | (OF_PERSON if known else frozenset())
    code = staged.get("unit_code")
    if code and code != staged["unit"]:
        staged = {**staged, "unit": f"{staged['unit']} ({code})"}
    return {key: (None, value) for key, value in staged.items() if key not in left_out}


def _value(key: str, pair: Sequence[Any], sight: Sight) -> Value:
    before, after = pair
    shown = _shown(key, before, sight)
    if shown and not sight.stored:
        shown = HIDDEN
    label = spoken(LABELS[FIELD_OF[key]], {})
    return Value(key, label, shown, _shown(key, after, sight))


def _shown(key: str, value: Any, sight: Sight) -> str:
    """Return a value in the reader's language, masked as far as it is sensitive."""
    if value is None or value == "":
        return ""
    mask = MASKS.get(FIELD_OF[key])
    if mask and not (key == "salary" and sight.salary):
        return mask(str(value))
    speak = SPOKEN.get(key)
    return speak(value) if speak else str(value)
