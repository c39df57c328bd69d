"""Adding, editing and deactivating municipalities."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.activation.models import ServiceActivation
from core.activation.states import OPEN
from core.audit.services import changes, record
from core.database.keys import new_id
from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.errors import Conflict, Invalid
from core.localization import _
from core.municipalities.models import Municipality
from core.municipalities.queries import facts_of


def add(uow: UnitOfWork, organisation_id: UUID, facts: Mapping[str, Any]) -> Municipality:
    """Add a municipality to an organisation; ``facts`` as `schemas.MunicipalitySchema` gives them.

    Raises:
        Invalid: the code is taken.
    """
    organisation = uow.session.get_one(Municipality, organisation_id)
    row = Municipality(
        id=new_id(),
        organisation_id=organisation.id,
        province_fa=organisation.province_fa,
        **_columns(facts),
    )
    with _code_is_free(uow):
        uow.session.add(row)
    _note(uow, "municipality.add", row, organisation_id, {"code": [None, row.code]})
    return row


def edit(uow: UnitOfWork, row: Municipality, facts: Mapping[str, Any], *, noted_in: UUID) -> None:
    """Change facts of a municipality; the audit entry belongs to the municipality ``noted_in``.

    Raises:
        Invalid: the code is taken.
    """
    differences = changes(facts_of(row), dict(facts))
    if not differences:
        return
    with _code_is_free(uow):
        for name, value in _columns(facts).items():
            setattr(row, name, value)
    _note(uow, "municipality.change", row, noted_in, differences)


def deactivate(uow: UnitOfWork, row: Municipality, *, noted_in: UUID) -> None:
    """Hide a municipality with all its pages; its data stays, and it can come back.

    Raises:
        Conflict: services are on there, or it is the organisation.
        LookupError: the scope doesn't cover it, so nothing could be seen of its services.
    """
    if row.id not in uow.scope.municipalities:
        raise LookupError("the scope must cover the municipality")
    if row.organisation_id is None:
        raise Conflict(_("The organisation itself can't be deactivated."))
    if services_on(uow, row.id, locking=True):
        raise Conflict(_("Services are still on there: switch them off first."))
    _set_active(uow, row, noted_in, active=False)


def activate(uow: UnitOfWork, row: Municipality, *, noted_in: UUID) -> None:
    """Bring a deactivated municipality back."""
    _set_active(uow, row, noted_in, active=True)


def services_on(uow: UnitOfWork, municipality_id: UUID, *, locking: bool = False) -> list[str]:
    """Return the services that are on or closing there; ``locking`` keeps them from switching."""
    found = select(ServiceActivation).where(ServiceActivation.municipality_id == municipality_id)
    found = found.order_by(ServiceActivation.service)
    rows = uow.session.scalars(found.with_for_update() if locking else found)
    return [activation.service for activation in rows if activation.state in OPEN]


def _set_active(uow: UnitOfWork, row: Municipality, noted_in: UUID, *, active: bool) -> None:
    if row.is_active is active:
        return
    row.is_active = active
    action = "municipality.activate" if active else "municipality.deactivate"
    _note(uow, action, row, noted_in, {"is_active": [not active, active]})


def _columns(facts: Mapping[str, Any]) -> dict[str, Any]:
    columns = dict(facts)
    if "weekend" in columns:
        columns["weekend"] = sorted(int(day) for day in columns["weekend"])
    return columns


def _code_is_free(uow: UnitOfWork) -> AbstractContextManager[None]:
    """Write inside the block; a code that is taken becomes a message at the field."""
    taken = Invalid(fields={"code": [_("Another municipality has this code.")]})
    return refusing(uow, {"uq_municipality_code": taken})


def _note(
    uow: UnitOfWork, action: str, row: Municipality, noted_in: UUID, detail: dict[str, Any]
) -> None:
    record(
        uow,
        action,
        municipality_id=noted_in,
        subject_type="municipality",
        subject_id=row.id,
        detail=detail,
    )
