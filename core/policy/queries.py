"""Reads of roles and grants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from core.accounts.models import Account
from core.database.paging import Page, fetch
from core.database.unit_of_work import UnitOfWork
from core.people.models import OrgUnit
from core.policy.models import Role, RoleGrant


def roles(uow: UnitOfWork, place_id: UUID) -> Sequence[Row[Any]]:
    """Return all roles, with how many hold each in a place today."""
    held = (
        select(func.count())
        .select_from(RoleGrant)
        .where(
            RoleGrant.municipality_id == place_id,
            RoleGrant.role_id == Role.id,
            RoleGrant.starts_on <= uow.today,
            _not_over(uow),
        )
        .correlate(Role)
        .scalar_subquery()
    )
    return uow.session.execute(select(Role, held.label("held")).order_by(Role.name)).all()


def role(uow: UnitOfWork, role_id: UUID, *, lock: bool = False) -> Role | None:
    """Return one role."""
    return uow.session.get(Role, role_id, with_for_update=lock)


def grants(uow: UnitOfWork, place_id: UUID, *, past: bool, cursor: str | None) -> Page[Row[Any]]:
    """Return a page of the grants of a place, by name of the holder."""
    statement = _grants(place_id)
    if not past:
        statement = statement.where(_not_over(uow))
    return fetch(uow.session, statement, [Account.sort_key, RoleGrant.id], cursor)


def grants_of_account(uow: UnitOfWork, place_id: UUID, account_id: UUID) -> Sequence[Row[Any]]:
    """Return what an account holds in a place now or later."""
    statement = _grants(place_id).where(RoleGrant.account_id == account_id, _not_over(uow))
    return uow.session.execute(statement.order_by(RoleGrant.starts_on, RoleGrant.id)).all()


def _grants(place_id: UUID) -> Select[*tuple[Any, ...]]:
    unit = (OrgUnit.municipality_id == RoleGrant.municipality_id) & (
        OrgUnit.id == RoleGrant.unit_id
    )
    return (
        select(
            RoleGrant.id,
            RoleGrant.account_id,
            RoleGrant.starts_on,
            RoleGrant.ends_on,
            RoleGrant.granted_by_name,
            Account.display_name,
            Account.sort_key,
            Role,
            OrgUnit.name.label("unit"),
        )
        .select_from(RoleGrant)
        .join(Account, Account.id == RoleGrant.account_id)
        .join(Role, Role.id == RoleGrant.role_id)
        .outerjoin(OrgUnit, unit)
        .where(RoleGrant.municipality_id == place_id)
    )


def _not_over(uow: UnitOfWork) -> ColumnElement[bool]:
    return or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on > uow.today)
