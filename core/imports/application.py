"""Writing examined rows into the tables, set by set; what is done is noted for undo.

Works on the temporary table of `core.imports.staging`, after `core.imports.examination`.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert

from core.activation.queries import services_ever_on, services_on
from core.database.keys import new_id
from core.database.unit_of_work import UnitOfWork
from core.imports import application_sql as sql
from core.imports.examination import Verdict, counts, noticing_guesses
from core.imports.mapping import Blame
from core.imports.staging import as_json
from core.people.models import OrgUnit, Post
from core.people.services.telling import tell_linked
from core.plugin_host.hooks import Hooks
from core.sdk import Municipality

FIRST_CODE: Final = 101
"""Code of the first unit that a file names without one."""
NEW: Final = (
    sql.NEW_EMPLOYMENTS,
    sql.NEW_ASSIGNMENTS,
    sql.NEW_SALARIES,
)
CHANGED: Final = (
    sql.CHANGE_PERSONS,
    sql.RENAME_ACCOUNTS,
    *sql.MOVE_STARTS,
    *sql.DROP_LATER,
    sql.MOVE_ENDS,
    sql.CHANGE_EMPLOYMENTS,
    sql.MEND_ASSIGNMENTS,
)


def write(
    uow: UnitOfWork, place: Municipality, run_id: UUID, number: int, columns: dict[str, Blame]
) -> tuple[dict[str, int], str]:
    """Write what the examined rows say; return counts by verdict and the effects as JSON.

    ``columns`` names the column to blame for each reason of `core.imports.examination`.
    """
    parameters = {"place": place.id, "run": run_id, "number": number, "today": uow.today}
    units, posts = _add_units(uow, place.id), _add_posts(uow, place.id)
    _add_employees(uow, parameters)
    found = counts(uow)
    before = _change(uow, parameters) if found[Verdict.CHANGED] else "[]"
    if found[Verdict.REFUSED]:
        uow.session.execute(sql.REFUSE, {**parameters, "columns": as_json(columns)})
    noted = {"units": as_json(units), "posts": as_json(posts), "changed": before}
    effects = uow.session.execute(sql.EFFECTS, noted).scalar_one()
    return found, as_json(effects)


def _add_employees(uow: UnitOfWork, parameters: dict[str, Any]) -> None:
    with noticing_guesses():
        uow.session.execute(sql.LINK, parameters)
    for statement in NEW:
        uow.session.execute(statement, parameters)
    some = uow.session.execute(sql.SOME, parameters).one()
    if some.linked:
        uow.session.execute(sql.TAKE_OVER_NAMES, parameters)
    if some.shebas:
        uow.session.execute(sql.FIRST_SHEBAS, parameters)
    if some.older_than_units:  # reads the effects of all chunks, which are large
        uow.session.execute(sql.BEGIN_UNITS, parameters)


def _change(uow: UnitOfWork, parameters: dict[str, Any]) -> str:
    """Change those that differ; return how they were before, as JSON."""
    before: str = uow.session.execute(sql.BEFORE, parameters).scalar_one()
    for statement in CHANGED:
        uow.session.execute(statement, parameters)
    cut = [dict(row._mapping) for row in uow.session.execute(sql.NEXT_ASSIGNMENTS, parameters)]
    uow.session.execute(sql.ADD_ASSIGNMENTS, {**parameters, "cut": as_json(cut)})
    uow.session.execute(sql.SET_SALARIES, parameters)
    return before


def _add_units(uow: UnitOfWork, place_id: UUID) -> list[UUID]:
    """Add the units that are missing, those without a code under the next number."""
    missing = uow.session.execute(sql.MISSING_UNITS).mappings().all()
    if not missing:
        return []
    highest = uow.session.execute(sql.HIGHEST_CODE, {"place": place_id}).scalar_one()
    code = max(highest or 0, FIRST_CODE - 1)
    rows: list[dict[str, Any]] = []
    for unit in missing:
        code += unit["unit_code"] is None
        facts = {key: unit[key] for key in ("name", "name_key", "sort_key", "starts_on")}
        named = unit["unit_code"] or str(code)
        rows.append({"municipality_id": place_id, "id": new_id(), "code": named, **facts})
    uow.session.execute(insert(OrgUnit), rows)
    uow.session.execute(sql.FIND_UNITS, {"place": place_id})
    return [row["id"] for row in rows]


def _add_posts(uow: UnitOfWork, place_id: UUID) -> list[UUID]:
    rows = [
        {"municipality_id": place_id, "id": new_id(), **post}
        for post in uow.session.execute(sql.MISSING_POSTS).mappings()
    ]
    if rows:
        uow.session.execute(insert(Post), rows)
        uow.session.execute(sql.FIND_POSTS, {"place": place_id})
    return [row["id"] for row in rows]


def mark(
    uow: UnitOfWork, place_id: UUID, run_id: UUID, number: int, done: dict[str, int], effects: str
) -> None:
    """Note that a chunk was applied; raises RuntimeError if it was already.

    The constraint behind at-most-once: what the transaction wrote goes with this note or not
    at all.
    """
    parameters = {
        "place": place_id,
        "run": run_id,
        "number": number,
        "now": uow.now,
        "counts": as_json(done),
        "effects": effects,
    }
    if uow.session.execute(sql.MARK, parameters).scalar_one_or_none() is None:
        raise RuntimeError("this chunk was applied already")


def tell(uow: UnitOfWork, hooks: Hooks, place: Municipality) -> None:
    """Tell the services, in one batch, whose employment began and whose ended."""
    tell_linked(uow, place, uow.session.scalars(sql.LINKED).all())
    began = list(uow.session.scalars(sql.BEGAN, {"today": uow.today}))
    if began:
        only = services_on(uow, place)
        hooks.employee_hired(uow=uow, municipality=place, employment_ids=began, only=only)
    ended = list(uow.session.scalars(sql.ENDED))
    if ended:
        ever = services_ever_on(uow, place)
        hooks.employee_left(uow=uow, municipality=place, employment_ids=ended, ever=ever)
