"""Refused rows as a form: the cells at fault first, each with its reason, the others beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from core.imports.kinds import kind_of
from core.imports.mapping import ColumnMapping, header_key
from core.imports.masking import MASKS
from core.imports.row_errors import RowError
from core.sdk import Text

TITLE: Final = ("given_name", "family_name", "full_name", "personnel_number")
"""Fields by which somebody recognises a row."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as ``components/forms.html`` draws a field; ``shown``: masked if it is sensitive."""

    name: str
    label: str
    value: str
    shown: str
    required: bool
    errors: Sequence[Text] = ()
    hint: Text = ""
    widget: str = "text"
    attrs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id of its input."""
        return f"f-{self.name}"


@dataclass(frozen=True, slots=True)
class MendRow:
    """A refused row: who it is, ``reasons`` against the whole of it, cells at fault, the others."""

    number: int
    title: str
    reasons: tuple[RowError, ...]
    wrong: tuple[Cell, ...]
    rest: tuple[Cell, ...]


def cell_name(row: int, index: int) -> str:
    """Return the name of the input for one cell."""
    return f"c{row}-{index}"


def mend_row(
    header: Sequence[str],
    mapping: ColumnMapping,
    number: int,
    cells: Sequence[str],
    errors: Sequence[RowError],
) -> MendRow:
    """Return row ``number`` of a file with ``header`` as a part of the form."""
    required = {each.name for each in kind_of(mapping.kind).fields if each.required}
    fields = {header_key(column): name for name, column in mapping.columns.items()}
    about = [fields.get(header_key(column), "") for column in header]
    of_column: dict[str, list[RowError]] = {}
    for error in errors:
        of_column.setdefault(error.column, []).append(error)
    made = [
        _cell(
            cell_name(number, index),
            column,
            about[index],
            cell,
            of_column.get(column, ()),
            required=about[index] in required,
        )
        for index, (column, cell) in enumerate(zip(header, cells, strict=True))
    ]
    known = dict(zip(about, cells, strict=True))
    return MendRow(
        number=number,
        title=" ".join(filter(None, (known.get(name, "").strip() for name in TITLE))),
        reasons=tuple(error for error in errors if error.column not in header),
        wrong=tuple(cell for cell in made if cell.errors),
        rest=tuple(cell for cell in made if not cell.errors),
    )


def _cell(
    name: str, column: str, about: str, value: str, errors: Sequence[RowError], *, required: bool
) -> Cell:
    mask = MASKS.get(about)
    return Cell(
        name=name,
        label=column or "—",
        value=value,
        shown=mask(value) if mask and value else value,
        required=required,
        errors=[error.reason for error in errors],
        hint=" ".join(str(error.remedy) for error in errors),
    )
