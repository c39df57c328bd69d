"""Locking the rows that a change builds on, and what every change shares."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.audit.services import record
from core.database.unit_of_work import UnitOfWork
from core.errors import Conflict, NotFound
from core.localization import _
from core.people.models import Employment, Person
from core.people.policies import Span, Status


def locked_employment(
    uow: UnitOfWork, municipality_id: UUID, employment_id: UUID, version: int | None = None
) -> Employment:
    """Return an employment, locked until the transaction ends.

    Raises:
        NotFound: there is none of that id in the municipality.
        Conflict: it isn't at ``version`` any more.
    """
    found = uow.session.execute(
        select(Employment)
        .where(Employment.municipality_id == municipality_id, Employment.id == employment_id)
        # FOR NO KEY UPDATE: rows that only refer to the employment may be added meanwhile.
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound()
    if version is not None and found.version != version:
        raise Conflict()
    return found


def running_employment(
    uow: UnitOfWork, municipality_id: UUID, employment_id: UUID, version: int | None = None
) -> Employment:
    """Return a locked employment that isn't over; raise Conflict if it is."""
    found = locked_employment(uow, municipality_id, employment_id, version)
    if span_of(found).status_on(uow.today) is Status.FORMER:
        raise Conflict(_("This employment is over; it can't be changed any more."), code="over")
    return found


def locked_person(
    uow: UnitOfWork, municipality_id: UUID, employment_id: UUID, version: int | None = None
) -> Person:
    """Return the person of an employment that holds today, locked until the transaction ends.

    Raises:
        NotFound: no such employment in the municipality.
        Conflict: the employment doesn't hold today, so the person isn't this employer's to change;
            or the person isn't at ``version`` any more.
    """
    employment = uow.session.get(Employment, (municipality_id, employment_id))
    if employment is None:
        raise NotFound()
    person = uow.session.execute(
        select(Person)
        .where(Person.id == employment.person_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if person is None or not span_of(employment).holds_on(uow.today):
        raise Conflict(
            _("Personal data can be changed only while the person is employed here."),
            code="not_employed",
        )
    if version is not None and person.version != version:
        raise Conflict()
    return person


def span_of(employment: Employment) -> Span:
    """Return the period of an employment."""
    return Span(employment.starts_on, employment.ends_on)


def audit_employment(
    uow: UnitOfWork,
    action: str,
    employment: Employment,
    detail: dict[str, Any],
    *,
    reason: str = "",
) -> None:
    """Record a change of an employment; the person can see it."""
    record(
        uow,
        action,
        municipality_id=employment.municipality_id,
        subject_type="employment",
        subject_id=employment.id,
        person_id=employment.person_id,
        reason=reason,
        detail=detail,
    )
