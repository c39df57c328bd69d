"""What the page of one employee shows, as his employer may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, func, select, true

from core.accounts.state_queries import state_for
from core.audit.models import AuditEntry
from core.database.unit_of_work import UnitOfWork
from core.deductions.queries import latest_deduction
from core.people.directory import unit_facts_on
from core.people.models import Assignment, Dependant, Employment, OrgUnit, Person, Post, SalaryFact
from core.people.policies import Span, Status, last_day

TAIL: Final = 10
"""Audit entries shown on an employee's page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An employment and its person; ``person_version`` is None when only the snapshot is seen.

    ``account`` is the state of the person's account (`core.accounts.states`), ``deducted`` the
    latest month with deductions of others (140509).
    Outside the period contacts and ``sheba`` are empty: they aren't part of the snapshot.
    """

    employment_id: UUID
    person_id: UUID
    version: int
    person_version: int | None
    personnel_number: str
    test_number: bool
    test_identity: bool
    kind: str
    span: Span
    status: Status
    end_reason: str
    national_id: str
    given_name: str
    family_name: str
    father_name: str
    birth_date: date | None
    sex: str | None
    marital_status: str | None
    mobile: str
    email: str
    sheba: str
    account: str
    deducted: int | None

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def last_day(self) -> date | None:
        """The last day of the employment, if an end is known."""
        return last_day(self.span.ends_on)


def record_of(uow: UnitOfWork, municipality_id: UUID, employment_id: UUID) -> Record | None:
    """Return the record of an employment of the municipality; None if there is none."""
    row = uow.session.execute(
        select(
            Employment,
            Person,
            state_for(Employment.person_id).label("account"),
            latest_deduction(Employment).label("deducted"),
        )
        .outerjoin(Person, Person.id == Employment.person_id)
        .where(Employment.municipality_id == municipality_id, Employment.id == employment_id)
    ).one_or_none()
    return _record(row.Employment, row.Person, row, uow.today) if row else None


def _record(
    employment: Employment, person: Person | None, row: Row[*tuple[Any, ...]], today: date
) -> Record:
    span = Span(employment.starts_on, employment.ends_on)
    return Record(
        employment_id=employment.id,
        person_id=employment.person_id,
        version=employment.version,
        person_version=person.version if person else None,
        personnel_number=employment.personnel_number,
        test_number=employment.test_number,
        test_identity=person.test_identity if person else False,
        kind=employment.kind,
        span=span,
        status=span.status_on(today),
        end_reason=employment.end_reason,
        mobile=person.mobile if person else "",
        email=person.email if person else "",
        sheba=person.sheba if person else "",
        account=row.account,
        deducted=row.deducted,
        **(_civil(person) if person else _snapshot(employment.snapshot or {})),
    )


CIVIL: Final = (
    "national_id",
    "given_name",
    "family_name",
    "father_name",
    "birth_date",
    "sex",
    "marital_status",
)
"""What a snapshot holds, too (migration 0011)."""


def _civil(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in CIVIL}


def _snapshot(seen: dict[str, Any]) -> dict[str, Any]:
    facts = {name: seen.get(name) or "" for name in CIVIL}
    birth = seen.get("birth_date")
    return {**facts, "birth_date": date.fromisoformat(birth) if birth else None}


def assignments_of(
    uow: UnitOfWork, municipality_id: UUID, employment_id: UUID, day: date
) -> list[Row[*tuple[Any, ...]]]:
    """Return unit and post with their ids and the period of each assignment, the latest first.

    Units are named as they are on the day of the assignment that is nearest to ``day``.
    """
    row = Assignment
    facts = unit_facts_on(
        func.greatest(row.starts_on, func.least(day, func.coalesce(row.ends_on - 1, day)))
    )
    unit = (OrgUnit.municipality_id == row.municipality_id) & (OrgUnit.id == row.unit_id)
    post = (Post.municipality_id == row.municipality_id) & (Post.id == row.post_id)
    return list(
        uow.session.execute(
            select(
                func.coalesce(facts.c.name, OrgUnit.name).label("unit"),
                Post.title.label("post"),
                row.unit_id,
                row.post_id,
                row.starts_on,
                row.ends_on,
            )
            .join(OrgUnit, unit)
            .outerjoin(facts, true())
            .outerjoin(Post, post)
            .where(
                row.municipality_id == municipality_id,
                row.employment_id == employment_id,
                row.is_primary,
            )
            .order_by(row.starts_on.desc())
        )
    )


def salaries_of(uow: UnitOfWork, municipality_id: UUID, employment_id: UUID) -> list[SalaryFact]:
    """Return the pay from each day on, the latest first."""
    return list(
        uow.session.scalars(
            select(SalaryFact)
            .where(
                SalaryFact.municipality_id == municipality_id,
                SalaryFact.employment_id == employment_id,
            )
            .order_by(SalaryFact.starts_on.desc())
        )
    )


def dependants_of(uow: UnitOfWork, person_id: UUID) -> list[Dependant]:
    """Return the family of a person; nothing where the person can't be seen."""
    return list(
        uow.session.scalars(
            select(Dependant)
            .where(Dependant.person_id == person_id)
            .order_by(Dependant.ends_on.nulls_first(), Dependant.birth_date, Dependant.id)
        )
    )


def audit_tail(
    uow: UnitOfWork, municipality_id: UUID, person_id: UUID
) -> list[Row[*tuple[Any, ...]]]:
    """Return the latest acts of the municipality about a person: never their values."""
    row = AuditEntry
    return list(
        uow.session.execute(
            select(row.at, row.kind, row.action, row.actor_name, row.reason, row.detail)
            .where(row.person_id == person_id, row.municipality_id == municipality_id)
            .order_by(row.at.desc(), row.number.desc())
            .limit(TAIL)
        )
    )
