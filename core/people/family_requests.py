"""The request by which an employee has a family member's data corrected, with evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson
from marshmallow import ValidationError, validates_schema
from sqlalchemy import select

from core.database.unit_of_work import UnitOfWork
from core.documents.policies import DocumentKind
from core.errors import Invalid
from core.forms import FormSchema, Message, fields
from core.localization import _, clock, lazy_gettext
from core.people.models import Dependant
from core.people.services.corrections import (
    CORRECTABLE,
    correct_dependant,
    dependant_of,
    moved_start,
)
from core.people.wording import RELATIONS
from core.sdk.declarations import RequestFacts, RequestType, Step


class FamilyCorrection(FormSchema):
    """Who, what is right, and the proof; what is left empty stays."""

    dependant_id = fields.Choice(
        label=lazy_gettext("Family member"),
        hint=lazy_gettext("Who isn't listed here is entered by the HR office."),
        choices=(),
        required=True,
    )
    given_name = fields.Text(label=lazy_gettext("Right given name"), most=100)
    family_name = fields.Text(label=lazy_gettext("Right family name"), most=100)
    national_id = fields.NationalId(
        label=lazy_gettext("Right national ID"), attrs={"inputmode": "numeric"}
    )
    birth_date = fields.BirthDate(
        label=lazy_gettext("Right birth date"),
        hint=lazy_gettext("Fill in only what is wrong on record."),
        latest=clock.today,
    )
    evidence = fields.Documents(
        label=lazy_gettext("Photo of the birth certificate or identity card"),
        kind=DocumentKind.FAMILY,
        most=3,
        required=True,
    )

    @validates_schema
    def check_something_is_asked(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Refuse an empty form."""
        if not any(data.get(name) for name in CORRECTABLE):
            message = Message(_("Enter what is to be corrected."), "empty")
            raise ValidationError({"given_name": [message]})


def _family(uow: UnitOfWork, person_id: UUID) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return the family members of a person to choose from."""
    rows = uow.session.scalars(
        select(Dependant)
        .where(Dependant.person_id == person_id)
        .order_by(Dependant.birth_date, Dependant.id)
    )
    return {
        "dependant_id": [
            (str(one.id), f"{RELATIONS[one.relation]}: {one.given_name} {one.family_name}")
            for one in rows
        ]
    }


def asked(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be corrected, by field; the birth date as a date."""
    found = {name: data[name] for name in CORRECTABLE if data.get(name)}
    if "birth_date" in found:
        found["birth_date"] = date.fromisoformat(found["birth_date"])
    return found


def _before(uow: UnitOfWork, request: RequestFacts) -> dict[str, Any]:
    """Return what is on record of the fields that are to be corrected."""
    found = dependant_of(uow, request.person_id, UUID(request.data["dependant_id"]))
    if found is None:
        return {}
    now = {name: getattr(found, name) for name in asked(request.data)}
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in now.items()
    }


def _base(uow: UnitOfWork, request: RequestFacts) -> str:
    """Return a digest of these fields and of the time in care, which a birth date must fit."""
    found = dependant_of(uow, request.person_id, UUID(request.data["dependant_id"]))
    care = [found.starts_on, found.ends_on] if found else None
    text = orjson.dumps([_before(uow, request), care], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


def _check(uow: UnitOfWork, request: RequestFacts) -> None:
    """Refuse what is on record already, and a birth after the beginning of the care."""
    found = dependant_of(uow, request.person_id, UUID(request.data["dependant_id"]))
    if found is None:
        raise Invalid(fields={"dependant_id": [_("This is none of your family members.")]})
    text = Message(_("This is what is on record already."), "unchanged")
    values = asked(request.data)
    same = [name for name, value in values.items() if getattr(found, name) == value]
    if same:
        raise Invalid(fields={name: [text] for name in same})
    if "birth_date" in values:
        moved_start(found, values["birth_date"])


def _apply(uow: UnitOfWork, request: RequestFacts) -> None:
    correct_dependant(
        uow,
        request.municipality_id,
        request.person_id,
        UUID(request.data["dependant_id"]),
        asked(request.data),
        reason=request.reference,
    )


FAMILY_CORRECTION: Final = RequestType(
    name="people.family_correction",
    title=lazy_gettext("Correction of a family member's data"),
    icon="users-group",
    schema=FamilyCorrection,
    steps=(
        Step(
            name="officer",
            title=lazy_gettext("Check of the evidence by the HR officer"),
            permission="requests.approve",
            days=5,
        ),
    ),
    choices=_family,
    before=_before,
    base=_base,
    submitted=_check,
    apply=_apply,
)
