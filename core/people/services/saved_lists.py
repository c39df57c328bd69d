"""Filters of the list of employees, saved under a name.

A list is its maker's, and everybody's who sees employees once it is shared. Shared ones belong to
the office: who may change the whole municipality's employees (``manages``) shares, renames and
deletes them, whoever made them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from core.audit.services import changes, record
from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.errors import Forbidden, Invalid, NotFound
from core.localization import _
from core.localization.text import search_key, sort_key
from core.people.models import SavedList
from core.people.policies import may_change_list
from core.sdk import Municipality


def lists_of(uow: UnitOfWork, municipality_id: UUID) -> list[SavedList]:
    """Return the actor's own lists and the shared ones, in Persian order."""
    row = SavedList
    mine = row.account_id == uow.actor.account_id
    found = uow.session.scalars(
        select(row).where(row.municipality_id == municipality_id, or_(mine, row.is_shared))
    )
    return sorted(found, key=lambda one: (sort_key(one.name), one.id))


def list_for_change(
    uow: UnitOfWork,
    municipality_id: UUID,
    saved_list_id: UUID,
    *,
    manages: bool,
    lock: bool = False,
) -> SavedList:
    """Return a list that the actor may change.

    Raises:
        NotFound: there is none, or it is somebody else's own.
        Forbidden: it is shared, and the actor may only use it.
    """
    found = uow.session.get(SavedList, (municipality_id, saved_list_id), with_for_update=lock)
    if found is None:
        raise NotFound()
    is_own = found.account_id == uow.actor.account_id
    if not is_own and not found.is_shared:
        raise NotFound()
    if not may_change_list(is_own=is_own, is_shared=found.is_shared, manages=manages):
        raise Forbidden(_shared_only(), code="permission")
    return found


def save_list(
    uow: UnitOfWork,
    place: Municipality,
    filters: Mapping[str, str],
    *,
    name: str,
    is_shared: bool,
    manages: bool,
) -> SavedList:
    """Save filters under a name.

    Raises:
        Invalid: nothing to save, or a name that is taken.
        Forbidden: shared by somebody who may not.
    """
    if not filters:
        raise Invalid(_("Choose filters first; the list of all needs no name."))
    if is_shared and not manages:
        raise Forbidden(_shared_only(), code="permission")
    saved = SavedList(
        municipality_id=place.id,
        account_id=uow.actor.account_id,
        name=name,
        name_key=search_key(name),
        is_shared=is_shared,
        filters=dict(filters),
    )
    with refusing(uow, _taken()):
        uow.session.add(saved)
    _audit(uow, "people.save_list", saved, {"name": [None, name], "is_shared": [None, is_shared]})
    return saved


def change_list(
    uow: UnitOfWork,
    place: Municipality,
    saved_list_id: UUID,
    *,
    name: str,
    is_shared: bool,
    manages: bool,
) -> None:
    """Rename a list, share it, or take it back to oneself; its filters stay."""
    saved = list_for_change(uow, place.id, saved_list_id, manages=manages, lock=True)
    if is_shared and not manages:
        raise Forbidden(_shared_only(), code="permission")
    after = {"name": name, "is_shared": is_shared}
    detail = changes({"name": saved.name, "is_shared": saved.is_shared}, after)
    if not detail:
        return
    with refusing(uow, _taken()):
        saved.name, saved.name_key, saved.is_shared = name, search_key(name), is_shared
    _audit(uow, "people.change_list", saved, detail)


def delete_list(
    uow: UnitOfWork, place: Municipality, saved_list_id: UUID, *, manages: bool
) -> None:
    """Delete a list."""
    saved = list_for_change(uow, place.id, saved_list_id, manages=manages, lock=True)
    uow.session.delete(saved)
    _audit(uow, "people.delete_list", saved, {"name": [saved.name, None]})


def _shared_only() -> str:
    return _("Shared lists are changed by those who may change all employees.")


def _taken() -> dict[str, Invalid]:
    own, shared = _("You have a list of this name."), _("There is a shared list of this name.")
    return {
        "uq_saved_list_municipality_id_account_id_name_key": Invalid(fields={"name": [own]}),
        "uq_saved_list_shared": Invalid(fields={"name": [shared]}),
    }


def _audit(uow: UnitOfWork, action: str, saved: SavedList, detail: dict[str, Any]) -> None:
    record(
        uow,
        action,
        municipality_id=saved.municipality_id,
        subject_type="saved_list",
        subject_id=saved.id,
        detail=detail,
    )
