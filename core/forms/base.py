"""What all fields share: label, hint, widget, and what counts as empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from marshmallow import ValidationError, fields, missing

from core.forms.schema import Message
from core.localization import _
from core.sdk.text import Text

T = TypeVar("T")


def refuse(text: object, code: str = "invalid") -> ValidationError:
    """Return the error to raise for one field."""
    return ValidationError([Message(text, code)])


class FormField(fields.Field[T]):
    """A field with a label. Blank text counts as missing; optional fields then give ``empty``.

    ``attrs`` are HTML attributes and the few extras that ``components/forms.html`` names.
    """

    widget: ClassVar[str] = "text"
    empty: ClassVar[Any] = None

    def __init__(
        self,
        *,
        label: Text,
        hint: Text = "",
        required: bool = False,
        widget: str | None = None,
        attrs: Mapping[str, Any] | None = None,
        default: Any = missing,
        **options: Any,
    ) -> None:
        if not required:
            options["load_default"] = self.empty if default is missing else default
        super().__init__(required=required, allow_none=not required, **options)
        self.label = label
        self.hint = hint
        self.shown_as = widget or self.widget
        self.attrs: dict[str, Any] = dict(attrs or {})

    def deserialize(
        self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any
    ) -> Any:
        """Read a value; blank means missing, and missing required ones are asked for by name."""
        if self.is_blank(value):
            value = missing
        if value is missing and self.required:
            raise refuse(self.asking(), "required")
        return super().deserialize(value, attr, data, **kwargs)

    def is_blank(self, value: Any) -> bool:
        """Tell whether nothing was typed."""
        return value is None or (isinstance(value, str) and not value.strip())

    def asking(self) -> str:
        """Return the message for a missing answer."""
        return _("Enter: %(what)s.", what=str(self.label))

    def raw(self, form: Any, files: Any, name: str) -> Any:
        """Return what a submitted form holds for this field; `missing` if nothing."""
        return form.get(name, missing)

    def for_input(self, value: Any) -> Any:
        """Return a stored value as the widget shows it."""
        return value

    def options(self) -> list[tuple[str, str]]:
        """Return the choices as (value, label), if the field has any."""
        return []
