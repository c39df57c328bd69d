"""Giving and ending delegations, and acting by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from core.accounts.models import Account
from core.audit.services import record
from core.database.keys import new_id
from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.delegations.models import Delegation
from core.delegations.policies import LONGEST, beyond
from core.errors import DomainError, Forbidden, Invalid, NotFound
from core.localization import LazyString, _, lazy_gettext
from core.localization.filters import jdate
from core.municipalities.place import Place
from core.notifications.services import notify
from core.policy.candidates import candidate
from core.policy.viewer import Standing, Viewer

TOPIC: Final = "requests.delegation"
NOBODY_HERE = lazy_gettext("No employee or officer of this municipality is known by this.")
TWICE = lazy_gettext("This person stands in for you on some of these days already.")
REFUSALS: Final[dict[str, DomainError]] = {
    "ck_delegation_not_oneself": Invalid(
        fields={"who": [lazy_gettext("You can't stand in for yourself.")]}
    ),
    "ck_delegation_acyclic": Invalid(
        fields={
            "who": [
                lazy_gettext(
                    "You stand in for this person in the same time, so the right would come back "
                    "to where it came from. Choose somebody else."
                )
            ]
        }
    ),
    "ck_delegation_depth": Invalid(
        fields={
            "who": [
                lazy_gettext(
                    "A right can be passed on three times at most, and this would be the fourth. "
                    "Choose somebody else."
                )
            ]
        }
    ),
    "ex_delegation_once": Invalid(
        fields={
            "who": [lazy_gettext("This person stands in for you on some of these days already.")]
        }
    ),
}
"""Constraint → what the form says."""


@contextmanager
def acting_for(uow: UnitOfWork, standing: Standing | None) -> Iterator[None]:
    """Put what is done in the block on record as done on behalf of the principal, if any."""
    before = uow.actor
    if standing is not None:
        principal = standing.principal
        uow.actor = replace(
            before, on_behalf_of=principal.account_id, on_behalf_of_name=principal.name
        )
    try:
        yield
    finally:
        uow.actor = before


def give(
    uow: UnitOfWork,
    viewer: Viewer,
    place: Place,
    *,
    who: str,
    offered: Collection[str],
    permissions: Collection[str],
    starts_on: date,
    last_day: date,
    reason: str,
) -> Delegation:
    """Let somebody of the place decide requests in the viewer's name.

    ``who`` is typed as for signing in. ``offered`` is what the viewer may decide there
    (`policies.delegable`); ``permissions`` limits the delegation to some of it, empty: no limit.

    Raises:
        Invalid: at the field that is wrong.
        TooMany: the viewer named too many who aren't of the place.
    """
    if beyond(permissions, offered):
        raise Invalid(fields={"permissions": [_("You can only delegate what you may decide.")]})
    _check_period(starts_on, last_day)
    account = candidate(uow, viewer, place, who)
    if account is None or viewer.account_id is None:
        raise Invalid(fields={"who": [NOBODY_HERE]})
    delegation = Delegation(
        municipality_id=place.id,
        id=new_id(),
        giver_id=viewer.account_id,
        giver_name=viewer.name,
        delegate_id=account.id,
        delegate_name=account.display_name,
        permissions=sorted(set(permissions)) or None,
        starts_on=starts_on,
        ends_on=last_day + timedelta(days=1),
        reason=reason,
        given_at=uow.now,
    )
    with refusing(uow, REFUSALS):
        uow.session.add(delegation)
    _record(uow, place, "delegation.given", delegation, account)
    _tell(uow, place, delegation, account.id, LazyString(_given_title, delegation))
    return delegation


def _check_period(starts_on: date, last_day: date) -> None:
    if last_day < starts_on:
        raise Invalid(fields={"last_day": [_("This is before the first day.")]})
    if (last_day - starts_on).days >= LONGEST:
        raise Invalid(fields={"last_day": [_("A delegation lasts a year at most.")]})


def end(
    uow: UnitOfWork, viewer: Viewer, place: Place, delegation_id: UUID, *, manages: bool
) -> Delegation:
    """End a delegation at once; what was decided by it stays decided.

    Its giver and its delegate may, and whoever ``manages`` the rights of the place.

    Raises:
        NotFound: there is no such delegation, or the viewer has nothing to do with it.
        Forbidden: it is over already.
    """
    delegation = uow.session.get(Delegation, (place.id, delegation_id), with_for_update=True)
    if delegation is None:
        raise NotFound
    if viewer.account_id not in (delegation.giver_id, delegation.delegate_id) and not manages:
        raise NotFound
    if delegation.ended_at is not None or delegation.ends_on <= uow.today:
        raise Forbidden(_("This delegation is over already."), code="over")
    delegation.ended_at, delegation.ended_by_name = uow.now, viewer.name
    uow.session.flush()
    delegate = uow.session.get_one(Account, delegation.delegate_id)
    _record(uow, place, "delegation.ended", delegation, delegate)
    for account_id in {delegation.giver_id, delegation.delegate_id} - {viewer.account_id}:
        _tell(uow, place, delegation, account_id, LazyString(_ended_title, delegation))
    return delegation


def _given_title(delegation: Delegation) -> str:
    return _(
        "From %(first)s to %(last)s you decide requests on behalf of %(name)s",
        first=jdate(delegation.starts_on),
        last=jdate(delegation.ends_on - timedelta(days=1)),
        name=delegation.giver_name,
    )


def _ended_title(delegation: Delegation) -> str:
    return _(
        "The delegation from %(giver)s to %(delegate)s has ended",
        giver=delegation.giver_name,
        delegate=delegation.delegate_name,
    )


def _tell(
    uow: UnitOfWork, place: Place, delegation: Delegation, account_id: UUID, title: LazyString
) -> None:
    notify(
        uow,
        TOPIC,
        municipality_id=place.id,
        account_id=account_id,
        title=title,
        body=delegation.reason,
        href=f"/m/{place.code}/delegations/",
    )


def _record(
    uow: UnitOfWork, place: Place, action: str, delegation: Delegation, delegate: Account
) -> None:
    facts: dict[str, Any] = {
        "giver": delegation.giver_name,
        "delegate": delegation.delegate_name,
        "starts_on": str(delegation.starts_on),
        "ends_on": str(delegation.ends_on),
        "permissions": delegation.permissions or [],
    }
    record(
        uow,
        action,
        municipality_id=place.id,
        subject_type="delegation",
        subject_id=delegation.id,
        person_id=delegate.person_id,
        reason=delegation.reason,
        detail=facts,
    )
