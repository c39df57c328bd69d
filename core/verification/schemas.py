"""The form that asks for the code of a document."""

from __future__ import annotations

from core.forms import FormSchema, fields
from core.forms.base import refuse
from core.localization import _, lazy_gettext
from core.verification.codes import LENGTH, grouped, normalise

EXAMPLE = "K7M3P-9QXAT-2HV4D"


class DocumentCode(fields.Code):
    """A code as it comes (`codes.normalise`); gives it as it is printed."""

    def cleaned(self, value: str) -> str:
        """Return the code in groups; refuse what can't be one."""
        code = normalise(value)
        if code is None:
            raise refuse(
                _(
                    "This can't be the code of a document: it has %(n)s letters and digits. "
                    "Compare each character with the paper.",
                    n=LENGTH,
                ),
                "code",
            )
        return grouped(code)

    def asking(self) -> str:
        """Say what to type and where it stands."""
        return _("Type the document code; it stands on the paper, beside the square symbol.")


class CodeSchema(FormSchema):
    """One code."""

    code = DocumentCode(
        label=lazy_gettext("Document code"),
        hint=lazy_gettext(
            "15 letters and digits, such as %(example)s; capitals and hyphens don't matter.",
            example=EXAMPLE,
        ),
        required=True,
        most=60,
        attrs={"autocomplete": "off"},
    )
