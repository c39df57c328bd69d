"""What a plugin's ``models.py`` imports: the base, keys, classes of tables, relations."""

from __future__ import annotations

from core.database.base import Base, Id, Rial, TableClass, TenantKey
from core.database.keys import new_id
from core.database.relations import tenant_fk, to

__all__ = ["Base", "Id", "Rial", "TableClass", "TenantKey", "new_id", "tenant_fk", "to"]
