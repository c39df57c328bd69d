"""Noting what happened to a request: timeline, audit and the message to the employee."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from sqlalchemy import select

from core.audit.services import record
from core.database.unit_of_work import UnitOfWork
from core.localization import LazyString
from core.requests.models import Request, RequestEvent
from core.requests.wording import next_step, notice_title

TOPIC = "requests.progress"


def note(uow: UnitOfWork, request: Request, code: str, *, text: str = "", **params: Any) -> None:
    """Add an entry to the timeline (codes: `wording.EVENTS`) and to the audit."""
    principal = {"for": uow.actor.on_behalf_of_name} if uow.actor.on_behalf_of else {}
    uow.session.add(
        RequestEvent(
            municipality_id=request.municipality_id,
            request_id=request.id,
            person_id=request.person_id,
            at=uow.now,
            code=code,
            params=params | principal,
            actor_name=uow.actor.name,
            text=text,
        )
    )
    record(
        uow,
        f"request.{code}",
        municipality_id=request.municipality_id,
        subject_type="request",
        subject_id=request.id,
        person_id=request.person_id,
        reason=text,
        detail={"reference": request.reference, "type": request.type},
    )


def tell(uow: UnitOfWork, request: Request, code: str, *, text: str = "") -> None:
    """Tell the employee what was decided (codes: `wording.NOTICES`) and what comes next."""
    from core.notifications.services import notify

    notify(
        uow,
        TOPIC,
        municipality_id=request.municipality_id,
        person_id=request.person_id,
        title=LazyString(notice_title, code, request.reference),
        body=text or LazyString(next_step, request),
        href=f"/requests/{request.reference}",
    )


def content_digest(request: Request) -> str:
    """Return the SHA-256 of what was asked for; two sendings with one key must agree on it."""
    asked = (request.type, request.person_id, request.employment_id, request.data)
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()


def first_digest(uow: UnitOfWork, request: Request) -> str:
    """Return the digest of the first sending; corrections after a return don't change it."""
    found: str = uow.session.execute(
        select(RequestEvent.params["content"].astext).where(
            RequestEvent.municipality_id == request.municipality_id,
            RequestEvent.request_id == request.id,
            RequestEvent.code == "submitted",
        )
    ).scalar_one()
    return found
