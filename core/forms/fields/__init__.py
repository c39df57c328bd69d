"""Fields of forms. All accept three digit families and Arabic letters, and say what is wrong."""

from __future__ import annotations

from core.forms.fields.choices import Choice, Choices, YesNo
from core.forms.fields.documents import Documents
from core.forms.fields.files import File
from core.forms.fields.identifiers import Email, Mobile, NationalId, Sheba
from core.forms.fields.moments import BirthDate, Date, Time
from core.forms.fields.numbers import Money, Whole
from core.forms.fields.text import Code, LongText, Password, Text

__all__ = [
    "BirthDate",
    "Choice",
    "Choices",
    "Code",
    "Date",
    "Documents",
    "Email",
    "File",
    "LongText",
    "Mobile",
    "Money",
    "NationalId",
    "Password",
    "Sheba",
    "Text",
    "Time",
    "Whole",
    "YesNo",
]
