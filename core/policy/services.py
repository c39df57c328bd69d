"""Taking over and editing roles, giving and ending grants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from core.accounts.models import Account
from core.accounts.sessions import end_sessions
from core.audit.services import changes, record
from core.database.keys import NOBODY, new_id
from core.database.unit_of_work import UnitOfWork
from core.errors import Forbidden, Invalid, NotFound
from core.localization import (
    LANGUAGES,
    LazyString,
    _,
    current_locale,
    lazy_gettext,
    use_locale,
)
from core.municipalities.place import Place
from core.notifications.services import notify
from core.people.models import OrgUnit
from core.policy.candidates import candidate
from core.policy.catalogue import Suggestion
from core.policy.models import Role, RoleGrant
from core.policy.policies import beyond, chain_of
from core.policy.viewer import Viewer

END_SESSIONS = text("select end_sessions_of_role(:role, :but)")
TOPIC = "accounts.security"
NOBODY_HERE = lazy_gettext(
    "No employee or officer of this municipality is known by this. An officer may need an "
    "account first; for people of other places ask the organisation."
)
TOO_MUCH = lazy_gettext("You can only give rights that you hold here yourself.")


def adopt(uow: UnitOfWork, place: Place, suggested: Iterable[Suggestion]) -> list[Role]:
    """Add the suggested roles that don't exist yet; those that do stay as they were edited."""
    known = set(uow.session.scalars(select(Role.name)))
    added = [_role_of(one) for one in suggested if one.name not in known]
    uow.session.add_all(added)
    for role in added:
        _record(uow, place, "role.added", "role", role.id, detail={"name": role.name})
    return added


def _role_of(suggestion: Suggestion) -> Role:
    titles = {}
    for locale in LANGUAGES:
        with use_locale(locale):
            titles[locale] = str(suggestion.title)
    return Role(
        id=new_id(),
        name=suggestion.name,
        title_fa=titles["fa"],
        title_en=titles["en"],
        permissions=list(suggestion.permissions),
        suggested_by=suggestion.by or "core",
    )


def save_role(
    uow: UnitOfWork, viewer: Viewer, place: Place, role: Role | None, data: Mapping[str, Any]
) -> Role:
    """Add or change a role; without ``permissions`` in the data they stay.

    Everybody who holds it is signed out, but not who changes it.

    Raises:
        Invalid: a permission is added or taken away that the viewer doesn't hold.
    """
    identifier = new_id()
    role = role or Role(id=identifier, name=f"own.{identifier.hex}", permissions=[])
    before = _facts(role)
    wanted = sorted(data.get("permissions", role.permissions))
    if beyond(viewer, set(wanted) ^ set(role.permissions), place.id, frozenset()):
        raise Invalid(fields={"permissions": [TOO_MUCH]})
    role.title_fa, role.title_en, role.permissions = data["title_fa"], data["title_en"], wanted
    uow.session.add(role)
    uow.session.flush()
    uow.session.execute(END_SESSIONS, {"role": role.id, "but": viewer.account_id or NOBODY})
    detail = changes(before, _facts(role))
    _record(uow, place, "role.changed", "role", role.id, detail=detail)
    return role


def _facts(role: Role) -> dict[str, Any]:
    return {
        "title_fa": role.title_fa,
        "title_en": role.title_en,
        "permissions": list(role.permissions),
    }


def give(
    uow: UnitOfWork,
    viewer: Viewer,
    place: Place,
    *,
    who: str,
    role_id: UUID,
    unit_id: UUID | None,
    starts_on: date,
    last_day: date | None,
) -> RoleGrant:
    """Give a role to an account in a place, or in a unit of it with all below.

    ``who`` is typed as for signing in. ``last_day`` None: until it is ended. The account is
    signed out, so that its next session has the new rights.

    Raises:
        Invalid: at the field that is wrong.
        TooMany: the viewer named too many who can't be given a role here.
    """
    account = candidate(uow, viewer, place, who)
    role = uow.session.get(Role, role_id)
    _check_gift(uow, viewer, place, account, role, unit_id)
    if account is None or role is None:  # `_check_gift` has raised
        raise NotFound
    if last_day is not None and last_day < starts_on:
        raise Invalid(fields={"last_day": [lazy_gettext("This is before the first day.")]})
    uow.session.refresh(account, with_for_update=True)
    _refuse_double(uow, place, account, role, unit_id)
    grant = RoleGrant(
        municipality_id=place.id,
        id=new_id(),
        account_id=account.id,
        role_id=role.id,
        unit_id=unit_id,
        starts_on=starts_on,
        ends_on=last_day + timedelta(days=1) if last_day else None,
        granted_by_name=viewer.name,
    )
    uow.session.add(grant)
    _tell(uow, place, account, role, "grant.given", grant)
    return grant


def _check_gift(
    uow: UnitOfWork,
    viewer: Viewer,
    place: Place,
    account: Account | None,
    role: Role | None,
    unit_id: UUID | None,
) -> None:
    if account is None:
        raise Invalid(fields={"who": [NOBODY_HERE]})
    if account.id == viewer.account_id:
        raise Invalid(fields={"who": [lazy_gettext("You can't give rights to yourself.")]})
    if role is None or beyond(viewer, role.permissions, place.id, _chain(uow, place, unit_id)):
        raise Invalid(fields={"role": [TOO_MUCH]})


def _chain(uow: UnitOfWork, place: Place, unit_id: UUID | None) -> frozenset[UUID]:
    if unit_id is None:
        return frozenset()
    rows = uow.session.execute(
        select(OrgUnit.id, OrgUnit.parent_id).where(OrgUnit.municipality_id == place.id)
    )
    return chain_of(unit_id, {row.id: row.parent_id for row in rows})


def _refuse_double(
    uow: UnitOfWork, place: Place, account: Account, role: Role, unit_id: UUID | None
) -> None:
    """The account's row is locked, so that a double click can't give the role twice."""
    same = select(RoleGrant.id).where(
        RoleGrant.municipality_id == place.id,
        RoleGrant.account_id == account.id,
        RoleGrant.role_id == role.id,
        RoleGrant.unit_id.is_not_distinct_from(unit_id),
        RoleGrant.ends_on.is_(None),
    )
    if uow.session.scalar(same.limit(1)) is not None:
        raise Invalid(fields={"role": [lazy_gettext("The account holds this role already.")]})


def end(uow: UnitOfWork, viewer: Viewer, place: Place, grant_id: UUID) -> None:
    """End a grant today; one that has not held for a day is taken back altogether.

    Raises:
        NotFound: there is no such grant here, or it is over.
        Forbidden: it is the viewer's own, or gives what he doesn't hold.
    """
    grant = uow.session.get(RoleGrant, (place.id, grant_id), with_for_update=True)
    if grant is None or (grant.ends_on is not None and grant.ends_on <= uow.today):
        raise NotFound
    account = uow.session.get_one(Account, grant.account_id)
    role = uow.session.get_one(Role, grant.role_id)
    chain = _chain(uow, place, grant.unit_id)
    if account.id == viewer.account_id or beyond(viewer, role.permissions, place.id, chain):
        raise Forbidden(TOO_MUCH, code="beyond")
    if grant.starts_on >= uow.today:
        uow.session.delete(grant)
    else:
        grant.ends_on = uow.today
    _tell(uow, place, account, role, "grant.ended", grant)


def _tell(
    uow: UnitOfWork, place: Place, account: Account, role: Role, action: str, grant: RoleGrant
) -> None:
    """Sign the account out, tell it, and record the act."""
    end_sessions(uow, account.id)
    notify(
        uow,
        TOPIC,
        municipality_id=place.id,
        account_id=account.id,
        title=LazyString(_title, action == "grant.given", role, place),
    )
    detail = {
        "role": role.name,
        "unit": str(grant.unit_id) if grant.unit_id else "",
        "starts_on": str(grant.starts_on),
        "ends_on": str(grant.ends_on) if grant.ends_on else "",
    }
    _record(uow, place, action, "account", account.id, person_id=account.person_id, detail=detail)


def _title(is_given: bool, role: Role, place: Place) -> str:
    """Say it in the language in force; role and place have a name in each."""
    names = {"role": role.title(current_locale()), "place": place.name}
    if is_given:
        return _("You were given the role “%(role)s” at %(place)s", **names)
    return _("Your role “%(role)s” at %(place)s has ended", **names)


def _record(
    uow: UnitOfWork, place: Place, action: str, subject_type: str, subject_id: UUID, **more: Any
) -> None:
    record(
        uow,
        action,
        municipality_id=place.id,
        subject_type=subject_type,
        subject_id=subject_id,
        **more,
    )
