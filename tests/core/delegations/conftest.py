"""The office of the tests of requests, and delegations among its officers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from core.database.keys import new_id
from core.delegations.models import Delegation
from core.delegations.queries import standings
from core.localization import clock
from core.policy.viewer import Viewer
from tests.core.requests.conftest import Office, office, saturday, site

__all__ = ["office", "saturday", "site"]


def delegate(
    office: Office,
    giver: Viewer,
    to: Viewer,
    *permissions: str,
    starts: int = 0,
    days: int = 10,
) -> UUID:
    """Store a delegation that begins in ``starts`` days, as the constraints let it."""
    first: date = clock.today() + timedelta(days=starts)
    row = Delegation(
        municipality_id=office.place.id,
        id=new_id(),
        giver_id=giver.account_id,
        giver_name=giver.name,
        delegate_id=to.account_id,
        delegate_name=to.name,
        permissions=list(permissions) or None,
        starts_on=first,
        ends_on=first + timedelta(days=days),
        given_at=clock.now(),
    )
    with office.unit(giver) as uow:
        uow.session.add(row)
    return row.id


def standing(office: Office, viewer: Viewer) -> Viewer:
    """Return the viewer as his next request knows him."""
    with office.unit(viewer) as uow:
        return replace(viewer, standings=standings(uow, viewer, office.place.id))
