"""Releasing, accepting, withdrawing and refusing a transfer.

Locks go employment → transfer. Accepting needs both municipalities in the scope; everything else
the actor's own only.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NoReturn, TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, select, text

from core.audit.services import record
from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.errors import Conflict, Invalid, NotFound
from core.localization import _
from core.municipalities.place import Place
from core.municipalities.queries import get
from core.people.directory import names_of
from core.people.models import Employment
from core.people.names import NameKeys
from core.people.services import close_employment, telling
from core.people.services.hiring import first_assignment, number_taken
from core.people.services.locks import locked_employment, running_employment, span_of
from core.people.services.units import unit_on
from core.plugin_host.host import PluginHost
from core.sdk import Municipality
from core.transfers import notices, policies
from core.transfers.models import Transfer, TransferState
from core.transfers.queries import destinations, shown_of
from core.transfers.wording import CLOSED

LINK = text("select link_transferred(:municipality, :transfer)")


class NewPlace(TypedDict):
    """What the accepting side enters of its new employee."""

    personnel_number: str
    kind: str
    unit_id: UUID | None
    post_id: UUID | None


def release(
    uow: UnitOfWork,
    place: Municipality,
    employment_id: UUID,
    *,
    version: int,
    to_municipality_id: UUID,
    starts_on: date,
    note: str = "",
) -> Transfer:
    """Offer an employee to another municipality from a day on; nothing changes until it accepts.

    Raises:
        Conflict: changed meanwhile, over, or released already.
        Invalid: a day that can't be, or a municipality outside the organisation.
    """
    employment = running_employment(uow, place.id, employment_id, version)
    policies.check_day(span_of(employment), starts_on, uow.today)
    if to_municipality_id not in {one.id for one in destinations(uow, place)}:
        raise Invalid(
            fields={"to_municipality_id": [_("Choose one of the municipalities in the list.")]}
        )
    transfer = Transfer(
        municipality_id=place.id,
        to_municipality_id=to_municipality_id,
        employment_id=employment.id,
        starts_on=starts_on,
        state=TransferState.PENDING,
        shown=shown_of(uow, employment),
        note=note,
        released_at=uow.now,
        released_by=uow.actor.name,
    )
    with refusing(uow, {"uq_transfer_pending": _released_already()}):
        uow.session.add(transfer)
    uow.session.refresh(transfer)
    _audit(uow, transfer, "transfer.release", reason=note)
    notices.tell(uow, transfer, place)
    return transfer


def _released_already() -> Conflict:
    return Conflict(_("A transfer of this employee waits for an answer already."), code="pending")


def accept(
    uow: UnitOfWork,
    host: PluginHost,
    place: Municipality,
    transfer_id: UUID,
    data: NewPlace,
) -> Employment:
    """Employ the released person: the old employment is closed and a new one opened, at once.

    Open cases stay with the releasing municipality, whose services are told that he left.

    Raises:
        NotFound: no such transfer to ``place``.
        Conflict: it was answered or withdrawn meanwhile, or the employment ended.
        Invalid: a taken number, or a unit that doesn't exist then.
    """
    seen = found_for(uow, place, transfer_id, Transfer.to_municipality_id)
    old = locked_employment(uow, seen.municipality_id, seen.employment_id)
    transfer = _pending(uow, seen)
    source = Place.of(get(uow, transfer.municipality_id))
    new = _employ(uow, place, transfer, old, data)
    _close(uow, host, source, old, transfer.starts_on)
    _answer(uow, transfer, TransferState.ACCEPTED, new_employment_id=new.id)
    _audit(uow, transfer, "transfer.accept")
    notices.tell(uow, transfer, place)
    telling.schedule(uow, new)
    if span_of(new).holds_on(uow.today):
        telling.tell_began(uow, host, place, [new])
    return new


def _employ(
    uow: UnitOfWork, place: Municipality, transfer: Transfer, old: Employment, data: NewPlace
) -> Employment:
    """Open the new employment; the person is linked by right of the release."""
    parameters = {"municipality": place.id, "transfer": transfer.id}
    person_id = uow.session.execute(LINK, parameters).scalar_one()
    new = Employment(
        municipality_id=place.id,
        person_id=person_id,
        personnel_number=data["personnel_number"],
        kind=data["kind"],
        starts_on=transfer.starts_on,
        **NameKeys.of(*names_of(uow, old)).for_employment(),
    )
    with refusing(uow, number_taken()):
        uow.session.add(new)
    uow.session.refresh(new)
    if data["unit_id"]:
        unit = unit_on(uow, place.id, data["unit_id"], new.starts_on)
        first_assignment(uow, new, unit, data["post_id"])
    return new


def _close(
    uow: UnitOfWork, host: PluginHost, source: Municipality, old: Employment, starts_on: date
) -> None:
    """End the old employment the day before; its facts may have changed since the release."""
    try:
        policies.check_day(span_of(old), starts_on, uow.today)
        close_employment(uow, host, source, old, starts_on, "transferred")
    except Invalid as error:
        raise Conflict(
            _("The facts of the employment were changed meanwhile. Ask for a new release."),
            code="changed",
        ) from error


def close(uow: UnitOfWork, place: Municipality, transfer_id: UUID, *, reason: str) -> Transfer:
    """Withdraw (the releasing side) or refuse (the other one) a transfer, with a reason.

    Raises:
        NotFound: no such transfer of or to ``place``.
        Conflict: it was answered or withdrawn meanwhile.
    """
    ours = (Transfer.municipality_id == place.id) | (Transfer.to_municipality_id == place.id)
    seen = _found(uow, transfer_id, ours)
    transfer = _pending(uow, seen)
    is_ours = transfer.municipality_id == place.id
    _answer(uow, transfer, TransferState.WITHDRAWN if is_ours else TransferState.REFUSED, reason)
    _audit(uow, transfer, f"transfer.{'withdraw' if is_ours else 'refuse'}", reason=reason)
    notices.tell(uow, transfer, place)
    return transfer


def found_for(uow: UnitOfWork, place: Municipality, transfer_id: UUID, side: Any) -> Transfer:
    """Return a transfer by the column of the side that ``place`` must be on, or raise NotFound."""
    return _found(uow, transfer_id, side == place.id)


def _found(uow: UnitOfWork, transfer_id: UUID, condition: ColumnElement[bool]) -> Transfer:
    found = uow.session.scalars(
        select(Transfer).where(Transfer.id == transfer_id, condition)
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def _pending(uow: UnitOfWork, seen: Transfer) -> Transfer:
    """Return the transfer locked and still without an answer; raise Conflict otherwise."""
    transfer = uow.session.execute(
        select(Transfer)
        .where(Transfer.municipality_id == seen.municipality_id, Transfer.id == seen.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()
    if transfer.state != TransferState.PENDING:
        _refuse_closed(transfer)
    return transfer


def _refuse_closed(transfer: Transfer) -> NoReturn:
    raise Conflict(CLOSED[transfer.state], code=transfer.state)


def _answer(
    uow: UnitOfWork,
    transfer: Transfer,
    state: TransferState,
    reason: str = "",
    new_employment_id: UUID | None = None,
) -> None:
    transfer.state = state
    transfer.new_employment_id = new_employment_id
    transfer.closed_at, transfer.closed_by = uow.now, uow.actor.name
    transfer.reason = reason
    uow.session.flush()


def _audit(uow: UnitOfWork, transfer: Transfer, action: str, *, reason: str = "") -> None:
    """Record it in the chains of both sides; the person sees the entry of his employer."""
    sides = {transfer.municipality_id: transfer.person_id, transfer.to_municipality_id: None}
    detail = {
        "employer": [get(uow, side).code for side in sides],
        "starts_on": [None, transfer.starts_on.isoformat()],
    }
    for municipality_id, person_id in sides.items():
        record(
            uow,
            action,
            municipality_id=municipality_id,
            subject_type="transfer",
            subject_id=transfer.id,
            person_id=person_id,
            reason=reason,
            detail=detail,
        )
