"""Person, employment, assignment, unit, post, dependant, salary: dated facts.

All periods are half-open: ``starts_on`` is the first day, ``ends_on`` the first day after.
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database.base import Base, Id, TableClass, TenantKey
from core.database.relations import tenant_fk, to


class EmploymentKind(enum.StrEnum):
    """Kinds of employment (Municipal Employment Regulation of 1381 and practice)."""

    OFFICIAL = "official"
    OFFICIAL_TRIAL = "official_trial"
    CONTRACT = "contract"
    FIXED_TASK = "fixed_task"
    LABOUR = "labour"
    COMPANY = "company"
    VOLUME = "volume"
    HOURLY = "hourly"
    RETIREE = "retiree"
    SURVIVOR = "survivor"


EMPLOYMENT_KINDS = ", ".join(f"'{kind}'" for kind in EmploymentKind)
LONGEST_NAME = 60
"""Of a saved list."""
NOT_IN_A_NUMBER = "[[:space:]۰-۹٠-٩]"
PERIOD = "ends_on is null or ends_on > starts_on"


class Person(Id, Base):
    """A human being; has no municipality. Created by the function ``link_person`` only.

    ``national_id`` is 10 ASCII digits with a valid check digit; ``test_identity`` marks derived
    ones of sample files. ``version`` grows with each change (conflict detection).
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("national_id ~ '^[0-9]{10}$'", name="national_id"),
        CheckConstraint("sex in ('female', 'male')", name="sex"),
        CheckConstraint(
            "marital_status in ('single', 'married', 'divorced', 'widowed')",
            name="marital_status",
        ),
        Index("ix_person_sort_key", "sort_key", "id"),
    )
    table_class = TableClass.PERSON

    national_id: Mapped[str] = mapped_column(unique=True)
    test_identity: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    given_name: Mapped[str]
    family_name: Mapped[str]
    father_name: Mapped[str] = mapped_column(server_default="", default="")
    birth_date: Mapped[date | None]
    sex: Mapped[str | None]
    marital_status: Mapped[str | None]
    mobile: Mapped[str] = mapped_column(server_default="", default="")
    email: Mapped[str] = mapped_column(server_default="", default="")
    sheba: Mapped[str] = mapped_column(server_default="", default="")
    family_key: Mapped[str]
    name_key: Mapped[str]
    sort_key: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"), default=1)
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("now()")
    )

    @property
    def full_name(self) -> str:
        """Given and family name as they are read aloud."""
        return f"{self.given_name} {self.family_name}".strip()


class OrgUnit(TenantKey, Base):
    """A unit (واحد سازمانی) of a municipality; a dated tree by ``parent_id``."""

    __tablename__ = "org_unit"
    __table_args__ = (
        tenant_fk("parent_id", "org_unit"),
        UniqueConstraint("municipality_id", "code"),
        CheckConstraint(PERIOD, name="period"),
    )
    table_class = TableClass.TENANT

    code: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str]
    sort_key: Mapped[str]
    parent_id: Mapped[UUID | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class OrgUnitChange(TenantKey, Base):
    """What a unit is called and what it is part of from a day on, until its next change.

    The first row says how it was before all changes; a unit without rows was always as
    `OrgUnit` says, which holds today's state (`core.people.services.unit_changes`).
    """

    __tablename__ = "org_unit_change"
    __table_args__ = (
        tenant_fk("unit_id", "org_unit"),
        tenant_fk("parent_id", "org_unit"),
        UniqueConstraint("municipality_id", "unit_id", "starts_on"),
        CheckConstraint("parent_id <> unit_id", name="parent"),
    )
    table_class = TableClass.TENANT

    unit_id: Mapped[UUID]
    starts_on: Mapped[date]
    name: Mapped[str]
    name_key: Mapped[str]
    sort_key: Mapped[str]
    parent_id: Mapped[UUID | None]


class Post(TenantKey, Base):
    """A post or job title (پست / عنوان شغلی) of a municipality."""

    __tablename__ = "post"
    __table_args__ = (UniqueConstraint("municipality_id", "title_key"),)
    table_class = TableClass.TENANT

    title: Mapped[str]
    title_key: Mapped[str]
    is_manager: Mapped[bool] = mapped_column(server_default=text("false"), default=False)


class Employment(TenantKey, Base):
    """A person's employment with a municipality.

    ``name_key`` (family name first), ``given_key`` (given name first) and ``sort_key`` are
    derived from the person's names, so that lists and searches stay within one tenant index; a
    trigger on ``person`` carries a new name over while the employment isn't over.
    ``number_key`` is the personnel number as it is looked up: no two differ in their case only.
    ``snapshot`` is what an employer sees of the person outside the period (a trigger takes it):
    national_id, given_name, family_name, father_name, birth_date, sex, marital_status.
    ``tell_on`` is the next day on which services must be told that it begins or ends.
    """

    __tablename__ = "employment"
    __table_args__ = (
        UniqueConstraint("municipality_id", "number_key"),
        CheckConstraint(f"personnel_number !~ '{NOT_IN_A_NUMBER}'", name="number"),
        CheckConstraint(f"kind in ({EMPLOYMENT_KINDS})", name="kind"),
        CheckConstraint(PERIOD, name="period"),
        Index("ix_employment_sort_key", "municipality_id", "sort_key", "id"),
        Index("ix_employment_name_key", "municipality_id", "name_key"),
        Index("ix_employment_given_key", "municipality_id", "given_key"),
        Index("ix_employment_person", "person_id", "municipality_id"),
        Index(
            "ix_employment_tell_on",
            "municipality_id",
            "tell_on",
            postgresql_where=text("tell_on is not null"),
        ),
    )
    table_class = TableClass.TENANT

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    personnel_number: Mapped[str]
    number_key: Mapped[str] = mapped_column(
        Computed('lower(personnel_number collate "C")', persisted=True)
    )
    test_number: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    kind: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(server_default="", default="")
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    tell_on: Mapped[date | None]
    name_key: Mapped[str]
    given_key: Mapped[str]
    sort_key: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"), default=1)

    person: Mapped[Person] = relationship(Person)


class Assignment(TenantKey, Base):
    """Where and as what an employee works, for a period; one primary assignment at a time."""

    __tablename__ = "assignment"
    __table_args__ = (
        tenant_fk("employment_id", "employment"),
        tenant_fk("unit_id", "org_unit"),
        tenant_fk("post_id", "post"),
        CheckConstraint(PERIOD, name="period"),
        ExcludeConstraint(
            ("municipality_id", "="),
            ("employment_id", "="),
            (text("daterange(starts_on, ends_on)"), "&&"),
            where=text("is_primary"),
            name="ex_assignment_primary",
            using="gist",
        ),
        Index("ix_assignment_unit", "municipality_id", "unit_id"),
        Index("ix_assignment_employment", "municipality_id", "employment_id", "starts_on"),
    )
    table_class = TableClass.TENANT

    employment_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    post_id: Mapped[UUID | None]
    is_primary: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    employment: Mapped[Employment] = to("Assignment", "employment_id", "Employment")
    unit: Mapped[OrgUnit] = to("Assignment", "unit_id", "OrgUnit")
    post: Mapped[Post | None] = to("Assignment", "post_id", "Post")


class SalaryFact(TenantKey, Base):
    """Monthly pay in rial from a day on; ``countable`` is the part that caps are taken of."""

    __tablename__ = "salary_fact"
    __table_args__ = (
        tenant_fk("employment_id", "employment"),
        UniqueConstraint("municipality_id", "employment_id", "starts_on"),
        CheckConstraint("monthly_base >= 0", name="monthly_base"),
        CheckConstraint("countable >= 0", name="countable"),
    )
    table_class = TableClass.TENANT

    employment_id: Mapped[UUID]
    starts_on: Mapped[date]
    monthly_base: Mapped[int] = mapped_column(BigInteger)
    countable: Mapped[int] = mapped_column(BigInteger)


class SavedList(TenantKey, Base):
    """Filters of the list of employees under a name, one's own or shared with all who see it.

    ``filters`` are as in an address: name → text (`core.people.saved.KEPT`).
    """

    __tablename__ = "saved_list"
    __table_args__ = (
        UniqueConstraint("municipality_id", "account_id", "name_key"),
        CheckConstraint(
            f"name = trim(name) and length(name) between 1 and {LONGEST_NAME}", name="name"
        ),
        Index(
            "uq_saved_list_shared",
            "municipality_id",
            "name_key",
            unique=True,
            postgresql_where=text("is_shared"),
        ),
    )
    table_class = TableClass.TENANT

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    name: Mapped[str]
    name_key: Mapped[str]
    is_shared: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Relation(enum.StrEnum):
    """Relation of a dependant to the person."""

    SPOUSE = "spouse"
    SON = "son"
    DAUGHTER = "daughter"
    FATHER = "father"
    MOTHER = "mother"
    OTHER = "other"


class Dependant(Id, Base):
    """A family member in the care of a person (فرد تحت تکفل), dated."""

    __tablename__ = "dependant"
    __table_args__ = (
        CheckConstraint(
            "relation in ('spouse', 'son', 'daughter', 'father', 'mother', 'other')",
            name="relation",
        ),
        CheckConstraint("national_id = '' or national_id ~ '^[0-9]{10}$'", name="national_id"),
        CheckConstraint(PERIOD, name="period"),
        Index("ix_dependant_person", "person_id"),
        Index(
            "uq_dependant_national_id",
            "person_id",
            "national_id",
            unique=True,
            postgresql_where=text("national_id <> '' and ends_on is null"),
        ),
    )
    table_class = TableClass.PERSON

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    relation: Mapped[str]
    given_name: Mapped[str]
    family_name: Mapped[str]
    national_id: Mapped[str] = mapped_column(server_default="", default="")
    birth_date: Mapped[date | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("now()")
    )


class PersonLink(Base):
    """A municipality may employ the person, as it knew his data in ``link_people``.

    Only that function writes it. No foreign key to the person: it is a right, no fact of his.
    """

    __tablename__ = "person_link"
    table_class = TableClass.TENANT

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    linked_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("now()")
    )


class PersonLinkMiss(Base):
    """A failed match in ``link_people``; counts against guessing. Only that function writes it."""

    __tablename__ = "person_link_miss"
    table_class = TableClass.TENANT

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("clock_timestamp()")
    )
