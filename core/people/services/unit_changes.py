"""Renaming and moving units from a day on, planned or past."""

from __future__ import annotations

from datetime import date
from typing import TypedDict
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import distinct_on

from core.audit.services import changes
from core.database.unit_of_work import UnitOfWork
from core.errors import Invalid, NotFound
from core.localization import _
from core.localization.filters import jdate
from core.people.models import OrgUnit, OrgUnitChange
from core.people.policies import check_ahead, last_day
from core.people.services.units import (
    audit_unit,
    changes_of,
    check_known,
    check_tree,
    keys_of,
    locked_tree,
)
from core.sdk import Municipality


class UnitChange(TypedDict):
    """What a unit is called and part of from ``starts_on`` on."""

    starts_on: date
    name: str
    parent_id: UUID | None


def plan_unit(uow: UnitOfWork, place: Municipality, unit_id: UUID, data: UnitChange) -> None:
    """Rename or move a unit from a day on; what is planned for later stays.

    The same day replaces what was entered for it.

    Raises:
        NotFound: there is no such unit.
        Invalid: a day when it doesn't exist, or a place below itself or in a closed unit.
    """
    units = locked_tree(uow, place.id)
    unit = units.get(unit_id)
    if unit is None:
        raise NotFound()
    check_known(units, data["parent_id"])
    _check_day(unit, data["starts_on"], uow.today)
    known = changes_of(uow, place.id)
    rows = known.setdefault(unit_id, [])
    if not rows:
        rows.append(_row(unit, unit.starts_on, unit.name, unit.parent_id))
    before = _held(rows, data["starts_on"])
    after = {"name": data["name"], "parent_id": data["parent_id"]}
    detail = changes({"name": before.name, "parent_id": before.parent_id}, after)
    if not detail:
        return
    with uow.session.begin_nested():  # a refusal leaves nothing behind
        _put(rows, unit, data)
        check_tree(units, known, unit, data["starts_on"])
        uow.session.add_all(rows)
    follow(uow, place.id)
    audit_unit(
        uow, "unit.plan", unit, {"starts_on": [None, data["starts_on"].isoformat()], **detail}
    )


def drop_plan(uow: UnitOfWork, place: Municipality, unit_id: UUID, starts_on: date) -> None:
    """Take back what was planned for a day to come.

    Raises:
        NotFound: nothing is planned for the unit on that day.
        Invalid: the tree that is left would not hold together.
    """
    units = locked_tree(uow, place.id)
    known = changes_of(uow, place.id)
    rows = known.get(unit_id, [])
    planned = [row for row in rows[1:] if row.starts_on == starts_on > uow.today]
    if not planned:
        raise NotFound()
    rows.remove(planned[0])
    check_tree(units, known, units[unit_id], starts_on)
    uow.session.delete(planned[0])
    detail = {"starts_on": [starts_on.isoformat(), None], "name": [planned[0].name, None]}
    audit_unit(uow, "unit.drop_plan", units[unit_id], detail)


def follow(uow: UnitOfWork, municipality_id: UUID) -> int:
    """Let units be called and placed as their changes say for today; return how many weren't."""
    row = OrgUnitChange
    now = (
        select(row.unit_id, row.name, row.name_key, row.sort_key, row.parent_id)
        .where(row.municipality_id == municipality_id, row.starts_on <= uow.today)
        .ext(distinct_on(row.unit_id))
        .order_by(row.unit_id, row.starts_on.desc())
        .subquery()
    )
    differs = (OrgUnit.name != now.c.name) | OrgUnit.parent_id.is_distinct_from(now.c.parent_id)
    facts = {name: now.c[name] for name in ("name", "name_key", "sort_key", "parent_id")}
    statement = (
        update(OrgUnit)
        .values(**facts)
        .where(OrgUnit.municipality_id == municipality_id, OrgUnit.id == now.c.unit_id, differs)
        .returning(OrgUnit.id)
    )
    found = uow.session.execute(statement, execution_options={"synchronize_session": False})
    return len(found.all())


def _check_day(unit: OrgUnit, day: date, today: date) -> None:
    check_ahead("starts_on", day, today)
    if day < unit.starts_on:
        text = _("The first day is %(day)s.", day=jdate(unit.starts_on))
    elif unit.ends_on and day >= unit.ends_on:
        text = _("The last day is %(day)s.", day=jdate(last_day(unit.ends_on)))
    else:
        return
    raise Invalid(fields={"starts_on": [text]})


def _held(rows: list[OrgUnitChange], day: date) -> OrgUnitChange:
    return next((row for row in reversed(rows) if row.starts_on <= day), rows[0])


def _put(rows: list[OrgUnitChange], unit: OrgUnit, data: UnitChange) -> None:
    """Enter the change among the others of the unit, in the order of their days."""
    same = next((row for row in rows if row.starts_on == data["starts_on"]), None)
    if same is None:
        rows.append(_row(unit, data["starts_on"], data["name"], data["parent_id"]))
        rows.sort(key=lambda row: row.starts_on)
        return
    for name, value in {**keys_of(data["name"]), "parent_id": data["parent_id"]}.items():
        setattr(same, name, value)


def _row(unit: OrgUnit, starts_on: date, name: str, parent_id: UUID | None) -> OrgUnitChange:
    return OrgUnitChange(
        municipality_id=unit.municipality_id,
        unit_id=unit.id,
        starts_on=starts_on,
        parent_id=parent_id,
        **keys_of(name),
    )
