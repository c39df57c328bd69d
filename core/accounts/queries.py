"""Reads of accounts: the desk's list, one account, those who have none yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Uuid, and_, bindparam, func, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from core.accounts.codes import SLIP
from core.accounts.models import Account, AccountReset, OneTimeCode
from core.accounts.state_queries import CONDITIONS, is_in
from core.accounts.states import State
from core.database.paging import Page, fetch
from core.database.unit_of_work import UnitOfWork
from core.localization import current_locale
from core.localization.identifiers import personnel_key
from core.localization.text import search_key
from core.municipalities.models import Municipality
from core.people import queries as people
from core.people.directory import assigned_to, holds_on
from core.people.models import Employment
from core.people.queries import Filters, Unit
from core.policy.models import RoleGrant

GRANT_PLACES = text("select * from account_grant_places(:accounts, :today)").bindparams(
    bindparam("accounts", type_=ARRAY(Uuid))
)
FIRST_EMPLOYERS = text("select * from first_employers(:people, :today)").bindparams(
    bindparam("people", type_=ARRAY(Uuid))
)
MOST_SLIPS = 300
"""Slips of one print: a stack that somebody can hand out in a day."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an officer may see: a municipality, or (``units``) those who work in these units."""

    place_id: UUID
    units: frozenset[UUID] | None = None


def page(
    uow: UnitOfWork, reach: Reach, search: str, state: str, cursor: str | None
) -> Page[Row[Any]]:
    """Return a page of the accounts in reach, in Persian order of their names."""
    number = (
        select(func.min(Employment.personnel_number))
        .where(_employed(reach, uow), Employment.person_id == Account.person_id)
        .correlate(Account)
        .scalar_subquery()
    )
    statement = select(
        Account.id,
        Account.sort_key,
        Account.display_name,
        Account.active,
        Account.password.is_(None).label("is_pending"),
        Account.last_sign_in_at,
        number.label("personnel_number"),
        _granted(reach, uow).label("is_officer"),
    ).where(_in_reach(reach, uow), *CONDITIONS.get(state, ()), *_matching(search))
    return fetch(uow.session, statement, [Account.sort_key, Account.id], cursor)


def account_in(uow: UnitOfWork, reach: Reach, account_id: UUID) -> Account | None:
    """Return an account if it is in reach."""
    found: Account | None = uow.session.scalar(
        select(Account).where(Account.id == account_id, _in_reach(reach, uow))
    )
    return found


def _in_reach(reach: Reach, uow: UnitOfWork) -> ColumnElement[bool]:
    employed = (
        select(Employment.id)
        .where(_employed(reach, uow), Employment.person_id == Account.person_id)
        .correlate(Account)
        .exists()
    )
    return employed if reach.units is not None else or_(employed, _granted(reach, uow))


def _employed(reach: Reach, uow: UnitOfWork) -> ColumnElement[bool]:
    condition = (Employment.municipality_id == reach.place_id) & holds_on(uow.today)
    return condition if reach.units is None else condition & assigned_to(reach.units, uow.today)


def _granted(reach: Reach, uow: UnitOfWork) -> ColumnElement[bool]:
    return (
        select(RoleGrant.id)
        .where(
            RoleGrant.municipality_id == reach.place_id,
            RoleGrant.account_id == Account.id,
            or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on > uow.today),
        )
        .correlate(Account)
        .exists()
    )


def _matching(search: str) -> list[ColumnElement[bool]]:
    """Every word must stand in the name, or the whole is a user name or personnel number."""
    words = [key for word in search.split() if (key := search_key(word))]
    if not words:
        return []
    name = personnel_key(search)
    has_number = Account.person_id.in_(
        select(Employment.person_id).where(Employment.number_key == name)
    )
    in_name = [Account.name_key.contains(word, autoescape=True) for word in words]
    return [or_(and_(*in_name), Account.username == name, has_number)]


def grant_places(uow: UnitOfWork, account_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Return where accounts hold grants now or later, in the whole province."""
    found: dict[UUID, set[UUID]] = {account_id: set() for account_id in account_ids}
    rows = uow.session.execute(GRANT_PLACES, {"accounts": list(found), "today": uow.today})
    for row in rows:
        found[row.account_id].add(row.municipality_id)
    return found


def first_employers(uow: UnitOfWork, person_ids: Iterable[UUID | None]) -> dict[UUID | None, UUID]:
    """Return which municipality employs each person, in the whole province; the first of several.

    Who is employed nowhere is left out.
    """
    people = [person_id for person_id in person_ids if person_id is not None]
    rows = uow.session.execute(FIRST_EMPLOYERS, {"people": people, "today": uow.today})
    return {row.person_id: row.municipality_id for row in rows}


def open_reset(
    uow: UnitOfWork, place_id: UUID, account_id: UUID, *, lock: bool = False
) -> AccountReset | None:
    """Return the request for new access that waits for a second person."""
    statement = select(AccountReset).where(
        AccountReset.municipality_id == place_id,
        AccountReset.account_id == account_id,
        AccountReset.confirmed_at.is_(None),
        AccountReset.cancelled_at.is_(None),
    )
    found: AccountReset | None = uow.session.scalar(
        statement.with_for_update() if lock else statement
    )
    return found


def without_access(
    uow: UnitOfWork,
    place_id: UUID,
    filters: Filters,
    units: Mapping[UUID, Unit],
    cursor: str | None,
) -> Page[Row[Any]]:
    """Return a page of employees who can't sign in yet, with when a slip was printed last."""
    statement = people.listing(uow.today).add_columns(_printed_at().label("printed_at"))
    statement = statement.where(*_without(uow, place_id, filters, units))
    return fetch(uow.session, statement, [Employment.sort_key, Employment.id], cursor)


def ids_without_access(
    uow: UnitOfWork,
    place_id: UUID,
    filters: Filters,
    units: Mapping[UUID, Unit],
    chosen: Iterable[UUID] | None = None,
) -> list[UUID]:
    """Return at most `MOST_SLIPS` employments of the list: the ``chosen`` ones, or the first."""
    statement = select(Employment.id).where(*_without(uow, place_id, filters, units))
    if chosen is not None:
        statement = statement.where(Employment.id.in_(list(chosen)))
    ordered = statement.order_by(Employment.sort_key, Employment.id).limit(MOST_SLIPS)
    return list(uow.session.scalars(ordered))


def count_without_access(
    uow: UnitOfWork, place_id: UUID, filters: Filters, units: Mapping[UUID, Unit]
) -> int:
    """Return how many employees the list has."""
    found = select(func.count()).select_from(Employment)
    return uow.session.execute(found.where(*_without(uow, place_id, filters, units))).scalar_one()


def _without(
    uow: UnitOfWork, place_id: UUID, filters: Filters, units: Mapping[UUID, Unit]
) -> list[ColumnElement[bool]]:
    """Those without an account, and those with a pending one: its slip may have been lost."""
    waiting = or_(*(is_in(state, Employment.person_id) for state in (State.NONE, State.PENDING)))
    return [*people.conditions_of(place_id, filters, units, uow.today), waiting]


def _printed_at() -> ColumnElement[datetime]:
    return (
        select(func.max(OneTimeCode.created_at))
        .join(Account, Account.id == OneTimeCode.account_id)
        .where(Account.person_id == Employment.person_id, OneTimeCode.channel == SLIP)
        .correlate(Employment)
        .scalar_subquery()
    )


def places_to_choose(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Return code and name of every municipality, the organisation first, large ones next."""
    rows = uow.session.scalars(
        select(Municipality)
        .where(Municipality.is_active)
        .order_by(Municipality.kind.desc(), Municipality.population.desc().nulls_last())
    )
    return [(place.code, place.name(current_locale())) for place in rows]
