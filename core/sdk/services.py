"""What a plugin's ``services.py`` imports: the unit of work and core's services."""

from __future__ import annotations

from core.audit.services import changes, record
from core.database.unit_of_work import Actor, UnitOfWork
from core.database.violations import constraint_of, refusing
from core.localization import clock

__all__ = ["Actor", "UnitOfWork", "changes", "clock", "constraint_of", "record", "refusing"]
