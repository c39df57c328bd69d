"""The words of the verification page: labels of signed fields, and their values as people read.

A kind's labels come from its plugin's declaration; when the plugin is gone, the names of the
fields stand in, so that a document never shows less than what was signed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from core.localization import lazy_gettext
from core.localization.filters import duration, fa_num, jdate
from core.sdk.declarations import LabelledField, VerifiableDocument
from core.verification.codes import grouped
from core.verification.payload import Payload, Value

FIRST: Final = (
    LabelledField("holder", lazy_gettext("Issued to")),
    LabelledField("holder_id", lazy_gettext("National ID (partly hidden)"), "number"),
)
LAST: Final = (
    LabelledField("issuer", lazy_gettext("Issued by")),
    LabelledField("issued_on", lazy_gettext("Date of issue"), "date"),
    LabelledField("code", lazy_gettext("Document code")),
    LabelledField("kind", lazy_gettext("Kind of document")),
    LabelledField("v", lazy_gettext("Version of the format"), "number"),
)


class Line(NamedTuple):
    """One signed field; ``ltr``: a code that keeps its order from left to right."""

    label: str
    value: str
    ltr: bool


def title(payload: Payload, declared: Mapping[str, VerifiableDocument]) -> str:
    """Return what kind of document it is; the kind's name if its plugin is gone."""
    kind = str(payload.get("kind", ""))
    return str(declared[kind].title) if kind in declared else kind


def lines(payload: Payload, declared: Mapping[str, VerifiableDocument]) -> list[Line]:
    """Return every signed field with its label, the kind's own between holder and issuer."""
    document = declared.get(str(payload.get("kind", "")))
    own = document.fields if document else ()
    known = {field.name: field for field in (*FIRST, *own, *LAST)}
    others = [LabelledField(name, name) for name in sorted(payload.keys() - known.keys())]
    ordered = (*FIRST, *own, *others, *LAST)
    return list(_present(payload, ordered, title(payload, declared)))


def _present(payload: Payload, fields: Iterable[LabelledField], kind: str) -> Iterator[Line]:
    for field in fields:
        if field.name in payload:
            value = kind if field.name == "kind" else _shown(field, payload[field.name])
            yield Line(str(field.label), value, field.name in ("code", "holder_id"))


def _shown(field: LabelledField, value: Value) -> str:
    if field.name == "code":
        return grouped(str(value))
    if field.shown_as == "date":
        return _day(str(value))
    if field.shown_as == "minutes" and isinstance(value, int):
        return duration(value)
    return str(value) if field.shown_as == "text" and isinstance(value, str) else fa_num(value)


def _day(value: str) -> str:
    try:
        return jdate(dt.date.fromisoformat(value), "day")
    except ValueError:
        return value
