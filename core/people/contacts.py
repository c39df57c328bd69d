"""A person's mobile number, e-mail address and bank account: changed by his own requests only."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import select

from core.audit.services import record
from core.database.unit_of_work import UnitOfWork
from core.errors import Conflict
from core.localization import _
from core.people.masking import mask_mobile, mask_sheba
from core.people.models import Person

CONTACTS: Final = ("mobile", "email")
MASKS: Final = {"mobile": mask_mobile, "sheba": mask_sheba}


def contacts_of(uow: UnitOfWork, person_id: UUID) -> dict[str, str]:
    """Return mobile, email and sheba of a person; nothing for one outside the scope."""
    row = uow.session.execute(
        select(Person.mobile, Person.email, Person.sheba).where(Person.id == person_id)
    ).one_or_none()
    return dict(row._mapping) if row else {}


def digest(uow: UnitOfWork, person_id: UUID, fields: Collection[str]) -> str:
    """Return a digest of what some fields hold now, to see later whether they changed."""
    now = contacts_of(uow, person_id)
    text = "\n".join(f"{name}={now.get(name, '')}" for name in sorted(fields))
    return hashlib.sha256(text.encode()).hexdigest()


def change_contacts(
    uow: UnitOfWork, municipality_id: UUID, person_id: UUID, values: Mapping[str, str], reason: str
) -> None:
    """Change some of mobile, email and sheba; ``reason`` is the reference of the request.

    Raises:
        Conflict: the person isn't employed in the scope any more.
    """
    person = uow.session.execute(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if person is None:
        raise Conflict(
            _("Personal data can be changed only while the person is employed here."),
            code="not_employed",
        )
    detail = {name: _shown(name, [getattr(person, name), new]) for name, new in values.items()}
    for name, value in values.items():
        setattr(person, name, value)
    person.version += 1
    uow.session.flush()
    record(
        uow,
        "person.contacts",
        municipality_id=municipality_id,
        subject_type="person",
        subject_id=person_id,
        person_id=person_id,
        reason=reason,
        detail=detail,
    )


def _shown(name: str, values: list[str]) -> list[str]:
    mask = MASKS.get(name)
    return [mask(value) if mask and value else value for value in values]
