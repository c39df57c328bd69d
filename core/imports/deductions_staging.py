"""Checked deductions as JSON in ``import_chunk``; their columns of the temporary table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from core.database.keys import new_id_text
from core.imports.deductions_rules import ParsedDeduction
from core.localization.text import search_key

GIVEN: Final = {
    "ordinal": "int",
    "id": "uuid",
    "personnel_number": "text",
    "national_id": "text",
    "starts_on": "date",
    "ends_on": "date",
    "month": "int",
    "category": "text",
    "creditor": "text",
    "creditor_key": "text",
    "amount": "bigint",
}
"""Keys of a staged row and their SQL types; ``starts_on`` and ``ends_on`` bound the month."""
FOUND: Final = {"deduction_id": "uuid", "amount_before": "bigint"}


def staged(deduction: ParsedDeduction, cells: Sequence[str]) -> dict[str, Any]:
    """Return the JSON object of a checked row; ``id`` is that of a new deduction."""
    return {
        "ordinal": deduction.row,
        "cells": cells,
        "id": new_id_text(),
        "personnel_number": deduction.personnel_number,
        "national_id": deduction.national_id,
        "starts_on": deduction.month.first,
        "ends_on": deduction.month.last + timedelta(days=1),
        "month": deduction.month.number,
        "category": deduction.category,
        "creditor": deduction.creditor,
        "creditor_key": search_key(deduction.creditor),
        "amount": deduction.amount,
    }
