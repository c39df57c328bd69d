"""Delegation."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, TableClass, TenantKey

LIVE = "ended_at is null"


class Delegation(TenantKey, Base):
    """The giver lets the delegate decide requests in his name, from ``starts_on``.

    ``ends_on`` is the first day after. ``permissions`` limits it to steps that ask for one of
    them (None = all that the giver may decide); what counts is always what he holds on the day.
    A row never changes, except that it is ended before its time. A trigger refuses circles and
    chains longer than three (`ck_delegation_acyclic`, `ck_delegation_depth`).
    """

    __tablename__ = "delegation"
    __table_args__ = (
        UniqueConstraint("municipality_id", "id", "delegate_id"),
        CheckConstraint("giver_id <> delegate_id", name="not_oneself"),
        CheckConstraint("starts_on < ends_on", name="period"),
        CheckConstraint("cardinality(permissions) > 0", name="permissions"),
        CheckConstraint("(ended_at is null) = (ended_by_name = '')", name="ended"),
        ExcludeConstraint(
            ("municipality_id", "="),
            ("giver_id", "="),
            ("delegate_id", "="),
            (text("daterange(starts_on, ends_on)"), "&&"),
            where=text(LIVE),
            name="ex_delegation_once",
            using="gist",
        ),
        Index(
            "ix_delegation_delegate",
            "municipality_id",
            "delegate_id",
            postgresql_where=text(LIVE),
        ),
        Index("ix_delegation_ends_on", "municipality_id", "ends_on", "id"),
    )
    table_class = TableClass.TENANT

    giver_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    giver_name: Mapped[str]
    delegate_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    delegate_name: Mapped[str]
    permissions: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(server_default="", default="")
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_name: Mapped[str] = mapped_column(server_default="", default="")
