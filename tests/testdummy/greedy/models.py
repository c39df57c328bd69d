"""A table without the prefix, one without a class, one with a key that crosses tenants."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, Id, TableClass


class Grabbed(Id, Base):
    __tablename__ = "grabbed"
    table_class = TableClass.GLOBAL
    table_reason = "it is greedy"


class Unclassed(Id, Base):
    __tablename__ = "greedy_unclassed"


class Crossing(Id, Base):
    __tablename__ = "greedy_crossing"
    table_class = TableClass.TENANT
    other_id: Mapped[str] = mapped_column(ForeignKey("good_case.id"))
