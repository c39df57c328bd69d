"""What an officer finds in his inbox: rows, filters and numbers, each by one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Row,
    Text,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH, array
from sqlalchemy.orm import InstrumentedAttribute

from core.database.paging import Page, fetch
from core.database.unit_of_work import UnitOfWork
from core.localization.identifiers import personnel_key
from core.localization.text import search_key
from core.people.models import Employment
from core.policy.viewer import Standing, Viewer
from core.requests.models import Request
from core.requests.policies import Reach, reach, reference_prefix
from core.requests.queries import approved_by, subtrees
from core.requests.states import OPEN

MINE: Final = ""
"""The filter's first state: what waits for a decision of the viewer."""
OTHERS: Final = "others"
"""Of what waits for the viewer: what he decides on behalf of somebody."""
ALL: Final = "all"
LAST: Final = "\U0010ffff"
"""Behind every key that begins with the same letters."""
DUE: Final = literal_column("coalesce(request.due_on, '9999-12-31'::date)", Date).label("due_order")
"""The expression of the index ``ix_request_due``; requests without a deadline come last."""
COLUMNS: Final = (
    Request.municipality_id,
    Request.reference,
    Request.type,
    Request.data,
    Request.reason,
    Request.person_id,
    Request.employment_id,
    Request.title,
    Request.summary,
    Request.person_name,
    Request.amount,
    Request.state,
    Request.step,
    Request.round,
    Request.due_on,
    Request.submitted_at,
    Request.id,
    DUE,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; empty fields ask for nothing.

    ``state`` is `MINE`, `OTHERS`, `ALL` or a state; ``kind`` the name of a service or of a
    request type; ``text`` the beginning of a reference, a name or a personnel number.
    """

    state: str = MINE
    kind: str = ""
    text: str = ""
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the viewer: how many, how many of them late, the earliest deadline."""

    count: int
    late: int
    oldest_due: date | None


def page(
    uow: UnitOfWork, viewer: Viewer, municipality_id: UUID, filters: Filters, cursor: str | None
) -> Page[Any]:
    """Return a page: open requests by deadline, all others the latest first.

    ``principal`` is the name of whom the viewer decides it for, None if it is his own to decide.
    """
    columns = (*COLUMNS, _principal(viewer, municipality_id))
    statement = select(*columns).where(conditions(uow, viewer, municipality_id, filters))
    if filters.state in (MINE, OTHERS, *OPEN):
        return fetch(uow.session, statement, (DUE, Request.id), cursor)
    keys = (Request.submitted_at, Request.id)
    return fetch(uow.session, statement, keys, cursor, descending=True)


def count(uow: UnitOfWork, viewer: Viewer, municipality_id: UUID, filters: Filters) -> int:
    """Return how many requests the filters find."""
    where = conditions(uow, viewer, municipality_id, filters)
    return uow.session.execute(select(func.count(Request.id)).where(where)).scalar_one()


def rows(
    uow: UnitOfWork, viewer: Viewer, municipality_id: UUID, ids: Collection[UUID]
) -> list[Row[*tuple[Any, ...]]]:
    """Return those requests among ``ids`` that the viewer may see, as `page` has them."""
    where = conditions(uow, viewer, municipality_id, Filters(state=ALL))
    columns = (*COLUMNS, _principal(viewer, municipality_id))
    statement = select(*columns).where(where, Request.id.in_(ids))
    return list(uow.session.execute(statement.order_by(DUE, Request.id)))


def marks(
    uow: UnitOfWork, viewer: Viewer, municipality_id: UUID, filters: Filters, limit: int
) -> list[tuple[UUID, int, int]]:
    """Return id, round and step of what the filters find, at most ``limit``."""
    statement = select(Request.id, Request.round, Request.step)
    where = conditions(uow, viewer, municipality_id, filters)
    rows = uow.session.execute(statement.where(where).order_by(DUE, Request.id).limit(limit))
    return [(row.id, row.round, row.step) for row in rows]


def waiting(uow: UnitOfWork, viewer: Viewer, municipality_id: UUID) -> Waiting:
    """Return the numbers of what waits for the viewer's decision."""
    late = func.count().filter(Request.due_on < uow.today)
    statement = select(func.count(), late, func.min(Request.due_on)).select_from(Request)
    where = conditions(uow, viewer, municipality_id, Filters())
    return Waiting(*uow.session.execute(statement.where(where)).one())


def works_here(uow: UnitOfWork, viewer: Viewer, municipality_id: UUID) -> bool:
    """Tell whether the viewer is an officer there, stands in for one, or is routed a request."""
    if viewer.standings or reach(viewer, municipality_id):
        return True
    routed = select(Request.id).where(
        Request.municipality_id == municipality_id,
        Request.state.in_(OPEN),
        Request.routed_to.contains([viewer.account_id]),
    )
    return uow.session.execute(select(routed.exists())).scalar_one()


def conditions(
    uow: UnitOfWork, viewer: Viewer, municipality_id: UUID, filters: Filters
) -> ColumnElement[bool]:
    """Return what a row must meet; nothing that the viewer may not see passes."""
    return and_(
        Request.municipality_id == municipality_id,
        _in_state(viewer, municipality_id, filters.state),
        _of_kind(filters.kind),
        _matching(municipality_id, filters.text),
        and_(Request.state.in_(OPEN), Request.due_on < uow.today) if filters.overdue else true(),
    )


def _in_state(viewer: Viewer, municipality_id: UUID, state: str) -> ColumnElement[bool]:
    if state == MINE:
        return and_(Request.state.in_(OPEN), _to_decide(viewer, municipality_id))
    if state == OTHERS:
        # Without a route the condition may be NULL, and so would be its contrary.
        own = func.coalesce(_as_oneself(viewer, municipality_id), false())
        return and_(Request.state.in_(OPEN), ~own, _as_others(viewer, municipality_id))
    visible = _visible(viewer, municipality_id)
    return visible if state == ALL else and_(Request.state == state, visible)


def _to_decide(viewer: Viewer, municipality_id: UUID) -> ColumnElement[bool]:
    """The rule `decisions.right_to_decide` for many rows."""
    own = _as_oneself(viewer, municipality_id)
    return or_(own, _as_others(viewer, municipality_id)) if viewer.standings else own


def _as_oneself(viewer: Viewer, municipality_id: UUID) -> ColumnElement[bool]:
    return and_(
        _decided_by(viewer, municipality_id),
        _concerns_none([viewer.person_id]),
        _approved_by_none([viewer.account_id]),
    )


def _as_others(viewer: Viewer, municipality_id: UUID) -> ColumnElement[bool]:
    return or_(false(), *(_as_other(viewer, municipality_id, one) for one in viewer.standings))


def _as_other(viewer: Viewer, municipality_id: UUID, standing: Standing) -> ColumnElement[bool]:
    return and_(
        _delegated(standing),
        _decided_by(standing.principal, municipality_id),
        _concerns_none([viewer.person_id, *standing.persons]),
        _approved_by_none([viewer.account_id, *standing.accounts]),
    )


def _delegated(standing: Standing) -> ColumnElement[bool]:
    limits = standing.limits
    return true() if limits is None else Request.permission.in_(sorted(limits))


def _decided_by(holder: Viewer, municipality_id: UUID) -> ColumnElement[bool]:
    """The present step is the holder's: routed to him, or asking for what he holds."""
    held = or_(
        false(),
        *(
            and_(_is_held(each), _in_unit(municipality_id, each))
            for each in reach(holder, municipality_id)
        ),
    )
    return or_(
        and_(Request.routed_to.is_(None), held), Request.routed_to.contains([holder.account_id])
    )


def _concerns_none(persons: Iterable[UUID | None]) -> ColumnElement[bool]:
    known = {person for person in persons if person}
    return Request.person_id.not_in(known) if known else true()


def _approved_by_none(accounts: Iterable[UUID | None]) -> ColumnElement[bool]:
    """None of the accounts approved an earlier step of the round, or is barred."""
    known = sorted({account for account in accounts if account})
    return and_(
        ~Request.barred.overlap(known), or_(Request.step <= 1, ~approved_by(Request, known))
    )


def _principal(viewer: Viewer, municipality_id: UUID) -> ColumnElement[Any]:
    """The name of whom the viewer decides a row for; his own right goes first."""
    if not viewer.standings:
        return null().label("principal")
    ways = [
        (_as_other(viewer, municipality_id, one), literal(one.principal.name, Text))
        for one in viewer.standings
    ]
    own = (_as_oneself(viewer, municipality_id), null())
    is_closed = (Request.state.not_in(OPEN), null())
    return case(is_closed, own, *ways, else_=null()).label("principal")


def _visible(viewer: Viewer, municipality_id: UUID) -> ColumnElement[bool]:
    """The rule `policies.may_see` for many rows: a permission of any step is held."""
    principals = (
        _visible_to(one.principal, municipality_id, Reach(one.limits, None))
        for one in viewer.standings
    )
    return or_(_visible_to(viewer, municipality_id, Reach(None, None)), *principals)


def _visible_to(holder: Viewer, municipality_id: UUID, limit: Reach) -> ColumnElement[bool]:
    return or_(
        and_(Request.routed_to.contains([holder.account_id]), _asks_for(limit)),
        *(
            and_(_asks_for(each), _in_unit(municipality_id, each))
            for each in reach(holder, municipality_id)
        ),
    )


def _is_held(by: Reach) -> ColumnElement[bool]:
    return true() if by.permissions is None else Request.permission.in_(sorted(by.permissions))


def _asks_for(by: Reach) -> ColumnElement[bool]:
    if by.permissions is None:
        return true()
    path = cast("$[*].permission", JSONPATH)
    asked = type_coerce(func.jsonb_path_query_array(Request.steps, path), JSONB)
    found: ColumnElement[bool] = asked.has_any(array(sorted(by.permissions)))
    return found


def _in_unit(municipality_id: UUID, held: Reach) -> ColumnElement[bool]:
    if held.unit_id is None:
        return true()
    return Request.unit_id.in_(subtrees(municipality_id, [held.unit_id]))


def _of_kind(kind: str) -> ColumnElement[bool]:
    if not kind:
        return true()
    return or_(Request.type == kind, _begins(Request.type, f"{kind}."))


def _matching(municipality_id: UUID, text: str) -> ColumnElement[bool]:
    """A reference, a personnel number, or a name in any spelling: by their beginnings."""
    if not text:
        return true()
    prefix = reference_prefix(text)
    if prefix is not None:
        return _begins(Request.reference, prefix)
    key = search_key(text)
    employments = select(Employment.id).where(
        Employment.municipality_id == municipality_id,
        or_(
            _begins(Employment.name_key, key),
            _begins(Employment.given_key, key),
            Employment.number_key == personnel_key(text),
        ),
    )
    return Request.employment_id.in_(employments)


def _begins(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    return and_(column >= text, column < text + LAST)
