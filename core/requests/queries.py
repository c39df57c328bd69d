"""Reading requests: one, somebody's own, what waits in the inbox; and what a sending needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, select, true

from core.accounts.models import Account
from core.database.paging import Page, fetch
from core.database.unit_of_work import UnitOfWork
from core.errors import NotFound
from core.municipalities.models import Municipality
from core.municipalities.place import Place
from core.people.directory import name_of
from core.people.models import Assignment, Employment, OrgUnit, Person
from core.requests.effects import facts_of
from core.requests.models import Request, RequestDecision, RequestEvent
from core.requests.policies import reference_prefix
from core.requests.states import FINAL, FROM, OPEN, Act
from core.sdk.declarations import RequestFacts


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a request: his name, and the unit where he works today."""

    name: str
    unit_id: UUID | None


def sender(
    uow: UnitOfWork, municipality_id: UUID, person_id: UUID, employment_id: UUID | None
) -> Sender:
    """Return the person in one of his employments there, or in none.

    Raises:
        NotFound: there is no such person or employment in the scope.
    """
    name = name_of(uow, person_id)
    if not name:
        raise NotFound()
    if employment_id is None:
        return Sender(name, None)
    found = uow.session.execute(
        select(Assignment.unit_id)
        .select_from(Employment)
        .outerjoin(Assignment, _primary_today(uow))
        .where(
            Employment.municipality_id == municipality_id,
            Employment.id == employment_id,
            Employment.person_id == person_id,
        )
    ).one_or_none()
    if found is None:
        raise NotFound()
    return Sender(name, found.unit_id)


def open_of_kind(uow: UnitOfWork, person_id: UUID | None, type_name: str) -> list[str]:
    """Return the references of a person's requests of a kind that aren't decided yet."""
    rows = uow.session.scalars(
        select(Request.reference)
        .where(
            Request.person_id == person_id,
            Request.type == type_name,
            Request.state.in_(FROM[Act.WITHDRAW]),
        )
        .order_by(Request.submitted_at)
    )
    return list(rows)


def _primary_today(uow: UnitOfWork) -> ColumnElement[bool]:
    here = Assignment.municipality_id == Employment.municipality_id
    today = (Assignment.starts_on <= uow.today) & or_(
        Assignment.ends_on.is_(None), Assignment.ends_on > uow.today
    )
    return here & (Assignment.employment_id == Employment.id) & Assignment.is_primary & today


@dataclass(frozen=True, slots=True)
class Office:
    """The municipality that decides, its closed weekdays (Saturday = 0) and whom one asks."""

    place: Place
    weekend: list[int]
    hr_name: str
    hr_phone: str
    hr_email: str


def office(uow: UnitOfWork, municipality_id: UUID) -> Office:
    """Return what requests need to know of a municipality."""
    table = Municipality
    row = uow.session.execute(
        select(
            table.id,
            table.code,
            table.kind,
            table.organisation_id,
            table.name_fa,
            table.name_en,
            table.weekend,
            table.hr_name,
            table.hr_phone,
            table.hr_email,
        ).where(table.id == municipality_id)
    ).one()
    place = Place.of(row)
    return Office(place, row.weekend, row.hr_name, row.hr_phone, row.hr_email)


def able(uow: UnitOfWork, accounts: Collection[UUID], request: Request) -> list[UUID]:
    """Return those of ``accounts`` that can decide the present step.

    They are active, not the employee's own, and approved no earlier step.
    """
    statement = select(Account.id).where(
        Account.id.in_(accounts),
        Account.active,
        Account.person_id.is_distinct_from(request.person_id),
        Account.id.not_in(request.barred),
    )
    if request.step > 1:
        statement = statement.where(~approved_by(request, [Account.id]))
    return sorted(uow.session.scalars(statement))


def approved_by(
    request: Request | type[Request], accounts: Collection[UUID | SQLColumnExpression[UUID]]
) -> ColumnElement[bool]:
    """Tell whether one of ``accounts`` approved a step in the present round (rule R9).

    An approval in somebody's name counts as his too.
    """
    said = or_(RequestDecision.decided_by.in_(accounts), RequestDecision.on_behalf_of.in_(accounts))
    found = select(RequestDecision.id).where(
        RequestDecision.municipality_id == request.municipality_id,
        RequestDecision.request_id == request.id,
        RequestDecision.round == request.round,
        RequestDecision.outcome == "approved",
        said,
    )
    return found.exists()


def has_approved(uow: UnitOfWork, accounts: Collection[UUID], request: Request) -> bool:
    """Tell whether one of ``accounts`` approved a step of an open request in the present round."""
    if request.step <= 1 or not accounts:
        return False
    return uow.session.execute(select(approved_by(request, accounts))).scalar_one()


def locked(uow: UnitOfWork, municipality_id: UUID, request_id: UUID) -> Request:
    """Return a request, locked until the transaction ends.

    Person and employment are locked before it (the order of all locks), since what follows may
    change them.

    Raises:
        NotFound: there is no such request in the scope.
    """
    where = (Request.municipality_id == municipality_id, Request.id == request_id)
    owner = uow.session.execute(
        select(Request.person_id, Request.employment_id).where(*where)
    ).one_or_none()
    if owner is None:
        raise NotFound()
    for row in (
        select(Person.id).where(Person.id == owner.person_id),
        select(Employment.id).where(
            Employment.municipality_id == municipality_id, Employment.id == owner.employment_id
        ),
    ):
        uow.session.execute(row.with_for_update(key_share=True))
    statement = select(Request).where(*where).with_for_update()
    return uow.session.execute(statement.execution_options(populate_existing=True)).scalar_one()


def lock_many(uow: UnitOfWork, municipality_id: UUID, ids: Collection[UUID]) -> None:
    """Lock several requests with their people and employments, each kind in the order of ids."""
    chosen = (Request.municipality_id == municipality_id, Request.id.in_(ids))
    people = select(Request.person_id).where(*chosen)
    employments = select(Request.employment_id).where(*chosen)
    here = Employment.municipality_id == municipality_id
    for statement in (
        select(Person.id).where(Person.id.in_(people)).order_by(Person.id),
        select(Employment.id).where(here, Employment.id.in_(employments)).order_by(Employment.id),
    ):
        uow.session.execute(statement.with_for_update(key_share=True))
    requests = select(Request.id).where(*chosen).order_by(Request.id)
    uow.session.execute(requests.with_for_update())


def sent_with(uow: UnitOfWork, municipality_id: UUID, account: UUID, key: bytes) -> Request | None:
    """Return the request that an account sent with an idempotency key, if any."""
    return uow.session.execute(
        select(Request).where(
            Request.municipality_id == municipality_id,
            Request.submitted_by == account,
            Request.idempotency_key == key,
        )
    ).scalar_one_or_none()


def subtrees(municipality_id: UUID, roots: Collection[UUID]) -> Select[UUID]:
    """Return a select of the units in ``roots`` and all below them."""
    units = select(OrgUnit.id).where(OrgUnit.municipality_id == municipality_id)
    tree = units.where(OrgUnit.id.in_(roots)).cte(recursive=True)
    return select(tree.union(units.join(tree, OrgUnit.parent_id == tree.c.id)).c.id)


def events_of(uow: UnitOfWork, request: Request) -> list[RequestEvent]:
    """Return the timeline, oldest first."""
    return list(
        uow.session.scalars(
            select(RequestEvent)
            .where(
                RequestEvent.municipality_id == request.municipality_id,
                RequestEvent.request_id == request.id,
            )
            .order_by(RequestEvent.at, RequestEvent.id)
        )
    )


def own(uow: UnitOfWork, person_id: UUID | None, cursor: str | None) -> Page[Any]:
    """Return a page of a person's requests, the latest first, wherever they were sent."""
    keys = (Request.submitted_at, Request.id)
    columns = (Request.reference, Request.title, Request.summary, Request.state, Request.due_on)
    statement = select(*columns, *keys).where(Request.person_id == person_id)
    return fetch(uow.session, statement, keys, cursor, descending=True)


def own_request(uow: UnitOfWork, person_id: UUID | None, reference: str) -> Request:
    """Return a person's request.

    Raises:
        NotFound: he has none with that reference.
    """
    return _one(uow, Request.person_id == person_id, reference)


def request_at(uow: UnitOfWork, municipality_id: UUID, reference: str) -> Request:
    """Return a request of a municipality.

    Raises:
        NotFound: there is none with that reference.
    """
    return _one(uow, Request.municipality_id == municipality_id, reference)


def request_with(uow: UnitOfWork, municipality_id: UUID, request_id: UUID | None) -> Request:
    """Return the request with an id.

    Raises:
        NotFound: there is none in the scope.
    """
    found = uow.session.get(Request, (municipality_id, request_id)) if request_id else None
    if found is None:
        raise NotFound()
    return found


def ended_before(municipality_id: UUID, at: datetime) -> Select[UUID]:
    """Return a select of the requests that ended before ``at``, however they ended."""
    ended = func.coalesce(Request.applied_at, Request.decided_at, Request.submitted_at)
    return select(Request.id).where(
        Request.municipality_id == municipality_id, Request.state.in_(FINAL), ended < at
    )


def _one(uow: UnitOfWork, where: ColumnElement[bool], reference: str) -> Request:
    found = None
    if reference_prefix(reference) is not None:  # anything else isn't even sent: a NUL can't be
        statement = select(Request).where(where, Request.reference == reference)
        found = uow.session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def request_facts(uow: UnitOfWork, municipality_id: UUID, request_id: UUID) -> RequestFacts | None:
    """Return what services are told about a request, None if there is none such."""
    found = uow.session.get(Request, (municipality_id, request_id))
    return facts_of(found) if found else None


def open_requests_of(
    uow: UnitOfWork,
    municipality_id: UUID,
    types: Iterable[str],
    *,
    person_id: UUID | None = None,
) -> list[RequestFacts]:
    """Return the requests of some types that somebody must still decide, the oldest first."""
    statement = select(Request).where(
        Request.municipality_id == municipality_id,
        Request.type.in_(list(types)),
        Request.state.in_(OPEN),
        Request.person_id == person_id if person_id else true(),
    )
    found = uow.session.scalars(statement.order_by(Request.submitted_at, Request.id))
    return [facts_of(request) for request in found]
