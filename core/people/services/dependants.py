"""Family members in the care of a person."""

from __future__ import annotations

from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import select

from core.audit.services import record
from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.errors import Conflict, Invalid, NotFound
from core.localization import _
from core.localization.filters import jdate
from core.people.masking import mask_national_id
from core.people.models import Dependant, Person
from core.people.policies import DAY, check_ahead
from core.people.services.locks import locked_person
from core.sdk import Municipality


class NewDependant(TypedDict):
    """A family member from a day on; the national ID may be "" and the birth date None."""

    relation: str
    given_name: str
    family_name: str
    national_id: str
    birth_date: date | None
    starts_on: date


def add_dependant(
    uow: UnitOfWork, place: Municipality, employment_id: UUID, data: NewDependant
) -> None:
    """Add a family member to the person of an employment that holds today.

    Raises:
        Conflict: the person isn't employed here today.
        Invalid: the same national ID is there already, or dates that can't be.
    """
    person = locked_person(uow, place.id, employment_id)
    _check(person, data, uow.today)
    dependant = Dependant(person_id=person.id, **data)
    text = _("A family member with this national ID is there already.")
    taken = Invalid(fields={"national_id": [text]})
    with refusing(uow, {"uq_dependant_national_id": taken}):
        uow.session.add(dependant)
    detail: dict[str, Any] = {
        "relation": [None, dependant.relation],
        "name": [None, f"{dependant.given_name} {dependant.family_name}"],
        "national_id": [None, mask_national_id(dependant.national_id)],
        "starts_on": [None, dependant.starts_on.isoformat()],
    }
    _audit(uow, place, person, dependant, "dependant.add", detail)


def _check(person: Person, data: NewDependant, today: date) -> None:
    check_ahead("starts_on", data["starts_on"], today)
    if data["national_id"] and data["national_id"] == person.national_id:
        raise Invalid(fields={"national_id": [_("This is the employee's own national ID.")]})
    if data["birth_date"] and data["birth_date"] > data["starts_on"]:
        text = _("Nobody is in care before birth, %(day)s.", day=jdate(data["birth_date"]))
        raise Invalid(fields={"starts_on": [text]})


def end_dependant(
    uow: UnitOfWork,
    place: Municipality,
    employment_id: UUID,
    dependant_id: UUID,
    *,
    last_day: date,
) -> None:
    """Say until when a family member was in the person's care.

    Raises:
        Conflict: the end was entered already.
        Invalid: a last day before the first, or too far ahead.
    """
    person = locked_person(uow, place.id, employment_id)
    dependant = uow.session.scalar(
        select(Dependant)
        .where(Dependant.id == dependant_id, Dependant.person_id == person.id)
        .execution_options(populate_existing=True)
    )
    if dependant is None:
        raise NotFound()
    if dependant.ends_on is not None:
        raise Conflict(_("The end was entered already."), code="over")
    if last_day < dependant.starts_on:
        text = _("The first day was %(day)s.", day=jdate(dependant.starts_on))
        raise Invalid(fields={"last_day": [text]})
    check_ahead("last_day", last_day, uow.today)
    dependant.ends_on = last_day + DAY
    detail: dict[str, Any] = {
        "relation": dependant.relation,
        "ends_on": [None, dependant.ends_on.isoformat()],
    }
    _audit(uow, place, person, dependant, "dependant.end", detail)


def _audit(
    uow: UnitOfWork,
    place: Municipality,
    person: Person,
    dependant: Dependant,
    action: str,
    detail: dict[str, Any],
) -> None:
    uow.session.flush()
    record(
        uow,
        action,
        municipality_id=place.id,
        subject_type="dependant",
        subject_id=dependant.id,
        person_id=person.id,
        detail=detail,
    )
