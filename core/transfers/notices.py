"""Telling the employee what becomes of his transfer."""

from __future__ import annotations

from datetime import date

from core.database.unit_of_work import UnitOfWork
from core.localization import LazyString, lazy_gettext
from core.localization.filters import jdate
from core.municipalities.place import Place
from core.municipalities.queries import get
from core.notifications.services import notify
from core.sdk import Municipality, Text
from core.transfers.models import Transfer, TransferState
from core.transfers.wording import TOLD

BODIES: dict[str, Text] = {
    TransferState.PENDING: lazy_gettext(
        "Nothing changes until it is accepted. If you do not want to move, tell your HR office."
    ),
    TransferState.ACCEPTED: lazy_gettext(
        "Your record, family and training passport go with you; requests that are still open stay "
        "where you sent them."
    ),
}


def tell(uow: UnitOfWork, transfer: Transfer, by: Municipality) -> None:
    """Tell the employee the new state of his transfer, in the name of the side that acted."""
    source = Place.of(get(uow, transfer.municipality_id))
    target = Place.of(get(uow, transfer.to_municipality_id))
    text = TOLD[transfer.state]
    notify(
        uow,
        "people.employment",
        municipality_id=by.id,
        person_id=transfer.person_id,
        title=LazyString(_title, text, source, target, transfer.starts_on),
        body=BODIES.get(transfer.state, transfer.reason),
        href="/me/",
    )


def _title(text: Text, source: Municipality, target: Municipality, day: date) -> str:
    return str(text) % {"from": source.name, "to": target.name, "day": jdate(day)}
