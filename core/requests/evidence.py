"""Files in the forms of requests: taken while a form is filled in, found again to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import request
from marshmallow import Schema

from core.accounts.request_state import current
from core.database.unit_of_work import open_unit
from core.documents import attachments, queries
from core.documents.attachments import Owner
from core.forms import Form
from core.requests.content import Answer, answers, schema_of
from core.requests.models import Request
from core.requests.registry import KnownType


def submitted(form: Form, municipality_id: UUID) -> bool:
    """Read a form of the viewer if it was sent, with its files; tell whether it is valid.

    Files are kept in a transaction of their own: they must outlive a form that is refused, since
    a browser can't send them again by itself.
    """
    state = current()
    person_id = state.viewer.person_id
    if request.method != "POST":
        return False
    if person_id is None or not attachments.fields_of(form.schema):
        return form.submitted()
    owner = Owner(municipality_id, person_id)
    with open_unit(state.uow.scope, state.uow.actor) as vault:
        typed = attachments.receive(vault, owner, form.schema, request.form, request.files)
    return form.read(typed, request.files)


def show_held(form: Form, content: Mapping[str, Any]) -> None:
    """Let a form show the viewer's files that its first values name."""
    state = current()
    attachments.show(state.uow, state.viewer.person_id, form.schema, content)


def answers_of(schema: Schema, content: Mapping[str, Any], person_id: UUID | None) -> list[Answer]:
    """Return answers of a person that aren't sent yet, files too, as pages show them."""
    found = queries.held(current().uow, person_id, attachments.ids_in(schema, content))
    return answers(schema, content, found, {})


def answers_in(known: KnownType | None, item: Request, *, masked: bool = False) -> list[Answer]:
    """Return the answers in a request and what they would replace; [] without its type."""
    if known is None:
        return []
    uow = current().uow
    schema = schema_of(uow, known.type, item.person_id)
    found = queries.held(uow, item.person_id, attachments.ids_in(schema, item.data))
    return answers(schema, item.data, found, item.before, masked=masked)
