"""Municipality: the tenant. The organisation is one of them (``kind = organisation``)."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, Id, TableClass


class MunicipalityKind(enum.StrEnum):
    """What a tenant is."""

    ORGANISATION = "organisation"
    MUNICIPALITY = "municipality"


class Municipality(Id, Base):
    """A municipality (شهرداری) or the provincial organisation (سازمان همیاری).

    ``code`` is the slug in addresses (``/m/karaj/``). ``weekend`` lists the closed days of the
    week, Saturday = 0 … Friday = 6. The ``hr_*`` columns are whom employees ask.
    """

    __tablename__ = "municipality"
    __table_args__ = (
        CheckConstraint("kind in ('organisation', 'municipality')", name="kind"),
        CheckConstraint("code ~ '^[a-z][a-z0-9-]{1,39}$'", name="code"),
        CheckConstraint("population >= 0", name="population"),
    )
    table_class = TableClass.GLOBAL
    table_reason = "names of municipalities are public and every page shows them"

    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default=MunicipalityKind.MUNICIPALITY)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("municipality.id"))
    name_fa: Mapped[str]
    name_en: Mapped[str]
    province_fa: Mapped[str] = mapped_column(server_default="")
    county_fa: Mapped[str] = mapped_column(server_default="")
    population: Mapped[int | None]
    hr_name: Mapped[str] = mapped_column(server_default="")
    hr_phone: Mapped[str] = mapped_column(server_default="")
    hr_email: Mapped[str] = mapped_column(server_default="")
    weekend: Mapped[list[int]] = mapped_column(
        ARRAY(SmallInteger), server_default=text("'{6}'"), default=lambda: [6]
    )
    is_active: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("now()")
    )

    def name(self, locale: str) -> str:
        """Return the name in the reader's language."""
        return self.name_fa if locale == "fa" else self.name_en
