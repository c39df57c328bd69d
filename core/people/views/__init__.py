"""Pages of people: the desk's list, employees and units; the portal's own record."""

from __future__ import annotations

from core.people.views import changes, chart, employee, family, hiring, lists, saved, tree
from core.people.views.me import blueprint as me
from core.people.views.shared import blueprint as people
from core.people.views.shared import units_blueprint as units

__all__ = [
    "changes",
    "chart",
    "employee",
    "family",
    "hiring",
    "lists",
    "me",
    "people",
    "saved",
    "tree",
    "units",
]
