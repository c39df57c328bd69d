"""`to()`: relationships over keys that share the municipality."""

from __future__ import annotations

import warnings
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.exc import IntegrityError, SAWarning
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    configure_mappers,
    mapped_column,
    relationship,
)

from core.people.models import Assignment, OrgUnit, Post
from core.testing.factories import LONG_AGO, Province

UNIT = ["unit.municipality_id", "unit.id"]


def test_plain_relationships_over_shared_columns_warn() -> None:
    """The trap: SQLAlchemy sees two relationships that would write municipality_id."""

    class Plain(DeclarativeBase):
        pass

    class Unit(Plain):
        __tablename__ = "unit"
        municipality_id: Mapped[UUID] = mapped_column(primary_key=True)
        id: Mapped[UUID] = mapped_column(primary_key=True)

    class Work(Plain):
        __tablename__ = "work"
        __table_args__ = (
            ForeignKeyConstraint(["municipality_id", "unit_id"], UNIT),
            ForeignKeyConstraint(["municipality_id", "other_id"], UNIT),
        )
        municipality_id: Mapped[UUID] = mapped_column(primary_key=True)
        id: Mapped[UUID] = mapped_column(primary_key=True)
        unit_id: Mapped[UUID | None]
        other_id: Mapped[UUID | None]
        unit: Mapped[Any] = relationship(
            "Unit", foreign_keys="[Work.municipality_id, Work.unit_id]"
        )
        other: Mapped[Any] = relationship(
            "Unit", foreign_keys="[Work.municipality_id, Work.other_id]"
        )

    try:
        with pytest.warns(SAWarning, match="municipality_id"):
            configure_mappers()
    finally:
        Plain.registry.dispose()


def test_ours_do_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        configure_mappers()


def assignment(province: Province) -> Assignment:
    employee = province.employee(province.karaj)
    unit = province.org_unit(province.karaj, "مالی")
    return Assignment(
        municipality_id=province.karaj.id,
        employment_id=employee.employment_id,
        unit_id=unit.id,
        starts_on=LONG_AGO,
    )


def test_a_related_row_is_found_and_set(province: Province) -> None:
    made = assignment(province)
    other = province.org_unit(province.karaj, "عمرانی")
    with province.unit(province.karaj) as uow:
        uow.session.add(made)
        uow.session.flush()
        assert made.unit.name == "مالی"
        made.unit = uow.session.get_one(OrgUnit, (province.karaj.id, other.id))
        uow.session.flush()
        assert (made.unit_id, made.municipality_id) == (other.id, province.karaj.id)


def test_none_clears_only_its_own_column(province: Province) -> None:
    made = assignment(province)
    with province.unit(province.karaj) as uow:
        post = Post(municipality_id=province.karaj.id, title="حسابدار", title_key="حسابدار")
        uow.session.add_all([post, made])
        uow.session.flush()
        made.post = post
        uow.session.flush()
        assert made.post_id == post.id
        made.post = None
        uow.session.flush()
        assert (made.post_id, made.municipality_id) == (None, province.karaj.id)


def test_a_row_of_another_municipality_is_refused_by_the_key(province: Province) -> None:
    made = assignment(province)
    foreign = province.org_unit(province.fardis, "بیگانه")
    with province.unit(province.karaj, province.fardis) as uow:
        made.unit_id = foreign.id
        uow.session.add(made)
        with pytest.raises(IntegrityError, match="fk_assignment_municipality_id_unit_id"):
            uow.session.flush()
        uow.session.rollback()
