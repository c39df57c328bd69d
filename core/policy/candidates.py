"""To whom a municipality may give a role: its own people, not everybody of the province."""

from __future__ import annotations

from typing import Final

from sqlalchemy import or_, select

from core.accounts import throttling
from core.accounts.lookup import Found, find
from core.accounts.models import Account
from core.accounts.throttling import HOUR, Limit, Try
from core.audit.models import AuditEntry
from core.database.unit_of_work import UnitOfWork
from core.municipalities.place import Place
from core.people.directory import holds_on
from core.people.models import Employment
from core.policy.models import RoleGrant
from core.policy.viewer import Viewer

MISSES: Final = Limit("grant:miss", 30, HOUR)
"""Names that one officer may try in vain."""


def candidate(uow: UnitOfWork, viewer: Viewer, place: Place, who: str) -> Account | None:
    """Return the account that ``who`` (typed as for signing in) means, if it may get a role here.

    An employee without an account gets a pending one. Unknown people and those of other places
    are None alike, and nothing is created for them.

    Raises:
        TooMany: the viewer named too many in vain.
    """
    tries = [Try(MISSES, str(viewer.account_id))]
    throttling.spend(tries)
    savepoint = uow.session.begin_nested()
    found = find(uow, who, municipality=place.code, create=True)
    if not _may_get(uow, viewer, place, found):
        savepoint.rollback()
        return None
    savepoint.commit()
    throttling.give_back(tries)
    return found.account


def _may_get(uow: UnitOfWork, viewer: Viewer, place: Place, found: Found) -> bool:
    if found.account is None:
        return False
    organisation = place.id if place.is_organisation else place.organisation_id
    if organisation and viewer.units_for("roles.manage", organisation) is None:
        return found.organisation_id == organisation or _belongs(uow, place, found.account)
    return _belongs(uow, place, found.account)


def _belongs(uow: UnitOfWork, place: Place, account: Account) -> bool:
    """Tell whether an account is of an employee or officer here, or was made here for one."""
    employed = select(Employment.id).where(
        Employment.municipality_id == place.id,
        Employment.person_id == account.person_id,
        holds_on(uow.today),
    )
    granted = select(RoleGrant.id).where(
        RoleGrant.municipality_id == place.id,
        RoleGrant.account_id == account.id,
        or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on > uow.today),
    )
    made = select(AuditEntry.number).where(
        AuditEntry.municipality_id == place.id,
        AuditEntry.action == "account.created",
        AuditEntry.subject_id == str(account.id),
    )
    # One after the other: the audit is long, and only new officers need it.
    return any(uow.session.scalar(one.limit(1)) is not None for one in (employed, granted, made))
