"""What the form of the columns asks for employees alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.forms import fields
from core.imports.employees_fields import FIELDS
from core.imports.employees_options import EmployeeOptions, employee_options
from core.imports.form_parts import COLUMN, FormParts, factors, missing_columns
from core.imports.mapping import ColumnMapping, MappingError
from core.localization import _, lazy_gettext
from core.people.wording import KINDS

NAME_FORMATS: Final = (
    ("given family", lazy_gettext("Given name, then family name (the last word)")),
    ("family given", lazy_gettext("Family name (the first word), then given name")),
    ("family,given", lazy_gettext("Family name, comma, given name")),
)
DATE_ORDERS: Final = (
    ("auto", lazy_gettext("Only dates that can be read in one way")),
    ("ymd", lazy_gettext("Year, month, day")),
    ("dmy", lazy_gettext("Day, month, year")),
    ("mdy", lazy_gettext("Month, day, year")),
)
PERIODS: Final = (("month", lazy_gettext("A month")), ("year", lazy_gettext("A year")))


def _parts(proposed: ColumnMapping) -> dict[str, Any]:
    return {
        "default_employment_kind": fields.Choice(
            label=lazy_gettext("Kind of employment where the file says nothing"),
            choices=tuple(KINDS.items()),
        ),
        "default_unit": fields.Text(label=lazy_gettext("Unit where the file says nothing")),
        "name_format": fields.Choice(
            label=lazy_gettext("How full names are written"), choices=NAME_FORMATS, required=True
        ),
        "date_order": fields.Choice(
            label=lazy_gettext("Order in dates that end with the year"),
            choices=DATE_ORDERS,
            required=True,
        ),
        "salary_period": fields.Choice(
            label=lazy_gettext("Salaries are for"), choices=PERIODS, required=True
        ),
        "salary_factor": fields.Choice(
            label=lazy_gettext("Unit of the salaries"),
            choices=factors(proposed, "salary_factor"),
            required=True,
        ),
        "generate_test_ids": fields.YesNo(
            label=lazy_gettext("Make test identities"),
            hint=lazy_gettext(
                "For sample files only: marked national IDs and personnel numbers are derived "
                "where the file has none."
            ),
        ),
    }


def _initial(mapping: ColumnMapping) -> dict[str, Any]:
    try:
        options = employee_options(mapping.options)
    except MappingError:
        options = EmployeeOptions()
    return {
        "name_format": options.name_format,
        "date_order": options.date_order,
        "salary_period": options.salary_period,
        "salary_factor": str(options.salary_factor),
        "generate_test_ids": options.generate_test_ids,
    }


def _wrong(given: set[str], data: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """Say what every employee needs and isn't chosen."""
    generated = data["generate_test_ids"]
    derived = {"national_id", "personnel_number"} if generated else set()
    text = _("Every employee needs this. Choose the column that holds it.")
    wrong = missing_columns(FIELDS, given | derived, text)
    if "full_name" not in given:
        text = _("Choose a column for the name: in full, or given and family name.")
        wrong |= {COLUMN + name: [text] for name in {"given_name", "family_name"} - given}
    if generated and data.get(COLUMN + "national_id"):
        text = _("The file has national IDs: test identities are for files without them.")
        wrong["generate_test_ids"] = [text]
    return wrong


PARTS: Final = FormParts(
    options=("name_format", "date_order", "salary_period", "salary_factor", "generate_test_ids"),
    make=_parts,
    initial=_initial,
    wrong=_wrong,
    needed=(
        "national_id", "personnel_number", "given_name", "family_name", "full_name",
        "employment_kind", "hire_date",
    ),
    masked=frozenset({"national_id", "mobile", "sheba", "base_salary"}),
)  # fmt: skip
