"""One table that keeps to the rules."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core.database.base import Base, TableClass, TenantKey


class GoodCase(TenantKey, Base):
    """A case."""

    __tablename__ = "good_case"
    table_class = TableClass.TENANT
    note: Mapped[str]
