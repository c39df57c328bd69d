"""Lists: the catalogue, and the officers' offerings, courses and certificates."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select

from core.sdk.localization import search_key
from core.sdk.services import UnitOfWork
from core.sdk.web import Page, fetch
from plugins.training.models import (
    Completion,
    Course,
    Enrolment,
    Offering,
)
from plugins.training.policies import (
    OfferingState,
)

LINE: Final[tuple[Any, ...]] = (
    Offering.id,
    Offering.state,
    Offering.minutes,
    Offering.capacity,
    Offering.used,
    Offering.waiting,
    Offering.opens_on,
    Offering.closes_on,
    Offering.starts_on,
    Offering.ends_on,
    Offering.place,
    Course.title_fa,
    Course.title_en,
    Course.kind,
    Course.code,
)
"""Columns of an offering in lists."""


def _lines(municipality_id: UUID, text: str, kind: str = "") -> Select[Any]:
    statement = (
        select(*LINE).join(Offering.course).where(Offering.municipality_id == municipality_id)
    )
    if text:
        statement = statement.where(_contains(text))
    return statement.where(Course.kind == kind) if kind else statement


def _contains(text: str) -> ColumnElement[bool]:
    """Return the condition that all words of ``text`` occur in the course's search key."""
    key = search_key(text)
    return func.strpos(Course.search_key, key) > 0


def catalogue(
    uow: UnitOfWork, municipality_id: UUID, *, text: str, kind: str, cursor: str | None
) -> Page[Row[Any]]:
    """Return one page of the offerings that take enrolments today, the next ones first."""
    statement = _lines(municipality_id, text, kind).where(
        Offering.state == OfferingState.OPEN,
        Offering.opens_on <= uow.today,
        Offering.closes_on >= uow.today,
    )
    return fetch(uow.session, statement, [Offering.starts_on, Offering.id], cursor, size=20)


def offerings(
    uow: UnitOfWork, municipality_id: UUID, *, text: str, state: str, cursor: str | None
) -> Page[Row[Any]]:
    """Return one page of all offerings, the latest first."""
    statement = _lines(municipality_id, text)
    if state:
        statement = statement.where(Offering.state == state)
    keys = [Offering.starts_on, Offering.id]
    return fetch(uow.session, statement, keys, cursor, descending=True)


def courses(
    uow: UnitOfWork, municipality_id: UUID, *, text: str, cursor: str | None
) -> Page[Row[Any]]:
    """Return one page of the courses in Persian order, with how often each was planned."""
    planned = (
        select(func.count())
        .where(Offering.municipality_id == Course.municipality_id, Offering.course_id == Course.id)
        .correlate(Course)
        .scalar_subquery()
        .label("planned")
    )
    statement = select(
        Course.id,
        Course.code,
        Course.title_fa,
        Course.title_en,
        Course.kind,
        Course.minutes,
        Course.threshold,
        Course.retired,
        Course.sort_key,
        planned,
    ).where(Course.municipality_id == municipality_id)
    if text:
        statement = statement.where(_contains(text))
    return fetch(uow.session, statement, [Course.sort_key, Course.id], cursor)


def open_courses(uow: UnitOfWork, municipality_id: UUID) -> list[Course]:
    """Return the courses that can be offered, in Persian order."""
    return list(
        uow.session.scalars(
            select(Course)
            .where(Course.municipality_id == municipality_id, Course.retired.is_(False))
            .order_by(Course.sort_key, Course.id)
        )
    )


def certificate_ids(uow: UnitOfWork, municipality_id: UUID, offering_id: UUID) -> list[UUID]:
    """Return the ids of the documents that were issued in an offering."""
    found = uow.session.scalars(
        select(Completion.document_id)
        .join(Completion.enrolment)
        .where(
            Completion.municipality_id == municipality_id,
            Completion.passed,
            Enrolment.offering_id == offering_id,
        )
    )
    return [document_id for document_id in found if document_id]


def completions(
    uow: UnitOfWork,
    municipality_id: UUID,
    *,
    text: str,
    offering_id: UUID | None = None,
    cursor: str | None,
) -> Page[Row[Any]]:
    """Return one page of the certificates issued by a municipality, the latest first.

    ``offering_id`` leaves only those of one offering.
    """
    statement = (
        select(
            Completion.id,
            Completion.finalised_at,
            Completion.document_id,
            Offering.ends_on,
            Course.title_fa,
            Course.title_en,
        )
        .join(Completion.enrolment)
        .join(Enrolment.offering)
        .join(Offering.course)
        .where(Completion.municipality_id == municipality_id, Completion.passed)
    )
    if text:
        statement = statement.where(_contains(text))
    if offering_id:
        statement = statement.where(Enrolment.offering_id == offering_id)
    keys = [Completion.finalised_at, Completion.id]
    return fetch(uow.session, statement, keys, cursor, descending=True)
