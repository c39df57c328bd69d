"""What must be settled before an employment ends (تسویه حساب), as the services say it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from core.activation.queries import services_ever_on
from core.database.unit_of_work import UnitOfWork
from core.errors import Invalid
from core.localization import _
from core.people.directory import employee_value
from core.plugin_host.answers import HookError
from core.plugin_host.host import PluginHost
from core.sdk import Municipality, Obstacle

SILENT = "silent"
"""Code of the obstacle that a service which can't answer is."""


def obstacles(
    uow: UnitOfWork, host: PluginHost, place: Municipality, employment_id: UUID, ends_on: date
) -> tuple[Obstacle, ...]:
    """Return what stands against an end before ``ends_on``.

    A service that can't answer is an obstacle itself: nothing may be concluded from its silence,
    but a death must be entered all the same.
    """
    employee = employee_value(uow, place, employment_id)
    ever = services_ever_on(uow, place)
    if employee is None or not ever:
        return ()
    try:
        answers = host.hooks.clearance_obstacles(
            uow=uow, employee=employee, ends_on=ends_on, ever=ever
        )
    except HookError as error:
        plugin = host.get(error.plugin)
        name = plugin.title if plugin else error.plugin
        return (Obstacle(SILENT, _("%(service)s can't say what is open", service=name)),)
    return tuple(answer.value for answer in answers)


def require_settled(found: tuple[Obstacle, ...], override: str, *, may_override: bool) -> None:
    """Raise Invalid while something is open, unless it may be overridden and a reason is given."""
    if not found:
        return
    if not may_override:
        text = _("This must be settled first: %(what)s", what=_listed(found))
        raise Invalid(text, code="obstacles")
    if not override:
        text = _(
            "Still open: %(what)s. Say why the employment ends all the same.", what=_listed(found)
        )
        raise Invalid(fields={"override": [text]}, code="obstacles")


def overridden(found: tuple[Obstacle, ...], override: str) -> dict[str, Any]:
    """Return what the audit keeps of obstacles that were overridden."""
    return {"overridden": _listed(found), "override": override} if found else {}


def _listed(found: tuple[Obstacle, ...]) -> str:
    return _(", ").join(str(one.title) for one in found)
