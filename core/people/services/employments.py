"""Changing and ending an employment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, TypedDict
from uuid import UUID

from core.audit.services import changes
from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.errors import Conflict
from core.localization import _
from core.people import policies
from core.people.directory import birth_date_of
from core.people.models import Employment
from core.people.services import assignments, clearance, salaries, telling
from core.people.services.hiring import number_taken
from core.people.services.locks import (
    audit_employment,
    locked_employment,
    running_employment,
    span_of,
)
from core.plugin_host.host import PluginHost
from core.sdk import Municipality, Obstacle


class EmploymentFacts(TypedDict):
    """What may be changed of an employment that isn't over."""

    personnel_number: str
    kind: str
    starts_on: date


def change_employment(
    uow: UnitOfWork,
    host: PluginHost,
    place: Municipality,
    employment_id: UUID,
    data: EmploymentFacts,
    *,
    version: int,
) -> None:
    """Change kind, personnel number or first day; unit and pay of the first day move along.

    Raises:
        Conflict: changed meanwhile, or over.
        Invalid: a taken number, or a first day that can't be.
    """
    employment = running_employment(uow, place.id, employment_id, version)
    old = span_of(employment)
    detail = changes({name: getattr(employment, name) for name in data}, dict(data))
    if not detail:
        return
    if data["starts_on"] != old.starts_on:
        _check_start(uow, employment, data["starts_on"])
    with refusing(uow, number_taken()):
        employment.personnel_number = data["personnel_number"]
        employment.kind = data["kind"]
        employment.starts_on = data["starts_on"]
    if employment.starts_on != old.starts_on:
        _move_start(uow, host, place, employment, old)
    employment.version += 1
    audit_employment(uow, "employment.change", employment, detail)


def _check_start(uow: UnitOfWork, employment: Employment, starts_on: date) -> None:
    policies.check_ahead("starts_on", starts_on, uow.today)
    policies.check_birth(birth_date_of(uow, employment), starts_on)
    facts = assignments.marks(uow, employment) + salaries.marks(uow, employment)
    policies.check_new_start(span_of(employment), starts_on, facts)


def _move_start(
    uow: UnitOfWork,
    host: PluginHost,
    place: Municipality,
    employment: Employment,
    old: policies.Span,
) -> None:
    assignments.move_start(uow, employment, old.starts_on)
    salaries.move_start(uow, employment, old.starts_on)
    telling.schedule(uow, employment)
    if old.starts_on > uow.today >= employment.starts_on:
        telling.tell_began(uow, host, place, [employment])


def end_employment(
    uow: UnitOfWork,
    host: PluginHost,
    place: Municipality,
    employment_id: UUID,
    *,
    version: int,
    last_day: date,
    end_reason: str,
    note: str = "",
    override: str = "",
    may_override: bool = False,
) -> None:
    """End an employment after its last day; services are told when that day is past.

    A planned end may be moved; once it is over only another past day is possible. Assignments
    end with it, and what was planned for later falls away. What services say must be settled
    first stands against it, unless ``override`` says why and the actor ``may_override``.

    Raises:
        Conflict: the employment was changed meanwhile.
        Invalid: a last day that can't be, or something to be settled.
    """
    employment = locked_employment(uow, place.id, employment_id, version)
    old, ends_on = span_of(employment), last_day + policies.DAY
    policies.check_end(old, ends_on, uow.today)
    found: tuple[Obstacle, ...] = ()
    if ends_on != old.ends_on and old.status_on(uow.today) is not policies.Status.FORMER:
        found = clearance.obstacles(uow, host, place, employment_id, ends_on)
        clearance.require_settled(found, override, may_override=may_override)
    settled = clearance.overridden(found, override)
    close_employment(uow, host, place, employment, ends_on, end_reason, note=note, also=settled)


def close_employment(
    uow: UnitOfWork,
    host: PluginHost,
    place: Municipality,
    employment: Employment,
    ends_on: date,
    end_reason: str,
    *,
    note: str = "",
    also: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """End a locked employment whose end was checked; ``also`` is kept in the audit with it."""
    old = span_of(employment)
    after: dict[str, Any] = {"ends_on": ends_on, "end_reason": end_reason}
    before = {name: getattr(employment, name) for name in after}
    detail: dict[str, Any] = {**changes(before, after)}
    if not detail:
        return
    _set_end(uow, employment, ends_on, end_reason)
    detail |= assignments.end_with(uow, employment, old.ends_on)
    detail |= salaries.drop_after(uow, employment)
    audit_employment(uow, "employment.end", employment, {**detail, **also}, reason=note)
    was_over = old.status_on(uow.today) is policies.Status.FORMER
    if ends_on <= uow.today and not was_over:
        telling.tell_ended(uow, host, place, [employment])


def cancel_end(uow: UnitOfWork, place: Municipality, employment_id: UUID, *, version: int) -> None:
    """Take a planned end back before it comes; what it dropped doesn't return.

    Raises:
        Conflict: it is over, has no planned end, or was changed meanwhile.
    """
    employment = running_employment(uow, place.id, employment_id, version)
    old_end = employment.ends_on
    if old_end is None:
        raise Conflict(_("No end is planned for this employment."), code="no_end")
    _set_end(uow, employment, None, "")
    assignments.end_with(uow, employment, old_end)
    detail = {"ends_on": [old_end.isoformat(), None]}
    audit_employment(uow, "employment.cancel_end", employment, detail)


def _set_end(uow: UnitOfWork, employment: Employment, ends_on: date | None, reason: str) -> None:
    employment.ends_on = ends_on
    employment.end_reason = reason
    employment.version += 1
    telling.schedule(uow, employment)
    uow.session.flush()
    uow.session.expire(employment, ["snapshot"])  # a trigger took it
