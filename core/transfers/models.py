"""A transfer of an employee (انتقال) between two municipalities, from release to answer."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, FetchedValue, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, TableClass, TenantKey
from core.database.relations import tenant_fk


class TransferState(enum.StrEnum):
    """Where a transfer stands; everything but ``pending`` is final."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    LAPSED = "lapsed"
    """The employment ended before the day of the transfer (a trigger sees to it)."""


STATES = ", ".join(f"'{state}'" for state in TransferState)


class Transfer(TenantKey, Base):
    """What ``municipality_id`` releases and ``to_municipality_id`` may accept.

    ``starts_on`` is the first day with the new employer. ``shown`` is all that the new employer
    sees of the person before it accepts: name, national_id (masked), kind, post. A trigger takes
    ``person_id`` from the employment. ``new_employment_id`` is the employment of the accepting
    side: no foreign key, for those never cross municipalities.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        tenant_fk("employment_id", "employment"),
        CheckConstraint(f"state in ({STATES})", name="state"),
        CheckConstraint("to_municipality_id <> municipality_id", name="elsewhere"),
        CheckConstraint("(state = 'pending') = (closed_at is null)", name="closed"),
        CheckConstraint("(state = 'accepted') = (new_employment_id is not null)", name="accepted"),
        Index(
            "uq_transfer_pending",
            "municipality_id",
            "employment_id",
            unique=True,
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_transfer_to", "to_municipality_id", "state"),
        Index("ix_transfer_person", "person_id"),
    )
    table_class = TableClass.SHARED

    to_municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"))
    employment_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), FetchedValue())
    new_employment_id: Mapped[UUID | None]
    starts_on: Mapped[date]
    state: Mapped[str] = mapped_column(server_default=TransferState.PENDING)
    shown: Mapped[dict[str, Any]] = mapped_column(JSONB)
    note: Mapped[str] = mapped_column(server_default="", default="")
    released_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    released_by: Mapped[str]
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_by: Mapped[str] = mapped_column(server_default="", default="")
    reason: Mapped[str] = mapped_column(server_default="", default="")
