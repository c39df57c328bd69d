"""Deductions that others have from pay, by employment and Jalali month."""

from __future__ import annotations

import enum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, TableClass, TenantKey
from core.database.relations import tenant_fk


class Category(enum.StrEnum):
    """For whom: their order is that in which pay is due to them."""

    COURT = "court"
    TAX = "tax"
    OTHER = "other"


CATEGORIES = ", ".join(f"'{category}'" for category in Category)


class ExternalDeduction(TenantKey, Base):
    """What one creditor gets of one month's pay.

    ``month`` is a Jalali month such as 140509, ``amount`` whole rial, ``creditor_key`` the search
    key of ``creditor``. ``version`` grows with each change; undo of an import relies on it.
    """

    __tablename__ = "external_deduction"
    __table_args__ = (
        tenant_fk("employment_id", "employment"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(f"category in ({CATEGORIES})", name="category"),
        CheckConstraint("creditor_key <> ''", name="creditor_key"),
        CheckConstraint(
            "month between 130001 and 149912 and month % 100 between 1 and 12", name="month"
        ),
        Index(
            "uq_external_deduction_once",
            "municipality_id",
            "employment_id",
            "month",
            "category",
            "creditor_key",
            unique=True,
        ),
    )
    table_class = TableClass.TENANT

    employment_id: Mapped[UUID]
    month: Mapped[int]
    category: Mapped[str]
    creditor: Mapped[str]
    creditor_key: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(server_default=text("1"), default=1)
