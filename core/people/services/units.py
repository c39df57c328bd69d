"""The tree of units."""

from __future__ import annotations

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
from core.people.models import Assignment, OrgUnit
from core.people.policies import Span, makes_cycle
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
    units = _locked_tree(uow, place.id)
    unit = OrgUnit(municipality_id=place.id, **data, **_keys(data["name"]))
    _check_place(units, unit.id, data)
    with refusing(uow, _code_taken()):
        uow.session.add(unit)
    _audit_unit(uow, "unit.add", unit, changes({}, dict(data)))
    return unit


def change_unit(uow: UnitOfWork, place: Municipality, unit_id: UUID, data: UnitFacts) -> None:
    """Rename, move or close a unit.

    Raises:
        NotFound: there is no such unit.
        Invalid: a taken code, a place below itself, or an end while it is still needed.
    """
    units = _locked_tree(uow, place.id)
    unit = units.get(unit_id)
    if unit is None:
        raise NotFound()
    detail = changes({name: getattr(unit, name) for name in data}, dict(data))
    if not detail:
        return
    _check_place(units, unit_id, data)
    if data["ends_on"]:
        _check_closing(uow, units, unit, data["ends_on"])
    with refusing(uow, _code_taken()):
        for name, value in {**data, **_keys(data["name"])}.items():
            setattr(unit, name, value)
    _audit_unit(uow, "unit.change", unit, detail)


def _locked_tree(uow: UnitOfWork, municipality_id: UUID) -> dict[UUID, OrgUnit]:
    """All units, locked in one order: two moves that make a cycle only together must wait."""
    rows = uow.session.scalars(
        select(OrgUnit)
        .where(OrgUnit.municipality_id == municipality_id)
        .order_by(OrgUnit.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {unit.id: unit for unit in rows}


def _keys(name: str) -> dict[str, str]:
    return {"name_key": search_key(name), "sort_key": sort_key(name)}


def _check_place(units: dict[UUID, OrgUnit], unit_id: UUID | None, data: UnitFacts) -> None:
    if data["ends_on"] and data["ends_on"] <= data["starts_on"]:
        text = _("The first day is %(day)s.", day=jdate(data["starts_on"]))
        raise Invalid(fields={"last_day": [text]})
    parent_id = data["parent_id"]
    if parent_id is None:
        return
    if parent_id not in units:
        raise Invalid(fields={"parent_id": [_("Choose one of the units in the list.")]})
    parents = {one.id: one.parent_id for one in units.values()}
    if unit_id and makes_cycle(parents, unit_id, parent_id):
        text = _("A unit can't be below itself or below one of its own parts.")
        raise Invalid(fields={"parent_id": [text]})


def _check_closing(
    uow: UnitOfWork, units: dict[UUID, OrgUnit], unit: OrgUnit, ends_on: date
) -> None:
    """Refuse to close what others still hang on, and name how many."""
    parts = [
        one
        for one in units.values()
        if one.parent_id == unit.id and (one.ends_on is None or one.ends_on > ends_on)
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


def _audit_unit(uow: UnitOfWork, action: str, unit: OrgUnit, detail: dict[str, Any]) -> None:
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
