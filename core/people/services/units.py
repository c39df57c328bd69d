"""The tree of units."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import func, select

from core.audit.services import changes, record
from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.errors import Invalid, NotFound
from core.localization import _, ngettext
from core.localization.filters import jdate
from core.localization.text import search_key, sort_key
from core.people.models import Assignment, OrgUnit, OrgUnitChange
from core.people.policies import Span, first_cycle, is_part_after
from core.sdk import Municipality


class UnitFacts(TypedDict):
    """A unit; ``ends_on`` is the first day on which it doesn't exist any more."""

    code: str
    name: str
    parent_id: UUID | None
    starts_on: date
    ends_on: date | None


def add_unit(uow: UnitOfWork, place: Municipality, data: UnitFacts) -> OrgUnit:
    """Add a unit below another, or at the top.

    Raises:
        Invalid: a taken code, an unknown parent, an end before the start.
    """
    units = locked_tree(uow, place.id)
    unit = OrgUnit(municipality_id=place.id, **{**data, **keys_of(data["name"])})
    _check_place(units, data)
    with refusing(uow, _code_taken()):
        uow.session.add(unit)
    audit_unit(uow, "unit.add", unit, changes({}, dict(data)))
    return unit


def change_unit(uow: UnitOfWork, place: Municipality, unit_id: UUID, data: UnitFacts) -> None:
    """Correct what a unit is called and part of today, or close it.

    A name or place that holds from a day on is `plan_unit`'s. Raises:
        NotFound: there is no such unit.
        Invalid: a taken code, a place below itself, or an end while it is still needed.
    """
    units = locked_tree(uow, place.id)
    unit = units.get(unit_id)
    if unit is None:
        raise NotFound()
    detail = changes({name: getattr(unit, name) for name in data}, dict(data))
    if not detail:
        return
    _check_place(units, data)
    known = changes_of(uow, place.id)
    if data["ends_on"]:
        _check_closing(uow, units, known, unit, data["ends_on"])
    with refusing(uow, _code_taken()):
        for name, value in {**data, **keys_of(data["name"])}.items():
            setattr(unit, name, value)
        _correct(known.get(unit_id, []), unit, uow.today)
        check_tree(units, known, unit, data["starts_on"])
    audit_unit(uow, "unit.change", unit, detail)


def locked_tree(uow: UnitOfWork, municipality_id: UUID) -> dict[UUID, OrgUnit]:
    """Return all units, locked in one order: moves that make a cycle only together must wait."""
    rows = uow.session.scalars(
        select(OrgUnit)
        .where(OrgUnit.municipality_id == municipality_id)
        .order_by(OrgUnit.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {unit.id: unit for unit in rows}


def changes_of(uow: UnitOfWork, municipality_id: UUID) -> dict[UUID, list[OrgUnitChange]]:
    """Return the changes of each unit that has any, the earliest first."""
    found: dict[UUID, list[OrgUnitChange]] = {}
    rows = uow.session.scalars(
        select(OrgUnitChange)
        .where(OrgUnitChange.municipality_id == municipality_id)
        .order_by(OrgUnitChange.starts_on)
        .execution_options(populate_existing=True)
    )
    for row in rows:
        found.setdefault(row.unit_id, []).append(row)
    return found


def _correct(rows: list[OrgUnitChange], unit: OrgUnit, today: date) -> None:
    """Say the same of a unit in its change that holds today."""
    held = next((row for row in reversed(rows) if row.starts_on <= today), None)
    if held is not None:
        for name, value in {**keys_of(unit.name), "parent_id": unit.parent_id}.items():
            setattr(held, name, value)


def keys_of(name: str) -> dict[str, str]:
    """Return a name with the keys that it is found and sorted by."""
    return {"name": name, "name_key": search_key(name), "sort_key": sort_key(name)}


def check_tree(
    units: Mapping[UUID, OrgUnit],
    known: Mapping[UUID, list[OrgUnitChange]],
    unit: OrgUnit,
    since: date,
) -> None:
    """Refuse a place of ``unit`` that is below itself, or not open, on any day from ``since``."""
    history = _history(units, known)
    if first_cycle(history, unit.id, since):
        text = _("A unit can't be below itself or below one of its own parts.")
        raise Invalid(fields={"parent_id": [text]})
    for above in units.values():
        existence = Span(unit.starts_on, unit.ends_on)
        if above.ends_on and is_part_after(
            history[unit.id], existence, above.id, max(since, above.ends_on)
        ):
            text = _(
                "The unit “%(unit)s” does not exist on %(day)s.",
                unit=above.name,
                day=jdate(max(since, above.ends_on)),
            )
            raise Invalid(fields={"parent_id": [text]})


def _history(
    units: Mapping[UUID, OrgUnit], known: Mapping[UUID, list[OrgUnitChange]]
) -> dict[UUID, list[tuple[date, UUID | None]]]:
    return {
        one.id: [(row.starts_on, row.parent_id) for row in known.get(one.id, [])]
        or [(one.starts_on, one.parent_id)]
        for one in units.values()
    }


def _check_place(units: Mapping[UUID, OrgUnit], data: UnitFacts) -> None:
    if data["ends_on"] and data["ends_on"] <= data["starts_on"]:
        text = _("The first day is %(day)s.", day=jdate(data["starts_on"]))
        raise Invalid(fields={"last_day": [text]})
    check_known(units, data["parent_id"])


def check_known(units: Mapping[UUID, OrgUnit], parent_id: UUID | None) -> None:
    """Refuse a place in a unit of nowhere."""
    if parent_id is not None and parent_id not in units:
        raise Invalid(fields={"parent_id": [_("Choose one of the units in the list.")]})


def _check_closing(
    uow: UnitOfWork,
    units: Mapping[UUID, OrgUnit],
    known: Mapping[UUID, list[OrgUnitChange]],
    unit: OrgUnit,
    ends_on: date,
) -> None:
    """Refuse to close what others still hang on, and name how many."""
    history = _history(units, known)
    parts = [
        one
        for one in units.values()
        if is_part_after(history[one.id], Span(one.starts_on, one.ends_on), unit.id, ends_on)
    ]
    if parts:
        text = ngettext(
            "%(num)s unit below it stays open after that day. Close or move it first.",
            "%(num)s units below it stay open after that day. Close or move them first.",
            len(parts),
        )
        raise Invalid(fields={"last_day": [text]})
    staff = _staff_after(uow, unit, ends_on)
    if staff:
        text = ngettext(
            "%(num)s employee works there after that day. Move that one first.",
            "%(num)s employees work there after that day. Move them first.",
            staff,
        )
        raise Invalid(fields={"last_day": [text]})


def _staff_after(uow: UnitOfWork, unit: OrgUnit, ends_on: date) -> int:
    row = Assignment
    return uow.session.execute(
        select(func.count()).where(
            row.municipality_id == unit.municipality_id,
            row.unit_id == unit.id,
            row.ends_on.is_(None) | (row.ends_on > ends_on),
        )
    ).scalar_one()


def _code_taken() -> dict[str, Invalid]:
    text = _("Another unit has this code.")
    return {"uq_org_unit_municipality_id_code": Invalid(fields={"code": [text]})}


def audit_unit(uow: UnitOfWork, action: str, unit: OrgUnit, detail: dict[str, Any]) -> None:
    """Record an act about a unit."""
    record(
        uow,
        action,
        municipality_id=unit.municipality_id,
        subject_type="unit",
        subject_id=unit.id,
        detail=detail,
    )


def unit_on(uow: UnitOfWork, municipality_id: UUID, unit_id: UUID, day: date) -> OrgUnit:
    """Return a unit that exists on ``day``; raise Invalid at ``unit_id`` if it doesn't."""
    unit = uow.session.get(OrgUnit, (municipality_id, unit_id), with_for_update={"read": True})
    if unit is None:
        raise Invalid(fields={"unit_id": [_("Choose one of the units in the list.")]})
    if not Span(unit.starts_on, unit.ends_on).holds_on(day):
        text = _("The unit “%(unit)s” does not exist on %(day)s.", unit=unit.name, day=jdate(day))
        raise Invalid(fields={"unit_id": [text]})
    return unit
