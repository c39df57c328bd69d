"""A unique key and a reference without the municipality, each an oracle or a leak."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, TableClass, TenantKey


class CrossingCase(TenantKey, Base):
    __tablename__ = "crossing_case"
    table_class = TableClass.TENANT
    number: Mapped[str] = mapped_column(unique=True)
    employment_id: Mapped[UUID] = mapped_column(ForeignKey("employment.id"))


class CrossingGrab(Base):
    """Claims a table of core."""

    __tablename__ = "person"
    __table_args__ = {"extend_existing": True}
    table_class = TableClass.PERSON
