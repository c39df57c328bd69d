"""Entering a new employee: the person is linked, the employment begins, services are told."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple, NoReturn, TypedDict
from uuid import UUID

from sqlalchemy import select

from core.database.unit_of_work import UnitOfWork
from core.database.violations import refusing
from core.errors import Invalid
from core.localization import _
from core.people import policies
from core.people.directory import names_of
from core.people.masking import mask_national_id
from core.people.models import Assignment, Employment, OrgUnit, SalaryFact
from core.people.names import NameKeys
from core.people.services import telling
from core.people.services.linking import Identity, Link, Outcome, count_miss, link_people
from core.people.services.locks import audit_employment
from core.people.services.units import unit_on
from core.plugin_host.host import PluginHost
from core.sdk import Municipality


class NewEmployee(TypedDict):
    """What a new employee's form gives; ids and amounts may be missing (None).

    ``last_day`` is the last day of a fixed term. ``second_employment`` confirms that somebody who
    is employed here already gets another employment.
    """

    national_id: str
    given_name: str
    family_name: str
    birth_date: date
    father_name: str
    sex: str
    marital_status: str
    mobile: str
    email: str
    personnel_number: str
    kind: str
    starts_on: date
    last_day: date | None
    unit_id: UUID | None
    post_id: UUID | None
    monthly_base: int | None
    countable: int | None
    second_employment: bool


class Hired(NamedTuple):
    """The new employment, and whether its person was known before."""

    employment: Employment
    outcome: Outcome


def hire(uow: UnitOfWork, host: PluginHost, place: Municipality, data: NewEmployee) -> Hired:
    """Employ a person from a day on, perhaps in a unit and with a salary.

    Raises:
        Invalid: dates that can't be, a taken personnel number, somebody who is employed here
            already or whose stored identity is another.
        TooMany: too many identities didn't match.
    """
    span = _checked_span(data, uow.today)
    found = _linked(uow, place, data)
    employment = _new_employment(uow, place, data, found, span)
    if found.outcome is not Outcome.CREATED:
        _take_over_names(uow, employment)
    detail: dict[str, Any] = {"person": found.outcome, **_facts(data, span)}
    if data["unit_id"]:
        unit = unit_on(uow, place.id, data["unit_id"], span.starts_on)
        detail["unit"] = [None, unit.name]
        first_assignment(uow, employment, unit, data["post_id"])
    if data["monthly_base"] is not None:
        detail["monthly_base"] = [None, _first_salary(uow, employment, data)]
    audit_employment(uow, "employment.hire", employment, detail)
    if found.outcome is Outcome.LINKED:
        telling.tell_linked(uow, place, [employment.person_id])
    telling.schedule(uow, employment)
    if span.holds_on(uow.today):
        telling.tell_began(uow, host, place, [employment])
    return Hired(employment, found.outcome)


def _checked_span(data: NewEmployee, today: date) -> policies.Span:
    policies.check_ahead("starts_on", data["starts_on"], today)
    policies.check_birth(data["birth_date"], data["starts_on"])
    span = policies.Span(data["starts_on"], policies.first_day_after(data["last_day"]))
    if span.ends_on is not None:
        # A fixed term may be long, so how far ahead it ends isn't limited here.
        first = max(span.starts_on, today)
        if span.ends_on <= first:
            text = _("The last day can't be before the first, nor before today.")
            raise Invalid(fields={"last_day": [text]})
    return span


def _linked(uow: UnitOfWork, place: Municipality, data: NewEmployee) -> Link:
    identity = Identity(
        national_id=data["national_id"],
        given_name=data["given_name"],
        family_name=data["family_name"],
        birth_date=data["birth_date"],
        father_name=data["father_name"],
        sex=data["sex"] or None,
        marital_status=data["marital_status"] or None,
        mobile=data["mobile"],
        email=data["email"],
    )
    found = link_people(uow, place.id, [identity])[0]
    if found.outcome is Outcome.MISMATCH:
        count_miss(uow, place.id, identity)
        _refuse_mismatch()
    if found.outcome is Outcome.KNOWN and not data["second_employment"]:
        _refuse_known(uow, place, found)
    return found


def _refuse_mismatch() -> NoReturn:
    text = _(
        "This national ID is stored with another family name or birth date. Compare all three "
        "with the identity card. If they are right, ask the organisation to have the record "
        "corrected where the person works or has worked."
    )
    raise Invalid(fields={"national_id": [text]}, code="mismatch")


def _refuse_known(uow: UnitOfWork, place: Municipality, found: Link) -> NoReturn:
    numbers = uow.session.scalars(
        select(Employment.personnel_number)
        .where(
            Employment.municipality_id == place.id,
            Employment.person_id == found.person_id,
            (Employment.ends_on.is_(None)) | (Employment.ends_on > uow.today),
        )
        .order_by(Employment.starts_on)
    )
    text = _(
        "This person is employed here already, with the personnel number %(number)s. "
        "If this is a second employment beside it, tick the box at the end of the form.",
        number=", ".join(numbers),
    )
    raise Invalid(fields={"national_id": [text]}, code="known")


def _new_employment(
    uow: UnitOfWork, place: Municipality, data: NewEmployee, found: Link, span: policies.Span
) -> Employment:
    employment = Employment(
        municipality_id=place.id,
        person_id=found.person_id,
        personnel_number=data["personnel_number"],
        kind=data["kind"],
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        **NameKeys.of(data["given_name"], data["family_name"]).for_employment(),
    )
    with refusing(uow, number_taken()):
        uow.session.add(employment)
    uow.session.refresh(employment)
    return employment


def number_taken() -> dict[str, Invalid]:
    """Return the message for a personnel number that somebody has or had."""
    text = _(
        "This personnel number is or was somebody else's in this municipality. "
        "Numbers are never given twice."
    )
    return {
        "uq_employment_municipality_id_number_key": Invalid(fields={"personnel_number": [text]})
    }


def _take_over_names(uow: UnitOfWork, employment: Employment) -> None:
    """The stored name counts, not the typed one: another employer may spell it otherwise."""
    given, family = names_of(uow, employment)
    for column, key in NameKeys.of(given, family).for_employment().items():
        setattr(employment, column, key)


def _facts(data: NewEmployee, span: policies.Span) -> dict[str, list[Any]]:
    return {
        "national_id": [None, mask_national_id(data["national_id"])],
        "personnel_number": [None, data["personnel_number"]],
        "kind": [None, data["kind"]],
        "starts_on": [None, span.starts_on.isoformat()],
        "ends_on": [None, span.ends_on.isoformat() if span.ends_on else None],
    }


def first_assignment(
    uow: UnitOfWork, employment: Employment, unit: OrgUnit, post_id: UUID | None
) -> None:
    """Let a new employee work in a unit from his first day on."""
    uow.session.add(
        Assignment(
            municipality_id=employment.municipality_id,
            employment_id=employment.id,
            unit_id=unit.id,
            post_id=post_id,
            starts_on=employment.starts_on,
            ends_on=employment.ends_on,
        )
    )


def _first_salary(uow: UnitOfWork, employment: Employment, data: NewEmployee) -> int | None:
    base = data["monthly_base"]
    countable = data["countable"]
    uow.session.add(
        SalaryFact(
            municipality_id=employment.municipality_id,
            employment_id=employment.id,
            starts_on=employment.starts_on,
            monthly_base=base,
            countable=base if countable is None else countable,
        )
    )
    return base
