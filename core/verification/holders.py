"""Name and national ID of those whom documents are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from core.database.unit_of_work import UnitOfWork
from core.people.models import Employment, Person


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a document; ``national_id`` is masked before it is signed."""

    name: str
    national_id: str


def holders(uow: UnitOfWork, municipality_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Holder]:
    """Return the holders, of former employees what their snapshot says.

    Raises:
        LookupError: someone neither works there nor ever did.
    """
    wanted = set(ids)
    people = uow.session.execute(
        select(Person.id, Person.given_name, Person.family_name, Person.national_id).where(
            Person.id.in_(wanted)
        )
    )
    found = {p.id: Holder(f"{p.given_name} {p.family_name}".strip(), p.national_id) for p in people}
    found |= _former(uow, municipality_id, wanted - found.keys())
    if missing := wanted - found.keys():
        raise LookupError(f"nobody of this municipality: {sorted(map(str, missing))}")
    return found


def _former(uow: UnitOfWork, municipality_id: UUID, ids: set[UUID]) -> dict[UUID, Holder]:
    if not ids:
        return {}
    rows = uow.session.execute(
        select(Employment.person_id, Employment.snapshot)
        .where(
            Employment.municipality_id == municipality_id,
            Employment.person_id.in_(ids),
            Employment.snapshot.is_not(None),
        )
        .order_by(Employment.ends_on)
    )
    return {
        row.person_id: Holder(
            f"{row.snapshot['given_name']} {row.snapshot['family_name']}".strip(),
            row.snapshot["national_id"],
        )
        for row in rows
    }
