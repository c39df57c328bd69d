"""The empty table that people may fill in: one column per field, named as the import knows it."""

from __future__ import annotations

from core.exports.tables import Column
from core.imports.employees_fields import FIELDS
from core.imports.wording import spoken


def template_columns() -> list[Column]:
    """Return the columns, in the language in force."""
    return [Column(str(spoken(field.label, {}))) for field in FIELDS if field.name != "full_name"]
