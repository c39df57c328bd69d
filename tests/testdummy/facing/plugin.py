"""Shows up wherever the portal and the desk let services show up; needs no tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from core.sdk import (
    Category,
    Employee,
    Figure,
    HomeCard,
    Municipality,
    NavigationItem,
    Period,
    Task,
    Viewer,
    hookimpl,
)
from tests.testdummy.manifests import manifest

if TYPE_CHECKING:
    from flask import Blueprint

MANIFEST = manifest("facing", title="Guest house", category=Category.WELFARE, icon="home")
tasks: list[Task] = []
"""What `hamyar_tasks` answers; tests put tasks in."""


@hookimpl
def hamyar_blueprints() -> list[Blueprint]:
    from flask import Blueprint

    from core.policy.access import employee, requires

    blueprint = Blueprint("facing", __name__)
    blueprint.add_url_rule("/", "front", employee(_page("front")))
    blueprint.add_url_rule("/desk", "desk", requires("facing.view")(_page("desk")))
    return [blueprint]


def _page(name: str) -> Callable[..., Any]:
    def page() -> str:
        from flask import render_template_string

        return render_template_string(
            "{% extends 'layouts/portal.html' %}{% block heading %}" + name + "{% endblock %}"
        )

    return page


@hookimpl
def hamyar_navigation(municipality: Municipality, viewer: Viewer) -> list[NavigationItem]:
    if not viewer.can("facing.view", municipality.id):
        return []
    return [NavigationItem("Guest house", f"/m/{municipality.code}/facing/desk")]


@hookimpl
def hamyar_home_cards(employee: Employee) -> list[HomeCard]:
    url = f"/m/{employee.municipality.code}/facing/"
    summary = f"Booked for {employee.name}"
    return [HomeCard("Guest house", summary, url, figure="Room 7", percent=40)]


@hookimpl
def hamyar_tasks() -> list[Task]:
    return list(tasks)


@hookimpl
def hamyar_dashboard_figures(period: Period) -> list[Figure]:
    return [Figure("Nights", (period.end - period.start).days, unit="nights")]


def task(title: str, due: date | None = None) -> Task:
    """Return a task with a link somewhere."""
    return Task(title, "/services", due=due)
