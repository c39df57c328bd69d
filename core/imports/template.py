"""The table that people may fill in: a column per field, and one row that shows how.

The example is nobody: a row that still has its national ID is refused (``example_row``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.exports.tables import Column, Value
from core.imports.employees_fields import EXAMPLE_ID, FIELDS
from core.imports.wording import spoken
from core.localization import lazy_gettext
from core.people.wording import KINDS, MARITAL, SEXES
from core.sdk import Text

COLUMNS: Final = tuple(field for field in FIELDS if field.name != "full_name")
EXAMPLE: Final[Mapping[str, Text]] = {
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


def template_columns() -> list[Column]:
    """Return the columns, in the language in force."""
    return [Column(str(spoken(field.label, {}))) for field in COLUMNS]


def template_row() -> list[Value]:
    """Return the example, in the language in force."""
    return [str(EXAMPLE[field.name]) for field in COLUMNS]
