"""What the form of the columns asks for deductions alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.deductions.wording import CATEGORIES
from core.forms import fields
from core.imports.deductions_fields import FIELDS
from core.imports.deductions_rules import FACTOR, factor
from core.imports.form_parts import COLUMN, FormParts, factors, missing_columns
from core.imports.mapping import ColumnMapping, MappingError
from core.localization import _, lazy_gettext


def _parts(proposed: ColumnMapping) -> dict[str, Any]:
    return {
        "default_month": fields.Text(
            label=lazy_gettext("Month where the file says nothing"),
            hint=lazy_gettext("Such as 1405/09."),
            most=20,
        ),
        "default_category": fields.Choice(
            label=lazy_gettext("Kind of deduction where the file says nothing"),
            choices=tuple(CATEGORIES.items()),
        ),
        "default_creditor": fields.Text(label=lazy_gettext("Creditor where the file says nothing")),
        FACTOR: fields.Choice(
            label=lazy_gettext("Unit of the amounts"),
            choices=factors(proposed, FACTOR),
            required=True,
        ),
    }


def _initial(mapping: ColumnMapping) -> dict[str, Any]:
    try:
        return {FACTOR: str(factor(mapping.options))}
    except MappingError:
        return {FACTOR: "1"}


def _wrong(given: set[str], _data: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """Say what every deduction needs and isn't chosen."""
    text = _("Every deduction needs this. Choose the column that holds it.")
    wrong = missing_columns(FIELDS, given, text)
    if not given & {"personnel_number", "national_id"}:
        text = _("Choose the personnel number, the national ID, or both.")
        wrong |= {COLUMN + name: [text] for name in ("personnel_number", "national_id")}
    return wrong


PARTS: Final = FormParts(
    options=(FACTOR,),
    make=_parts,
    initial=_initial,
    wrong=_wrong,
    needed=tuple(field.name for field in FIELDS),
    masked=frozenset({"national_id", "amount"}),
)
