"""The chart of units: one level at a time, and all of it as a nested list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import render_template, request, url_for

from core.accounts.request_state import current
from core.localization import _, ngettext
from core.people import queries
from core.people.chart import ChartUnit, chart_of
from core.people.views.shared import day_asked, day_form, limits, units_blueprint, units_in_reach
from core.policy.access import requires


@units_blueprint.get("/chart")
@requires("people.view")
def chart() -> str:
    """Show a unit (``under``, else the whole municipality) with its parts."""
    state, on = current(), day_asked()
    own = limits("people.view")
    reach = queries.reach(units_in_reach("people.view"), own) if own is not None else None
    top = chart_of(state.uow, state.place.id, on or state.uow.today, reach)
    path = _path(top, request.args.get("under", ""))
    below = path[-1].parts if path else top
    return render_template(
        "people/chart.html",
        path=path,
        below=below,
        tree=[_node(unit) for unit in below],
        staff_of=_staff,
        on=on,
        day_form=day_form(),
    )


def _path(units: list[ChartUnit], wanted: str) -> list[ChartUnit]:
    """Return the way from the top down to the unit of the id ``wanted``; empty for none."""
    return next((found for unit in units for found in _ways(unit, wanted)), [])


def _ways(unit: ChartUnit, wanted: str) -> Iterator[list[ChartUnit]]:
    if str(unit.id) == wanted:
        yield [unit]
    for part in unit.parts:
        yield from ([unit, *way] for way in _ways(part, wanted))


def _node(unit: ChartUnit) -> dict[str, Any]:
    """Return a node as ``details.tree`` draws it."""
    note = _(", ").join(text for text in (unit.head, _staff(unit)) if text)
    return {
        "name": unit.name,
        "note": note,
        "url": url_for("units.chart", under=unit.id, on=day_asked()) if unit.parts else "",
        "children": [_node(part) for part in unit.parts],
    }


def _staff(unit: ChartUnit) -> str:
    count = unit.everybody
    return ngettext("%(num)s employee", "%(num)s employees", count)
