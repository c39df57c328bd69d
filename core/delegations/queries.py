"""Reads of delegations: what somebody stands in for, and the lists of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select, text, true

from core.accounts.request_state import RequestState
from core.database.paging import Page, fetch
from core.database.unit_of_work import UnitOfWork
from core.delegations.models import Delegation
from core.delegations.policies import narrow
from core.policy.viewer import Grant, Standing, Viewer

DELEGATED_TO = text("select * from delegated_to(:account, :municipality, :today)")


def load_standings(state: RequestState) -> RequestState:
    """Let the viewer of a request know what was delegated to him in the municipality at hand."""
    if state.viewer.account_id is not None and not state.viewer.standings:
        found = standings(state.uow, state.viewer, state.place.id)
        state.viewer = replace(state.viewer, standings=found)
    return state


def standings(uow: UnitOfWork, viewer: Viewer, municipality_id: UUID) -> tuple[Standing, ...]:
    """Return for whom the viewer may decide today, direct delegations first."""
    rows = uow.session.execute(
        DELEGATED_TO,
        {"account": viewer.account_id, "municipality": municipality_id, "today": uow.today},
    )
    return tuple(_standing(row, viewer.organisation_of) for row in rows)


def _standing(row: Row[Any], organisation_of: Mapping[UUID, UUID | None]) -> Standing:
    limits = None if row.limits is None else frozenset(row.limits)
    held = (
        Grant(
            UUID(grant["municipality_id"]),
            UUID(grant["unit_id"]) if grant["unit_id"] else None,
            frozenset(grant["permissions"]),
        )
        for grant in row.grants
    )
    return Standing(
        delegation_id=row.delegation_id,
        principal=Viewer(
            account_id=row.account_id,
            person_id=row.person_id,
            name=row.name,
            grants=narrow(held, limits),
            organisation_of=organisation_of,
        ),
        limits=limits,
        accounts=frozenset(row.accounts),
        persons=frozenset(row.persons),
    )


def page(
    uow: UnitOfWork, viewer: Viewer, municipality_id: UUID, *, everybodys: bool, cursor: str | None
) -> Page[Row[Any]]:
    """Return a page of the viewer's delegations, given and received (or of all), latest first."""
    table = Delegation
    mine = or_(table.giver_id == viewer.account_id, table.delegate_id == viewer.account_id)
    statement = select(
        table.id,
        table.giver_id,
        table.giver_name,
        table.delegate_id,
        table.delegate_name,
        table.permissions,
        table.starts_on,
        table.ends_on,
        table.reason,
        table.ended_at,
        table.ended_by_name,
    ).where(table.municipality_id == municipality_id, true() if everybodys else mine)
    return fetch(uow.session, statement, [table.ends_on, table.id], cursor, descending=True)
