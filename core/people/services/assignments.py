"""Where an employee works from a day on."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.errors import Conflict
from core.people import policies
from core.people.models import Assignment, Employment, OrgUnit, Post
from core.people.services.locks import audit_employment, running_employment, span_of
from core.people.services.posts import post_of
from core.people.services.units import unit_on
from core.sdk import Municipality


def assign(
    uow: UnitOfWork,
    place: Municipality,
    employment_id: UUID,
    *,
    version: int,
    unit_id: UUID,
    post_id: UUID | None,
    starts_on: date,
) -> None:
    """Let an employee work in a unit from a day on; the assignment before ends there.

    A later one that is planned already stays. The same first day replaces what was entered.

    Raises:
        Conflict: the employment was changed meanwhile or is over.
        Invalid: a day outside the employment, or a unit that doesn't exist then.
    """
    employment = running_employment(uow, place.id, employment_id, version)
    policies.check_within("starts_on", starts_on, span_of(employment))
    policies.check_ahead("starts_on", starts_on, uow.today)
    unit = unit_on(uow, place.id, unit_id, starts_on)
    post = post_of(uow, place.id, post_id) if post_id else None
    history = _history(uow, employment)
    spans = [policies.Span(one.starts_on, one.ends_on) for one in history]
    fit = policies.insertion(spans, starts_on, employment.ends_on)
    before = next((history[i] for i, span in enumerate(spans) if span.holds_on(starts_on)), None)
    detail = {
        "starts_on": [None, starts_on.isoformat()],
        "unit": [before.unit.name if before else None, unit.name],
        "post": [before.post.title if before and before.post else None, post and post.title],
    }
    with refusing(uow, {"ex_assignment_primary": Conflict()}):
        _insert(uow, employment, history, fit, starts_on, unit, post)
    employment.version += 1
    audit_employment(uow, "employment.assign", employment, detail)


def _history(uow: UnitOfWork, employment: Employment) -> list[Assignment]:
    return list(
        uow.session.scalars(
            select(Assignment)
            .where(
                Assignment.municipality_id == employment.municipality_id,
                Assignment.employment_id == employment.id,
                Assignment.is_primary,
            )
            .order_by(Assignment.starts_on)
            .execution_options(populate_existing=True)
        )
    )


def _insert(
    uow: UnitOfWork,
    employment: Employment,
    history: list[Assignment],
    fit: policies.Insertion,
    starts_on: date,
    unit: OrgUnit,
    post: Post | None,
) -> None:
    post_id = post.id if post else None
    if fit.replaces is not None:
        history[fit.replaces].unit_id = unit.id
        history[fit.replaces].post_id = post_id
        return
    if fit.cuts is not None:
        history[fit.cuts].ends_on = starts_on
        uow.session.flush()  # room first: the exclusion constraint looks at each statement
    uow.session.add(
        Assignment(
            municipality_id=employment.municipality_id,
            employment_id=employment.id,
            unit_id=unit.id,
            post_id=post_id,
            starts_on=starts_on,
            ends_on=fit.ends_on,
        )
    )


def end_with(uow: UnitOfWork, employment: Employment, old_end: date | None) -> dict[str, Any]:
    """Let the assignments end with their employment, whose end moved from ``old_end``.

    Those that ended with it before go along; planned ones after the end fall away. Returns
    what the audit says of it.
    """
    dropped = 0
    new_end = employment.ends_on
    for one in _history(uow, employment):
        if new_end and one.starts_on >= new_end:
            uow.session.delete(one)
            dropped += 1
        elif one.ends_on == old_end or (new_end and (one.ends_on is None or one.ends_on > new_end)):
            one.ends_on = new_end
    uow.session.flush()
    return {"dropped_assignments": dropped} if dropped else {}


def move_start(uow: UnitOfWork, employment: Employment, old_start: date) -> None:
    """Let the assignment that began with the employment begin with it again."""
    for one in _history(uow, employment):
        if one.starts_on == old_start:
            one.starts_on = employment.starts_on


def marks(uow: UnitOfWork, employment: Employment) -> list[date]:
    """Return the days on which something changes between the employment's ends."""
    history = _history(uow, employment)
    ends = [one.ends_on for one in history if one.ends_on and one.ends_on != employment.ends_on]
    return [one.starts_on for one in history] + ends
