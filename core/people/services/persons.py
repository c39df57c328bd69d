"""Changing a person: names and civil status by an employer, contacts only while they are empty."""

from __future__ import annotations

from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import select, update

from core.accounts.models import Account
from core.accounts.queries import first_employers, grant_places
from core.audit.services import changes, record
from core.database.unit_of_work import UnitOfWork
from core.errors import Conflict
from core.localization import _
from core.people.masking import mask_mobile
from core.people.models import Employment, Person
from core.people.names import NameKeys
from core.people.policies import check_birth
from core.people.services.locks import locked_person
from core.sdk import Municipality


class PersonFacts(TypedDict):
    """What an employer may change; "" means not known."""

    given_name: str
    family_name: str
    father_name: str
    birth_date: date
    sex: str
    marital_status: str


def change_person(
    uow: UnitOfWork,
    place: Municipality,
    employment_id: UUID,
    data: PersonFacts,
    *,
    version: int,
) -> None:
    """Change names and civil status; a trigger carries the keys of a new name to employments.

    Raises:
        Conflict: somebody else changed the person, or he isn't employed here today.
        Invalid: a birth date that doesn't fit the employments.
    """
    person = locked_person(uow, place.id, employment_id, version)
    check_birth(data["birth_date"], _earliest_start(uow, person.id))
    after: dict[str, Any] = {
        **data,
        "sex": data["sex"] or None,
        "marital_status": data["marital_status"] or None,
    }
    detail = changes({name: getattr(person, name) for name in after}, after)
    if not detail:
        return
    keys = NameKeys.of(data["given_name"], data["family_name"]).for_person()
    _write(uow, person, {**after, **keys})
    if {"given_name", "family_name"} & detail.keys():
        _rename_account(uow, person)
    _audit(uow, place, person, "person.change", detail)


def fill_contacts(
    uow: UnitOfWork,
    place: Municipality,
    employment_id: UUID,
    *,
    version: int,
    mobile: str = "",
    email: str = "",
) -> None:
    """Enter a mobile number or e-mail address where there is none yet.

    What is there belongs to the person: an officer who could replace it could take over the
    account by it. So is all of it once the account is in use or has rights, and only the first
    of several employers may enter anything.

    Raises:
        Conflict: it is the employee's own to enter, or another employer's.
    """
    person = locked_person(uow, place.id, employment_id, version)
    refusal = contacts_refusal(uow, place, person.id, lock=True)
    if refusal is not None:
        raise refusal
    after = {
        name: value
        for name, value in (("mobile", mobile), ("email", email))
        if value and not getattr(person, name)
    }
    if not after:
        return
    _write(uow, person, after)
    shown = {**after, "mobile": mask_mobile(mobile)} if "mobile" in after else after
    detail = {name: ["", value] for name, value in shown.items()}
    _audit(uow, place, person, "person.contacts", detail)


def contacts_refusal(
    uow: UnitOfWork, place: Municipality, person_id: UUID, *, lock: bool = False
) -> Conflict | None:
    """Return why an officer may not enter a person's contacts, or None; its code says which."""
    if first_employers(uow, [person_id]).get(person_id) != place.id:
        return Conflict(
            _(
                "Another municipality employed this person first and enters contact data. "
                "Ask the organisation's officers."
            ),
            code="anothers",
        )
    statement = select(Account).where(Account.person_id == person_id)
    account = uow.session.scalar(statement.with_for_update(key_share=True) if lock else statement)
    if account and (not account.is_pending or grant_places(uow, [account.id])[account.id]):
        return Conflict(
            _(
                "This employee has an account in use, so only the employee can change contact "
                "data, by a request."
            ),
            code="own_contacts",
        )
    return None


def _earliest_start(uow: UnitOfWork, person_id: UUID) -> date:
    found = uow.session.scalar(
        select(Employment.starts_on)
        .where(Employment.person_id == person_id)
        .order_by(Employment.starts_on)
        .limit(1)
    )
    return found or uow.today


def _write(uow: UnitOfWork, person: Person, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(person, name, value)
    person.version += 1
    uow.session.flush()
    # The trigger wrote to employments behind the session's back.
    for row in list(uow.session):
        if isinstance(row, Employment):
            uow.session.expire(row)


def _rename_account(uow: UnitOfWork, person: Person) -> None:
    uow.session.execute(
        update(Account)
        .where(Account.person_id == person.id)
        .values(display_name=person.full_name)
        .execution_options(synchronize_session=False)
    )


def _audit(
    uow: UnitOfWork, place: Municipality, person: Person, action: str, detail: dict[str, Any]
) -> None:
    record(
        uow,
        action,
        municipality_id=place.id,
        subject_type="person",
        subject_id=person.id,
        person_id=person.id,
        detail=detail,
    )
