"""The table that people may fill in: a column per field, and one row that shows how.

The example is nobody: a row that still has its national ID is refused (``example_row``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.deductions.wording import CATEGORIES
from core.exports.tables import Column, Value
from core.imports import deductions_fields, employees_fields
from core.imports.employees_fields import EXAMPLE_ID
from core.imports.wording import spoken
from core.localization import lazy_gettext
from core.people.wording import KINDS, MARITAL, SEXES
from core.sdk import Text

COLUMNS: Final = {
    employees_fields.KIND: tuple(f for f in employees_fields.FIELDS if f.name != "full_name"),
    deductions_fields.KIND: deductions_fields.FIELDS,
}
EMPLOYEE: Final[Mapping[str, Text]] = {
    "national_id": EXAMPLE_ID,
    "personnel_number": "0000",
    "given_name": lazy_gettext("Example"),
    "family_name": lazy_gettext("Example (delete this row)"),
    "father_name": lazy_gettext("Example"),
    "birth_date": "1360/01/01",
    "sex": SEXES["female"],
    "marital_status": MARITAL["single"],
    "employment_kind": KINDS["contract"],
    "hire_date": "1390/07/01",
    "leave_date": "",
    "unit_code": "000",
    "unit": lazy_gettext("Example unit"),
    "job_title": lazy_gettext("Example post"),
    "mobile": "09000000000",
    "email": "example@example.com",
    "sheba": "IR490000000000000000000000",
    "base_salary": "100000000",
}


DEDUCTION: Final[Mapping[str, Text]] = {
    "personnel_number": "0000",
    "national_id": EXAMPLE_ID,
    "month": "1405/01",
    "category": CATEGORIES["court"],
    "creditor": lazy_gettext("Example (delete this row)"),
    "amount": "5000000",
}
EXAMPLES: Final = {employees_fields.KIND: EMPLOYEE, deductions_fields.KIND: DEDUCTION}


def template_columns(kind: str = employees_fields.KIND) -> list[Column]:
    """Return the columns, in the language in force."""
    return [Column(str(spoken(field.label, {}))) for field in COLUMNS[kind]]


def template_row(kind: str = employees_fields.KIND) -> list[Value]:
    """Return the example, in the language in force."""
    return [str(EXAMPLES[kind][field.name]) for field in COLUMNS[kind]]
