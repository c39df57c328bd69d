"""Relationships over composite tenant keys."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKeyConstraint, and_
from sqlalchemy.orm import Mapped, foreign, relationship


def tenant_fk(column: str, table: str, **options: Any) -> ForeignKeyConstraint:
    """Return the two-column foreign key ``(municipality_id, column) → table``."""
    return ForeignKeyConstraint(
        ["municipality_id", column], [f"{table}.municipality_id", f"{table}.id"], **options
    )


def to(child: str, column: str, target: str, **options: Any) -> Mapped[Any]:
    """Return a relationship from model ``child`` by ``column`` to a row of the same municipality.

    A plain relationship over the two-column key warns, as several would write
    ``municipality_id``, and setting one to None would raise; here only ``column`` is written.
    ``child`` and ``target`` are class names, so that modules need not import each other.
    """

    def join() -> Any:
        from core.database.base import Base

        models = {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}
        here, there = models[child], models[target]
        return and_(
            foreign(getattr(here, column)) == there.id,
            here.municipality_id == there.municipality_id,
        )

    return relationship(target, primaryjoin=join, **options)
