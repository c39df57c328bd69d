"""A form: a schema, what was typed, what is wrong. Templates draw its `BoundField`s."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import render_template, request
from marshmallow import ValidationError, missing

from core.errors import Invalid, flattened
from core.forms.base import FormField
from core.forms.protection import IDEMPOTENCY_FIELD
from core.forms.schema import WHOLE, FormSchema, Message
from core.localization import _

CONTROL = frozenset({"csrf_token", IDEMPOTENCY_FIELD, "next", "action"})
"""Names that every form may carry besides its fields."""


class BoundField:
    """One field with what was typed and what is wrong, as ``components/forms.html`` draws it."""

    def __init__(self, name: str, field: FormField[Any], value: Any, errors: list[str]) -> None:
        self.name = name
        self.id = f"f-{name}"
        self.label = field.label
        self.hint = field.hint
        self.required = field.required
        self.widget = field.shown_as
        self.attrs = field.attrs
        self.choices = field.options()
        self.value = value
        self.errors = errors


class Form:
    """A schema bound to its first values or to a submission.

    ``initial``: values as `data` has them (dates, integers), by field name; missing ones are
    empty. ``data`` holds the result of a valid submission.
    """

    def __init__(self, schema: FormSchema, initial: Mapping[str, Any] | None = None) -> None:
        self.schema = schema
        self.data: dict[str, Any] = {}
        self.errors: list[str] = []
        self.result: Any = None
        self._wrong: dict[str, list[str]] = {}
        self.begin_with(initial or {})

    def begin_with(self, initial: Mapping[str, Any]) -> None:
        """Fill in first values, as for ``initial``."""
        self._values = {
            name: field.for_input(initial.get(name)) for name, field in self._declared().items()
        }

    def _declared(self) -> dict[str, FormField[Any]]:
        return {n: f for n, f in self.schema.fields.items() if isinstance(f, FormField)}

    @property
    def fields(self) -> list[BoundField]:
        """All fields in the order of the schema."""
        return [self[name] for name in self._declared()]

    def __iter__(self) -> Iterator[BoundField]:
        return iter(self.fields)

    def __getitem__(self, name: str) -> BoundField:
        field = self._declared()[name]
        return BoundField(name, field, self._values.get(name), self._wrong.get(name, []))

    def __getattr__(self, name: str) -> BoundField:
        """Let templates write ``form.start_date``."""
        if name.startswith("_") or name not in self.schema.fields:
            raise AttributeError(name)
        return self[name]

    @property
    def has_errors(self) -> bool:
        """Whether something must be mended."""
        return bool(self.errors or self._wrong)

    def submitted(self) -> bool:
        """Read the request if it is a POST; tell whether it was sent and is valid."""
        return request.method == "POST" and self.read(request.form, request.files)

    def read(self, form: Any, files: Any = None) -> bool:
        """Load a submission (werkzeug ``MultiDict``s); keep what was typed; tell if it is valid."""
        raw = {n: f.raw(form, files, n) for n, f in self._declared().items()}
        self._values = {
            name: None if field.shown_as in ("password", "file") else _shown(raw[name])
            for name, field in self._declared().items()
        }
        sent = {name: value for name, value in raw.items() if value is not missing}
        known = {name.partition(".")[0] for name in form} - CONTROL
        sent |= {name: form.get(name) for name in known - raw.keys()}
        try:
            self.data = self.schema.load(sent)
        except ValidationError as error:
            self.data = {}
            messages = error.normalized_messages()  # type: ignore[no-untyped-call] # library
            self.refuse(Invalid(fields=messages))
        return not self.has_errors

    def read_filters(self, args: Any) -> Form:
        """Read filters from the address: what is wrong is shown and left out, strangers ignored."""
        for name, field in self._declared().items():
            raw = field.raw(args, None, name)
            self._values[name] = _shown(raw)
            try:
                self.data[name] = field.deserialize(raw, name, {})
            except ValidationError as error:
                self._wrong[name] = [str(message) for message in error.messages]
                self.data[name] = field.empty
        return self

    def attempt(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Call a service; keep its answer as ``result``, or its complaint at the fields.

        Returns False when the service raised `Invalid`; other errors pass.
        """
        try:
            self.result = action(*args, **kwargs)
        except Invalid as error:
            self.refuse(error)
            return False
        return True

    def refuse(self, error: Invalid) -> None:
        """Show the messages of ``error`` at their fields, the others on top."""
        if not error.fields:
            self.errors.append(str(error.message))
        for name, messages in error.fields.items():
            texts = [str(message) for _pointer, message in flattened(messages)]
            if name in self._declared():
                self._wrong.setdefault(name, []).extend(texts)
            else:
                self.errors.extend(texts if name == WHOLE else self._unknown(name, texts))

    def _unknown(self, name: str, texts: list[str]) -> list[str]:
        return [Message(_("%(field)s: %(problem)s", field=name, problem=text)) for text in texts]

    @property
    def key(self) -> str:
        """The idempotency key that was sent along; '' if none."""
        return str(request.form.get(IDEMPOTENCY_FIELD, ""))[:255]

    def render(self, template: str, **context: Any) -> tuple[str, int]:
        """Render the page with this form; the status is 422 when something must be mended."""
        page = render_template(template, form=self, has_errors=self.has_errors, **context)
        return page, 422 if self.has_errors else 200


def _shown(raw: Any) -> Any:
    return None if raw is missing else raw
