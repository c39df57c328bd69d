"""The kinds of files that can be imported: what each has of its own.

Everything else (reading, mapping, dry run, chunks, progress, undo's order) is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Protocol
from uuid import UUID

from core.database.paging import Page
from core.database.unit_of_work import UnitOfWork
from core.imports import (
    application,
    deductions_examination,
    deductions_fields,
    deductions_listing,
    deductions_rules,
    deductions_staging,
    deductions_writing,
    employees_fields,
    examination,
    listing,
    noting,
    staging,
    undoing,
)
from core.imports.employees_options import employee_options
from core.imports.employees_rules import EmployeeRules
from core.imports.mapping import Blame, ColumnMapping, TargetField
from core.imports.reading.table import Row
from core.imports.row_errors import RowError
from core.imports.undoing import Obstacle
from core.localization import lazy_gettext
from core.plugin_host.hooks import Hooks
from core.sdk import Municipality, Text


class Rules(Protocol):
    """Rules for the rows of one file."""

    def parse(self, row: Row) -> Any | list[RowError]:
        """Return what a row says, or all reasons against it."""

    def conflicts(self) -> Iterator[RowError]:
        """Return rows to refuse because of other rows, after the last one."""

    def columns_to_blame(self) -> dict[str, Blame]:
        """Return the column that each reason of the examination is about."""


class MakeRules(Protocol):
    """Makes the rules for one file; raises ``MappingError`` when the mapping doesn't fit."""

    def __call__(self, header: Sequence[str], mapping: ColumnMapping, *, today: date) -> Rules:
        """Return the rules for a file with ``header``."""


Lines = Callable[[UnitOfWork, UUID, UUID, str, str | None, listing.Sight], Page[listing.Line]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. ``options`` validates those of a mapping and fills in what is left out."""

    name: str
    title: Text
    fields: tuple[TargetField, ...]
    options: Callable[[Mapping[str, Any]], dict[str, str]]
    rules: MakeRules
    staged: Callable[[Any, Sequence[str]], dict[str, Any]]
    examine: Callable[..., None]
    note_rows: Callable[..., None]
    lines: Lines
    write: Callable[
        [UnitOfWork, Municipality, UUID, int, dict[str, Blame]], tuple[dict[str, int], str]
    ]
    tell: Callable[[UnitOfWork, Hooks, Municipality], None] | None
    obstacles: Callable[[UnitOfWork, UUID, UUID], list[Obstacle]]
    take_back: Callable[[UnitOfWork, UUID, UUID], None]


def _employee_options(options: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(employee_options(options)).items()}


def _deduction_options(options: Mapping[str, Any]) -> dict[str, str]:
    return {deductions_rules.FACTOR: str(deductions_rules.factor(options))}


EMPLOYEES: Final = Kind(
    name=employees_fields.KIND,
    title=lazy_gettext("Employees"),
    fields=employees_fields.FIELDS,
    options=_employee_options,
    rules=EmployeeRules,
    staged=staging.staged,
    examine=examination.examine,
    note_rows=noting.note_rows,
    lines=listing.lines,
    write=application.write,
    tell=application.tell,
    obstacles=undoing.obstacles,
    take_back=undoing.take_back,
)
DEDUCTIONS: Final = Kind(
    name=deductions_fields.KIND,
    title=lazy_gettext("Deductions of others"),
    fields=deductions_fields.FIELDS,
    options=_deduction_options,
    rules=deductions_rules.DeductionRules,
    staged=deductions_staging.staged,
    examine=deductions_examination.examine,
    note_rows=deductions_examination.note_rows,
    lines=deductions_listing.lines,
    write=deductions_writing.write,
    tell=None,
    obstacles=deductions_writing.obstacles,
    take_back=deductions_writing.take_back,
)
KINDS: Final = {kind.name: kind for kind in (EMPLOYEES, DEDUCTIONS)}


def kind_of(name: str) -> Kind:
    """Return a kind by its name; KeyError for an unknown one."""
    return KINDS[name]
