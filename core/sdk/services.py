"""What a plugin's ``services.py`` imports: the unit of work and core's services."""

from __future__ import annotations

from core.activation.services import require_not_closing
from core.audit.services import changes, record
from core.database.unit_of_work import Actor, UnitOfWork
from core.database.violations import constraint_of, refusing
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from core.jobs.services import defer
from core.localization import clock
from core.municipalities.queries import get as get_municipality
from core.notifications.services import notify
from core.people.directory import employee_value, employees_of, names_of_people
from core.people.roll import RollLine, roll
from core.people.tenure import tenures

__all__ = [
    "Actor",
    "Conflict",
    "DomainError",
    "Forbidden",
    "Invalid",
    "NotFound",
    "RollLine",
    "UnitOfWork",
    "changes",
    "clock",
    "constraint_of",
    "defer",
    "employee_value",
    "employees_of",
    "get_municipality",
    "names_of_people",
    "notify",
    "record",
    "refusing",
    "require_not_closing",
    "roll",
    "tenures",
]
