"""Activation of a service in a municipality, and its history."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, TableClass, TenantKey


class ServiceActivation(Base):
    """The present state of a service in a municipality; no row means it was never on."""

    __tablename__ = "service_activation"
    __table_args__ = (CheckConstraint("state in ('off', 'on', 'closing')", name="state"),)
    table_class = TableClass.TENANT

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(
        JSONB, server_default=text("'{}'"), default=dict
    )
    ever_on: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(server_default=text("1"), default=1)


class ServiceActivationChange(TenantKey, Base):
    """One switch or change of settings; append-only.

    ``settings`` is ``{field: [before, after]}`` of a change of settings, secrets masked, and None
    for a switch. ``overridden`` are the blockers against which it was made.
    """

    __tablename__ = "service_activation_change"
    __table_args__ = (
        CheckConstraint("old_state in ('off', 'on', 'closing')", name="old_state"),
        CheckConstraint("new_state in ('off', 'on', 'closing')", name="new_state"),
    )
    table_class = TableClass.TENANT

    service: Mapped[str]
    old_state: Mapped[str]
    new_state: Mapped[str]
    settings: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(server_default="", default="")
    overridden: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"), default=list)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_by: Mapped[UUID | None]
    changed_by_name: Mapped[str]
