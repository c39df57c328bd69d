"""Role and grant."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, Id, TableClass, TenantKey
from core.database.relations import tenant_fk
from core.people.models import PERIOD


class Role(Id, Base):
    """A named set of permissions; core and services suggest them, the organisation edits them.

    ``name`` is the stable key of a suggested role (``training.officer``), or made from the title.
    """

    __tablename__ = "role"
    table_class = TableClass.GLOBAL
    table_reason = "the province has one list of roles; it names no person"

    name: Mapped[str] = mapped_column(unique=True)
    title_fa: Mapped[str]
    title_en: Mapped[str]
    permissions: Mapped[list[Any]] = mapped_column(JSONB)
    suggested_by: Mapped[str] = mapped_column(server_default="", default="")

    def title(self, locale: str) -> str:
        """Return the title in the reader's language."""
        return self.title_fa if locale == "fa" else self.title_en


class RoleGrant(TenantKey, Base):
    """An account holds a role in a municipality, for a period, perhaps in one unit subtree only.

    A grant in the organisation covers every municipality of the province.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        tenant_fk("unit_id", "org_unit"),
        CheckConstraint(PERIOD, name="period"),
        Index("ix_role_grant_account", "account_id"),
    )
    table_class = TableClass.TENANT

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role_id: Mapped[UUID] = mapped_column(ForeignKey("role.id"))
    unit_id: Mapped[UUID | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    granted_by_name: Mapped[str] = mapped_column(server_default="", default="")
    granted_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("now()")
    )
