"""The form in which columns are chosen, made for one file, and back to a mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from marshmallow import missing

from core.errors import Invalid
from core.forms import FormSchema, fields
from core.imports.bundled import bundled, recognise
from core.imports.employees_fields import FIELDS, KIND
from core.imports.employees_options import EmployeeOptions, employee_options
from core.imports.mapping import ColumnMapping, MappingError, fingerprint, guess, mapping_of
from core.imports.models import LONGEST_NAME, ImportMapping, ImportRun
from core.imports.pasting import guess_by_cells, is_lettered
from core.imports.wording import spoken
from core.localization import _, lazy_gettext
from core.localization.filters import number
from core.people.masking import HIDDEN
from core.people.wording import KINDS
from core.sdk import Text

COLUMN: Final = "column_"
DEFAULT: Final = "default_"
MASKED: Final = frozenset({"national_id", "mobile", "sheba", "base_salary"})
"""Fields whose samples aren't shown."""
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
FACTORS: Final = (
    ("1", lazy_gettext("Rial")),
    ("10", lazy_gettext("Toman")),
    ("1000", lazy_gettext("Thousand rial")),
    ("10000", lazy_gettext("Thousand toman")),
    ("1000000", lazy_gettext("Million rial")),
)


class ColumnChoice(fields.Choice):
    """A column of the file. Blank is judged with the whole mapping: a default may stand for it."""

    def deserialize(
        self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any
    ) -> Any:
        """Read the column; blank stays blank."""
        if value is missing or self.is_blank(value):
            return ""
        return self._deserialize(value, attr, data, **kwargs)


def mapping_schema(run: ImportRun, proposed: ColumnMapping) -> FormSchema:
    """Return the form for the columns of ``run``; ``proposed`` says what its samples mean."""
    columns: list[tuple[str, Text]] = [("", lazy_gettext("Not in the file"))]
    columns += _columns(run, proposed)
    parts: dict[str, Any] = {
        COLUMN + target.name: ColumnChoice(
            label=spoken(target.label, {}), choices=columns, required=target.required
        )
        for target in FIELDS
    }
    parts |= {
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
            label=lazy_gettext("Unit of the salaries"), choices=_factors(proposed), required=True
        ),
        "generate_test_ids": fields.YesNo(
            label=lazy_gettext("Make test identities"),
            hint=lazy_gettext(
                "For sample files only: marked national IDs and personnel numbers are derived "
                "where the file has none."
            ),
        ),
        "name": fields.Text(
            label=lazy_gettext("Save these choices under the name"),
            hint=lazy_gettext("For the next file of this kind."),
            most=LONGEST_NAME,
        ),
    }
    schema: FormSchema = FormSchema.from_dict(parts, name="MappingSchema")()  # type: ignore[assignment] # of this class
    return schema


def _columns(run: ImportRun, proposed: ColumnMapping) -> Iterable[tuple[str, str]]:
    """Each column with its first value, unless that is nobody's to see without need."""
    masked = {proposed.columns.get(name) for name in MASKED}
    for index, header in enumerate(run.header):
        if not header:
            continue
        samples = (row[index] for row in run.samples if index < len(row) and row[index].strip())
        sample = HIDDEN if header in masked else next(samples, "")[:40]
        yield header, f"{header} ({sample})" if sample else header


def samples_of(run: ImportRun, proposed: ColumnMapping) -> list[list[str]]:
    """Return the first rows as they may be shown."""
    masked = {proposed.columns.get(name) for name in MASKED}
    return [
        [
            HIDDEN if header in masked and cell else cell
            for header, cell in zip(run.header, row, strict=False)
        ]
        for row in run.samples
    ]


def _factors(proposed: ColumnMapping) -> Sequence[tuple[str, Any]]:
    own = str(proposed.options.get("salary_factor", "1"))
    known = {value for value, _label in FACTORS}
    shown = number(int(own)) if own.isdecimal() else own
    more = () if own in known else ((own, _("%(factor)s rial", factor=shown)),)
    return (*FACTORS, *more)


def propose(run: ImportRun, saved: Iterable[ImportMapping], chosen: str = "") -> ColumnMapping:
    """Return the mapping to begin with.

    The one of the run, else the saved one ``chosen`` by id, else a saved or bundled one made for
    these columns, else what the names of the columns, or without names the cells, suggest.
    """
    known = {str(each.id): mapping_of(each.content, kind=KIND) for each in saved}
    if chosen in known:
        return _fitting(known[chosen], run.header)
    if run.mapping:
        return mapping_of(run.mapping, kind=KIND)
    made = recognise(run.header, known.values()) or recognise(run.header, bundled(KIND))
    if made is not None:
        return _fitting(made, run.header)
    if is_lettered(run.header):
        wanted = frozenset(target.name for target in FIELDS)
        return ColumnMapping(KIND, guess_by_cells(run.header, run.samples, wanted))
    return ColumnMapping(KIND, guess(run.header, FIELDS).columns)


def _fitting(mapping: ColumnMapping, header: Sequence[str]) -> ColumnMapping:
    """Leave out the columns that this file doesn't have."""
    by_mark = {fingerprint([name]): name for name in header}
    found = {name: by_mark.get(fingerprint([column])) for name, column in mapping.columns.items()}
    columns = {name: column for name, column in found.items() if column}
    return ColumnMapping(KIND, columns, mapping.defaults, mapping.options, mapping.name)


def initial(mapping: ColumnMapping) -> dict[str, Any]:
    """Return the values that the form begins with."""
    try:
        options = employee_options(mapping.options)
    except MappingError:
        options = EmployeeOptions()
    return {
        **{COLUMN + name: column for name, column in mapping.columns.items()},
        **{DEFAULT + name: value for name, value in mapping.defaults.items()},
        "name_format": options.name_format,
        "date_order": options.date_order,
        "salary_period": options.salary_period,
        "salary_factor": str(options.salary_factor),
        "generate_test_ids": options.generate_test_ids,
    }


def chosen_mapping(data: Mapping[str, Any]) -> ColumnMapping:
    """Return the mapping that the form describes; raise Invalid at the fields."""
    columns = {
        name.removeprefix(COLUMN): value
        for name, value in data.items()
        if name.startswith(COLUMN) and value
    }
    defaults = {
        name.removeprefix(DEFAULT): value
        for name, value in data.items()
        if name.startswith(DEFAULT) and value
    }
    wrong = _twice(columns) | _absent({*columns, *defaults}, data["generate_test_ids"])
    if data["generate_test_ids"] and "national_id" in columns:
        text = _("The file has national IDs: test identities are for files without them.")
        wrong["generate_test_ids"] = [text]
    if wrong:
        raise Invalid(fields=wrong)
    names = ("name_format", "date_order", "salary_period", "salary_factor", "generate_test_ids")
    return ColumnMapping(KIND, columns, defaults, {name: data[name] for name in names})


def _twice(columns: Mapping[str, str]) -> dict[str, list[str]]:
    """Fields whose column serves another one already."""
    seen: dict[str, str] = {}
    wrong = {}
    for name, column in columns.items():
        if seen.setdefault(column, name) != name:
            text = _("This column is chosen for another field already. Choose another one.")
            wrong[COLUMN + name] = [text]
    return wrong


def _absent(given: set[str], generated: bool) -> dict[str, list[str]]:
    """Required fields without column, default or other means."""
    derived = {"national_id", "personnel_number"} if generated else set()
    text = _("Every employee needs this. Choose the column that holds it.")
    wrong = {
        COLUMN + target.name: [text]
        for target in FIELDS
        if target.required and target.name not in given | derived
    }
    if "full_name" not in given:
        text = _("Choose a column for the name: in full, or given and family name.")
        missing_names = {"given_name", "family_name"} - given
        wrong |= {COLUMN + name: [text] for name in missing_names}
    return wrong
