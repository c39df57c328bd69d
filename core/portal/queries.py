"""What the portal's home reads: the person, where he works, his latest requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, literal, select

from core.database.unit_of_work import UnitOfWork
from core.people.directory import assigned_on, holds_on
from core.people.models import Assignment, Employment, OrgUnit, Person, Post
from core.people.wording import KINDS, word
from core.requests import wording
from core.requests.models import Request
from core.requests.policies import Words
from core.requests.states import OPEN


@dataclass(frozen=True, slots=True)
class Someone:
    """How to greet the person; ``sex`` is female, male or None."""

    given_name: str
    family_name: str
    sex: str | None

    @property
    def full_name(self) -> str:
        """Given and family name as they are read aloud."""
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True)
class Job:
    """One employment of today with its primary assignment, if there is one."""

    employment_id: UUID
    municipality_id: UUID
    personnel_number: str
    kind: str
    unit: str | None
    post: str | None

    @property
    def kind_word(self) -> str:
        """The kind of employment in the reader's language."""
        return word(KINDS, self.kind)


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request as the home lists it; ``title`` and ``summary`` hold the words per language."""

    reference: str
    title: Words
    summary: Words
    state: str
    submitted_at: datetime

    @property
    def text(self) -> str:
        """What was asked for, in the reader's language."""
        return " – ".join(filter(None, map(wording.chosen, (self.title, self.summary))))

    @property
    def word(self) -> str:
        """How its state is called, here as everywhere."""
        return wording.state_word(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return wording.tone(self.state)


@dataclass(frozen=True, slots=True)
class OwnRequests:
    """The latest requests, and how many are under way in all."""

    latest: tuple[RequestLine, ...]
    under_way: int


def myself(uow: UnitOfWork, person_id: UUID) -> Someone:
    """Return the names of the viewer."""
    row = uow.session.execute(
        select(Person.given_name, Person.family_name, Person.sex).where(Person.id == person_id)
    ).one()
    return Someone(*row)


def jobs(uow: UnitOfWork, person_id: UUID) -> tuple[Job, ...]:
    """Return the employments of today, the oldest first."""
    rows = uow.session.execute(
        select(
            Employment.id,
            Employment.municipality_id,
            Employment.personnel_number,
            Employment.kind,
            OrgUnit.name,
            Post.title,
        )
        .outerjoin(Assignment, assigned_on(literal(uow.today)))
        .outerjoin(OrgUnit, _same_place(OrgUnit, Assignment.unit_id))
        .outerjoin(Post, _same_place(Post, Assignment.post_id))
        .where(
            Employment.person_id == person_id,
            Employment.municipality_id.in_(uow.scope.municipalities),
            holds_on(uow.today),
        )
        .order_by(Employment.starts_on)
    )
    return tuple(Job(*row) for row in rows)


def _same_place(table: Any, id_column: Any) -> Any:
    return and_(table.municipality_id == Assignment.municipality_id, table.id == id_column)


def own_requests(uow: UnitOfWork, person_id: UUID, limit: int) -> OwnRequests:
    """Return the latest requests of a person, wherever they were sent."""
    under_way = func.count().filter(Request.state.in_(OPEN)).over()
    rows = uow.session.execute(
        select(
            Request.reference,
            Request.title,
            Request.summary,
            Request.state,
            Request.submitted_at,
            under_way,
        )
        .where(Request.person_id == person_id)
        .order_by(Request.submitted_at.desc(), Request.id.desc())
        .limit(limit)
    ).all()
    lines = tuple(RequestLine(*row[:-1]) for row in rows)
    return OwnRequests(lines, rows[0][-1] if rows else 0)
