"""Rules of an employee import: from one row of a file to a checked employee, or to reasons.

    rules = EmployeeRules(table.header, mapping, today=today)
    for row in table:
        outcome = rules.parse(row)      # ParsedEmployee | list[RowError]
    late = list(rules.conflicts())      # refuses rows that parsed well by themselves

Pure: knows neither the database nor what is stored already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, NamedTuple, TypeVar

from core.imports.derived_identities import DerivedIdentities
from core.imports.employees_fields import EXAMPLE_ID, FIELDS
from core.imports.employees_labels import KINDS, MARITAL, SEXES, Labels
from core.imports.employees_options import EmployeeOptions, employee_options
from core.imports.mapping import Blame, ColumnMapping, MappingError, bind
from core.imports.reading.table import Row
from core.imports.row_errors import CellError, RowError
from core.imports.set_rules import RepeatedRows, UniqueNumbers
from core.imports.values import choice_of, date_of, monthly_rial, text_of
from core.imports.wording import N_, spoken
from core.localization import identifiers
from core.localization.digits import to_latin

T = TypeVar("T")

LONGEST_TEXT: Final = 200
LONGEST_NUMBER: Final = 20
YOUNGEST: Final = 12
EARLIEST: Final = date(1900, 1, 1)
_FUTURE: Final = timedelta(days=366)
_NUMBER: Final = re.compile(rf"[^\W_][\w\-/.]{{0,{LONGEST_NUMBER - 1}}}")
_EMAIL: Final = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,180}\.[^@\s.,;<>\"]{2,24}")
# Shown as an example in error messages, the same in each language.
_NAME_EXAMPLES: Final = {
    "given family": "علی محمدی",
    "family given": "محمدی علی",
    "family,given": "محمدی,علی",
}
STORED_REASONS: Final = {
    "number_taken": "personnel_number",
    "several_employments": "personnel_number",
    "employed_already": "national_id",
    "known_otherwise": "national_id",
    "unit_ambiguous": "unit",
    "is_over": "leave_date",
    "later_facts": "hire_date",
}
"""Reasons of `core.imports.examination` and the field that each is about."""


class _Dates(NamedTuple):
    """The dates of a row; ``hired_on`` is None only when it was refused."""

    hired_on: date | None
    left_on: date | None
    birth: date | None


@dataclass(frozen=True, slots=True)
class ParsedEmployee:
    """One employee as the file has him; texts are cleaned, "" where there is nothing.

    ``monthly_salary`` is whole rial. ``left_on`` is the last day of employment; ``ends_on`` the
    first day after, as employments are stored. ``test_identity`` and ``test_number`` mark derived
    ones.
    """

    row: int
    national_id: str
    personnel_number: str
    given_name: str
    family_name: str
    employment_kind: str
    hired_on: date
    left_on: date | None = None
    father_name: str = ""
    birth_date: date | None = None
    sex: str | None = None
    marital_status: str | None = None
    unit_code: str = ""
    unit: str = ""
    job_title: str = ""
    mobile: str = ""
    email: str = ""
    sheba: str = ""
    monthly_salary: int | None = None
    test_identity: bool = False
    test_number: bool = False

    @property
    def ends_on(self) -> date | None:
        """First day after the employment."""
        return self.left_on + timedelta(days=1) if self.left_on else None


class EmployeeRules:
    """The rules for one file. Raises ``MappingError`` when the mapping doesn't fit its header."""

    def __init__(self, header: Sequence[str], mapping: ColumnMapping, *, today: date) -> None:
        self._options: EmployeeOptions = employee_options(mapping.options)
        filled = self._options.filled
        self._binding = bind(mapping, header, FIELDS, filled=filled)
        self._today = today
        self._repeated = RepeatedRows()
        self._derived = DerivedIdentities()
        self._unique = UniqueNumbers(
            self._binding.header_of("national_id"), self._binding.header_of("personnel_number")
        )
        named = self._binding.indexes.keys() | mapping.defaults.keys()
        if "full_name" not in named and not {"given_name", "family_name"} <= named:
            raise MappingError("mapping_required", fields=str(spoken(N_("Full name"), {})))

    def parse(self, row: Row) -> ParsedEmployee | list[RowError]:
        """The employee of ``row``, or all reasons against it."""
        if row.extra:
            return [RowError(row.number, "", "", "extra_cells", {"count": row.extra})]
        first = self._repeated.first(row.number, row.cells)
        if first is not None:
            return [RowError(row.number, "", "", "repeated_row", {"rows": first})]
        cells = Cells(row.number, self._binding.values(row.cells), self._binding.header_of)
        employee = self._employee(cells)
        if employee is None:
            return cells.errors
        self._unique.add(row.number, employee.national_id, employee.personnel_number)
        return employee

    def conflicts(self) -> Iterator[RowError]:
        """Rows to refuse because of other rows, after the last one."""
        return self._unique.errors()

    def columns_to_blame(self) -> dict[str, Blame]:
        """Reasons that only a comparison with stored rows finds → the column that is meant."""
        return self._binding.to_blame(STORED_REASONS)

    def _employee(self, cells: Cells) -> ParsedEmployee | None:
        """The employee, unless anything was refused; all fields are looked at in any case."""
        given, family = self._names(cells)
        dates = self._dates(cells)
        must = not self._options.generate_test_ids
        number = cells.take("personnel_number", personnel_number_of, required=must)
        identity = cells.take("national_id", national_id_of, required=must)
        kind = cells.take("employment_kind", _choice(KINDS), required=True)
        if cells.text("job_title") and not cells.text("unit") + cells.text("unit_code"):
            cells.refuse("unit", "unit_missing")
        draft = ParsedEmployee(
            row=cells.row,
            national_id=identity or "",
            personnel_number=number or "",
            given_name=given,
            family_name=family,
            employment_kind=kind or "",
            hired_on=dates.hired_on or EARLIEST,
            left_on=dates.left_on,
            father_name=cells.text("father_name"),
            birth_date=dates.birth,
            sex=cells.take("sex", _choice(SEXES)),
            marital_status=cells.take("marital_status", _choice(MARITAL)),
            unit_code=to_latin(cells.text("unit_code")),
            unit=cells.text("unit"),
            job_title=cells.text("job_title"),
            mobile=cells.take("mobile", _checked("mobile")) or "",
            email=cells.take("email", email_of) or "",
            sheba=cells.take("sheba", _checked("sheba")) or "",
            monthly_salary=cells.take("base_salary", self._salary),
        )
        return None if cells.errors else self._identified(draft)

    def _identified(self, draft: ParsedEmployee) -> ParsedEmployee:
        """``draft`` with derived and marked numbers where the file has none."""
        if draft.national_id and draft.personnel_number:
            return draft
        derived = self._derived.derive(
            f"{draft.family_name}\x1f{draft.given_name}",
            draft.hired_on,
            draft.unit or draft.unit_code,
            draft.job_title,
        )
        return replace(
            draft,
            national_id=draft.national_id or derived.national_id,
            personnel_number=draft.personnel_number or derived.personnel_number,
            test_identity=not draft.national_id,
            test_number=not draft.personnel_number,
        )

    def _names(self, cells: Cells) -> tuple[str, str]:
        """Given and family name, from their own columns or from the full name."""
        given, family = cells.text("given_name"), cells.text("family_name")
        full = "" if given and family else cells.text("full_name")
        if full:
            given, family = _split_name(full, self._options.name_format)
        example = _NAME_EXAMPLES[self._options.name_format]
        if not family:
            column = "full_name" if full else "family_name"
            cells.refuse(column, "surname_missing", form=example)
        elif not given:
            column = "full_name" if full else "given_name"
            cells.refuse(column, "given_name_missing", form=example)
        return given, family

    def _dates(self, cells: Cells) -> _Dates:
        """Hiring, leaving and birth, in a plausible order."""
        hired_on = cells.take("hire_date", self._date, required=True)
        left_on = cells.take("leave_date", self._date)
        birth = cells.take("birth_date", self._date)
        if birth and hired_on and hired_on.year - birth.year < YOUNGEST:
            cells.refuse("birth_date", "birth_after_hire", years=YOUNGEST)
        if left_on and hired_on and left_on < hired_on:
            cells.refuse("leave_date", "leave_before_hire")
        return _Dates(hired_on, left_on, birth)

    def _date(self, text: str) -> date:
        found = date_of(text, self._options.date_order)
        if not EARLIEST <= found <= self._today + _FUTURE:
            raise CellError("date_range")
        return found

    def _salary(self, text: str) -> int:
        return monthly_rial(text, self._options.salary_factor, self._options.salary_period)


class Cells:
    """The mapped cells of one row, collecting what is wrong with them."""

    def __init__(self, row: int, values: dict[str, str], header_of: Callable[[str], str]) -> None:
        self.row = row
        self.errors: list[RowError] = []
        self._values = {name: text_of(cell) for name, cell in values.items()}
        self._header_of = header_of

    def text(self, name: str) -> str:
        """The text of a field, bounded in length."""
        text = self._values.get(name, "")
        if len(text) > LONGEST_TEXT and not any(error.about == name for error in self.errors):
            self.refuse(name, "too_long", limit=LONGEST_TEXT)
        return text[:LONGEST_TEXT]

    def take(self, name: str, parse: Callable[[str], T], *, required: bool = False) -> T | None:
        """The parsed value of a field; None when blank or refused."""
        text = self._values.get(name, "")
        if not text:
            if required:
                self.refuse(name, "required")
            return None
        try:
            return parse(text)
        except CellError as problem:
            self.refuse(name, problem.code, **problem.figures)
            return None

    def refuse(self, name: str, code: str, **figures: str | int) -> None:
        """Add a reason at field ``name``."""
        value = self._values.get(name, "")[:LONGEST_TEXT]
        column = self._header_of(name)
        self.errors.append(RowError(self.row, column, value, code, figures, name))


def _split_name(name: str, form: str) -> tuple[str, str]:
    """Given and family name; either is "" when the name isn't written in ``form``."""
    if form == "family,given":
        family, comma, given = name.replace("،", ",").partition(",")
        return (given.strip(), family.strip()) if comma else ("", "")
    if form == "family given":
        family, _, given = name.partition(" ")
        return given, family
    given, _, family = name.rpartition(" ")
    return given, family


def personnel_number_of(text: str) -> str:
    """Return a personnel number; raise `CellError`."""
    number = identifiers.personnel_number(text)
    if not _NUMBER.fullmatch(number):
        raise CellError("personnel_number", limit=LONGEST_NUMBER)
    return number


def email_of(text: str) -> str:
    """Return an e-mail address; raise `CellError`."""
    if not _EMAIL.fullmatch(text):
        raise CellError("email")
    return text


_NORMALISED: Final[dict[str, Callable[[str], str | None]]] = {
    "national_id": identifiers.national_id,
    "mobile": identifiers.mobile,
    "sheba": identifiers.sheba,
}


def national_id_of(text: str) -> str:
    """A national ID that isn't the invented one of the template."""
    found = _checked("national_id")(text)
    if found == EXAMPLE_ID:
        raise CellError("example_row")
    return found


def _checked(code: str) -> Callable[[str], str]:
    """A parser by the identifier ``code``, refusing with the code of the same name."""

    def parse(text: str) -> str:
        found = _NORMALISED[code](text)
        if found is None:
            raise CellError(code)
        return found

    return parse


def _choice(labels: Labels) -> Callable[[str], str]:
    return lambda text: choice_of(text, labels.by_key, labels.allowed)
