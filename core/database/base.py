"""The declarative base, the constraint names and the five classes of tables.

Every table says which class it is in; `tests/architecture/test_table_classes.py` walks
``pg_catalog`` and compares keys and policies with what the class promises (docs/adr/0002).
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Date, DateTime, ForeignKey, Integer, LargeBinary, MetaData, Text
from sqlalchemy import Uuid as SqlUuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from core.database.keys import new_id


class TableClass(enum.StrEnum):
    """How a table is isolated."""

    TENANT = "tenant"
    """``municipality_id`` comes first in every key; rows are seen inside the scope only."""
    PERSON = "person"
    """Seen by the person and where he is employed today."""
    SHARED = "shared"
    """Owned by one municipality, offered to an audience of others."""
    EXCLUSIVITY = "exclusivity"
    """Hashes that must be unique across municipalities; written by a definer function only."""
    GLOBAL = "global"
    """No isolation in the database; the reason stands in ``table_reason``."""


NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all models, core's and the plugins'.

    Subclasses set ``table_class`` and, for global tables, ``table_reason``.
    """

    # A registry instead of a type_annotation_map: Flask-SQLAlchemy 3.1 copies the class body,
    # and SQLAlchemy 2.1 refuses a map beside the copied registry.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            int: Integer,
            str: Text,
            bytes: LargeBinary,
            date: Date,
            datetime: DateTime(timezone=True),
            UUID: SqlUuid(),
            dict[str, Any]: JSONB,
            list[Any]: JSONB,
        },
    )
    table_class: ClassVar[TableClass]
    table_reason: ClassVar[str] = ""


class TenantKey:
    """Primary key ``(municipality_id, id)`` of a tenant table.

    A single-column key would let a foreign key cross municipalities unseen.
    """

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class Id:
    """Primary key of tables that belong to no municipality."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


Rial = BigInteger
"""Money: integer rial in 64 bits."""
