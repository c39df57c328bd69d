"""Fields for one or several answers out of a list, and for yes or no."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from core.forms.base import FormField, refuse
from core.localization import _
from core.sdk.text import Text as Words

Options = Sequence[tuple[str, Words]] | Callable[[], Iterable[tuple[str, Words]]]


class Choice(FormField[str]):
    """One of ``choices``: pairs of value and label, or a function that returns them."""

    widget = "select"
    empty = ""

    def __init__(self, *, choices: Options, **options: Any) -> None:
        super().__init__(**options)
        self.choices = choices

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if str(value) not in {key for key, _label in self.options()}:
            raise refuse(_("Choose one of the answers in the list."), "choice")
        return str(value)

    def options(self) -> list[tuple[str, str]]:
        """Return the choices with their labels in the language in force."""
        pairs = self.choices() if callable(self.choices) else self.choices
        return [(str(value), str(label)) for value, label in pairs]

    def asking(self) -> str:
        """Ask to choose."""
        return _("Choose: %(what)s.", what=str(self.label))


class Choices(Choice):
    """Any number of ``choices``; gives a list."""

    widget = "checkboxes"

    def __init__(self, *, choices: Options, **options: Any) -> None:
        if not options.get("required"):
            options.setdefault("default", list)
        super().__init__(choices=choices, **options)

    def is_blank(self, value: Any) -> bool:
        """Blank when nothing is chosen."""
        return not value

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        chosen = value if isinstance(value, list) else [value]
        read = super()._deserialize
        return [read(one, attr, data) for one in chosen]

    def raw(self, form: Any, files: Any, name: str) -> Any:
        """Return all values."""
        return form.getlist(name)


class YesNo(FormField[bool]):
    """A box to tick; an unticked one isn't sent, so missing means no."""

    widget = "checkbox"
    empty = False

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        return value is True or str(value).lower() in ("1", "on", "true", "yes")
