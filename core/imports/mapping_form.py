"""The form in which columns are chosen, made for one file, and back to a mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from marshmallow import missing

from core.errors import Invalid
from core.forms import FormSchema, fields
from core.imports import deductions_fields, deductions_form, employees_fields, employees_form
from core.imports.bundled import bundled, recognise
from core.imports.form_parts import COLUMN, DEFAULT
from core.imports.kinds import kind_of
from core.imports.mapping import ColumnMapping, fingerprint, guess, mapping_of
from core.imports.models import LONGEST_NAME, ImportMapping, ImportRun
from core.imports.pasting import guess_by_cells, is_lettered
from core.imports.wording import spoken
from core.localization import _, lazy_gettext
from core.people.masking import HIDDEN
from core.sdk import Text

PARTS: Final = {
    employees_fields.KIND: employees_form.PARTS,
    deductions_fields.KIND: deductions_form.PARTS,
}
"""The parts of the form by kind of import."""


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
        for target in kind_of(run.kind).fields
    }
    parts |= {
        **PARTS[run.kind].make(proposed),
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
    masked = {proposed.columns.get(name) for name in PARTS[run.kind].masked}
    for index, header in enumerate(run.header):
        if not header:
            continue
        samples = (row[index] for row in run.samples if index < len(row) and row[index].strip())
        sample = HIDDEN if header in masked else next(samples, "")[:40]
        yield header, f"{header} ({sample})" if sample else header


def samples_of(run: ImportRun, proposed: ColumnMapping) -> list[list[str]]:
    """Return the first rows as they may be shown."""
    masked = {proposed.columns.get(name) for name in PARTS[run.kind].masked}
    return [
        [
            HIDDEN if header in masked and cell else cell
            for header, cell in zip(run.header, row, strict=False)
        ]
        for row in run.samples
    ]


def propose(run: ImportRun, saved: Iterable[ImportMapping], chosen: str = "") -> ColumnMapping:
    """Return the mapping to begin with.

    The one of the run, else the saved one ``chosen`` by id, else a saved or bundled one made for
    these columns, else what the names of the columns, or without names the cells, suggest.
    """
    known = {str(each.id): mapping_of(each.content, kind=run.kind) for each in saved}
    if chosen in known:
        return _fitting(known[chosen], run.header)
    if run.mapping:
        return mapping_of(run.mapping, kind=run.kind)
    made = recognise(run.header, known.values()) or recognise(run.header, bundled(run.kind))
    if made is not None:
        return _fitting(made, run.header)
    targets = kind_of(run.kind).fields
    if is_lettered(run.header):
        wanted = frozenset(target.name for target in targets)
        return ColumnMapping(run.kind, guess_by_cells(run.header, run.samples, wanted))
    return ColumnMapping(run.kind, guess(run.header, targets).columns)


def _fitting(mapping: ColumnMapping, header: Sequence[str]) -> ColumnMapping:
    """Leave out the columns that this file doesn't have."""
    by_mark = {fingerprint([name]): name for name in header}
    found = {name: by_mark.get(fingerprint([column])) for name, column in mapping.columns.items()}
    columns = {name: column for name, column in found.items() if column}
    return ColumnMapping(mapping.kind, columns, mapping.defaults, mapping.options, mapping.name)


def initial(mapping: ColumnMapping) -> dict[str, Any]:
    """Return the values that the form begins with."""
    return {
        **{COLUMN + name: column for name, column in mapping.columns.items()},
        **{DEFAULT + name: value for name, value in mapping.defaults.items()},
        **PARTS[mapping.kind].initial(mapping),
    }


def chosen_mapping(kind: str, data: Mapping[str, Any]) -> ColumnMapping:
    """Return the mapping that the form describes; raise Invalid at the fields."""
    columns, defaults = _chosen(data, COLUMN), _chosen(data, DEFAULT)
    parts = PARTS[kind]
    wrong = _twice(columns) | parts.wrong({*columns, *defaults}, data)
    if wrong:
        raise Invalid(fields=wrong)
    return ColumnMapping(kind, columns, defaults, {name: data[name] for name in parts.options})


def _chosen(data: Mapping[str, Any], prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): value
        for name, value in data.items()
        if name.startswith(prefix) and value
    }


def _twice(columns: Mapping[str, str]) -> dict[str, Sequence[str]]:
    """Fields whose column serves another one already."""
    seen: dict[str, str] = {}
    wrong: dict[str, Sequence[str]] = {}
    for name, column in columns.items():
        if seen.setdefault(column, name) != name:
            text = _("This column is chosen for another field already. Choose another one.")
            wrong[COLUMN + name] = [text]
    return wrong
