"""What was asked for: checked by the type's schema, kept as JSON, shown as labelled answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast
from uuid import UUID

import orjson
from marshmallow import Schema, ValidationError

from core.database.unit_of_work import UnitOfWork
from core.documents.models import Document
from core.errors import DomainError, Invalid
from core.forms import fields
from core.forms.base import FormField
from core.forms.schema import translated
from core.localization import _
from core.localization.digits import localized
from core.localization.filters import jdate, rial
from core.localization.languages import current_locale
from core.localization.text import clean_lines
from core.people.masking import mask_mobile, mask_national_id, mask_sheba
from core.requests.policies import LONGEST_KEY, LONGEST_REASON
from core.sdk.declarations import RequestType

LEFT_TO_RIGHT = ("code", "email", "tel")
"""Widgets whose values are read from left to right in any language."""
MASKS: Final[Mapping[type, Callable[[str], str]]] = {
    fields.Mobile: mask_mobile,
    fields.NationalId: mask_national_id,
    fields.Sheba: mask_sheba,
}
"""Fields whose values officers see masked until they ask for them, which is put on record."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as pages show it; ``ltr`` marks codes, numbers of accounts, addresses.

    Instead of a text it may have ``files``. ``before`` is what the request would replace, or ''.
    """

    label: str
    text: str
    ltr: bool = False
    files: tuple[Document, ...] = ()
    before: str = ""


def schema_of(uow: UnitOfWork, kind: RequestType, person_id: UUID | None) -> Schema:
    """Return the schema of a type with what the person may choose."""
    schema = kind.schema()
    if kind.choices is not None and person_id is not None:
        for name, options in kind.choices(uow, person_id).items():
            field = schema.fields[name]
            if isinstance(field, fields.Choice):
                field.choices = tuple(options)
    return schema


def read_content(schema: Schema, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``data`` as the type's schema loads it, in values that JSON knows.

    Raises:
        Invalid: the schema refuses it.
    """
    try:
        loaded = schema.load(data)
    except ValidationError as error:
        messages = error.normalized_messages()  # type: ignore[no-untyped-call] # library
        raise Invalid(fields=translated(messages)) from error
    text = orjson.dumps(schema.dump(loaded), _plain, orjson.OPT_PASSTHROUGH_DATETIME)
    if b"\\u0000" in text:
        raise Invalid(_("The text has characters that can't be stored."))
    content: dict[str, Any] = orjson.loads(text)
    return content


def _plain(value: Any) -> str:
    """Write days and times so that our fields read them again."""
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value.isoformat())


def typed_content(schema: Schema, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored content as the schema's own values (dates, numbers), to fill a form again."""
    try:
        loaded: dict[str, Any] = schema.load(content)
    except ValidationError as error:  # the schema has become stricter meanwhile
        return {**content, **cast(dict[str, Any], error.valid_data)}
    return loaded


def answers(
    schema: Schema,
    content: Mapping[str, Any],
    files: Mapping[str, Document],
    before: Mapping[str, Any],
    *,
    masked: bool = False,
) -> list[Answer]:
    """Return the answers that were given, in the order of the form; sensitive ones ``masked``.

    ``files`` are the documents that the content names, by id; ``before`` is what stood on record.
    """
    found = []
    for name, field in _given(schema, content).items():
        answer = _answer(field, content[name], files, masked)
        if name in before:
            known = before[name] not in (None, "")
            old = _answer(field, before[name], files, masked).text if known else "—"
            answer = replace(answer, before=old)
        found.append(answer)
    return found


def _answer(
    field: FormField[Any], value: Any, files: Mapping[str, Document], masked: bool
) -> Answer:
    label = str(field.label)
    if isinstance(field, fields.Documents):
        return Answer(label, "", files=tuple(files[one] for one in value if one in files))
    text = MASKS[type(field)](value) if masked and type(field) in MASKS else _shown(field, value)
    return Answer(label, text, field.shown_as in LEFT_TO_RIGHT)


def sensitive(schema: Schema, content: Mapping[str, Any]) -> list[str]:
    """Return the names of the answers that `answers` can mask."""
    return [name for name, field in _given(schema, content).items() if type(field) in MASKS]


def _given(schema: Schema, content: Mapping[str, Any]) -> dict[str, FormField[Any]]:
    return {
        name: field
        for name, field in schema.fields.items()
        if isinstance(field, FormField) and content.get(name) not in (None, "", [])
    }


def _shown(field: FormField[Any], value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field.shown_as == "money":
        return rial(value)
    if field.shown_as in ("date", "birth_date"):
        return jdate(dt.date.fromisoformat(value) if isinstance(value, str) else value)
    labels = dict(field.options())
    if labels:
        chosen = value if isinstance(value, list) else [value]
        return _(", ").join(labels.get(str(one), str(one)) for one in chosen)
    if isinstance(value, int):
        return localized(value, current_locale())
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value)


def check_key(key: str) -> None:
    """Refuse an idempotency key that is missing or longer than `LONGEST_KEY`."""
    if not 0 < len(key) <= LONGEST_KEY:
        raise DomainError(
            _("The form is incomplete. Open it again and fill it in once more."),
            code="idempotency_key",
        )


def read_reason(text: str) -> str:
    """Return why a request is rejected or returned; the employee reads it.

    Raises:
        Invalid: nothing was said, or too much.
    """
    reason = clean_lines(text)
    if not reason:
        raise Invalid(fields={"reason": [_("Say why; the employee reads it.")]})
    if len(reason) > LONGEST_REASON:
        message = _("At most %(n)s characters are possible here.", n=LONGEST_REASON)
        raise Invalid(fields={"reason": [message]})
    return reason
