"""Forms of imports: the upload, and a sheet of a workbook."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import validates_schema

from core.forms import FormSchema, fields
from core.forms.base import refuse
from core.imports.models import LONGEST_NAME
from core.imports.services import LARGEST_MB
from core.localization import _, lazy_gettext

ENDINGS: Final = ".xlsx,.csv,.tsv,.txt"
MOST_PASTED: Final = 200_000
"""Characters; a larger form would be refused before it is read."""


class Pasted(fields.LongText):
    """Rows copied from a spreadsheet; tabs between the cells must stay."""

    def cleaned(self, value: str) -> str:
        """Leave the text as it is."""
        return value.strip("\r\n")


class MappingNameSchema(FormSchema):
    """The name of a saved mapping."""

    name = fields.Text(label=lazy_gettext("Name"), required=True, most=LONGEST_NAME)


class UploadSchema(FormSchema):
    """A file, or rows pasted instead."""

    file = fields.File(
        label=lazy_gettext("Excel or CSV file"),
        hint=lazy_gettext(
            "The first row holds the names of the columns, in any order and language."
        ),
        accept=ENDINGS,
        max_mb=LARGEST_MB,
    )
    rows = Pasted(
        label=lazy_gettext("Or paste rows from Excel or LibreOffice"),
        hint=lazy_gettext("Select the cells there, copy them and paste them here."),
        most=MOST_PASTED,
        attrs={"rows": 6, "spellcheck": "false"},
    )

    headless = fields.YesNo(
        label=lazy_gettext("The pasted rows begin without the names of the columns"),
        hint=lazy_gettext(
            "The columns are then called A, B, C and so on; the first pasted row counts as row 2."
        ),
    )

    @validates_schema
    def one_of_both(self, data: dict[str, Any], **_more: object) -> None:
        """Ask for a file or for rows, and not for both."""
        given = bool(data.get("file")) + bool(data.get("rows"))
        if given == 1:
            return
        text = _("Choose a file, or paste rows.") if not given else _("Give one of the two only.")
        error = refuse(text, "required")
        error.field_name = "file"
        raise error
