"""Handing files out: to their owner, and to officers who may see the request."""

from __future__ import annotations

import io
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, send_file

from core.accounts.request_state import current
from core.delegations.queries import load_standings
from core.delegations.services import acting_for
from core.documents import queries, services
from core.documents.models import Document
from core.errors import NotFound
from core.policy.access import member, signed_in
from core.requests.decisions import can_see, right_to_decide
from core.requests.queries import request_with

own = Blueprint("my_documents", __name__, url_prefix="/documents")
desk = Blueprint("documents", __name__, url_prefix="/m/<municipality>/documents")

ALONE: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A picture stands alone: nothing in it may load, run or know where it came from."""


@own.get("/<uuid:document_id>")
@signed_in
def show(document_id: UUID) -> Response:
    """My own file, as I handed it in."""
    state = current()
    return answer_with(queries.own(state.uow, state.viewer.person_id, document_id))


@desk.post("/<uuid:document_id>")
@member
def open_one(document_id: UUID) -> Response:
    """A file of a request that I may see; that I looked, and for whom, is put on record."""
    state = load_standings(current())
    found = queries.handed_in(state.uow, state.place.id, document_id)
    asked = request_with(state.uow, state.place.id, found.request_id)
    if not can_see(state.uow, state.viewer, asked):
        raise NotFound()
    right = right_to_decide(state.uow, state.viewer, asked)
    with acting_for(state.uow, right.standing if right else None):
        services.note_look(state.uow, found)
    return answer_with(found)


def answer_with(document: Document) -> Response:
    """Return the bytes: a picture to look at in a sandbox, anything else to save."""
    response = send_file(
        io.BytesIO(document.content or b""),
        document.media_type,
        as_attachment=not document.is_picture,
        download_name=document.name,
        etag=False,
    )
    response.headers["Content-Security-Policy"] = ALONE
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
