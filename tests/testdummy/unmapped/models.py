"""A relationship to nowhere: left in place, it would make every query of core fail."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped, relationship

from core.database.base import Base, TableClass, TenantKey


class Broken(TenantKey, Base):
    __tablename__ = "unmapped_broken"
    table_class = TableClass.TENANT
    nowhere: Mapped[Any] = relationship("NoSuchClass")
