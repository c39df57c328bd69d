"""Requests by which employees have their contact data and bank account changed.

An account is money, so two people look at it; a number or address needs one.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from marshmallow import ValidationError, validates_schema

from core.database.unit_of_work import UnitOfWork
from core.documents.policies import DocumentKind
from core.errors import Invalid
from core.forms import FormSchema, Message, fields
from core.localization import _, lazy_gettext
from core.people.contacts import CONTACTS, change_contacts, contacts_of, digest
from core.people.masking import mask_sheba
from core.sdk.declarations import RequestFacts, RequestType, Step


class ContactChange(FormSchema):
    """A new mobile number, a new e-mail address, or both."""

    mobile = fields.Mobile(
        label=lazy_gettext("New mobile number"),
        hint=lazy_gettext("Leave it empty if it stays as it is."),
        attrs={"inputmode": "tel", "autocomplete": "tel-national"},
    )
    email = fields.Email(
        label=lazy_gettext("New e-mail address"),
        hint=lazy_gettext("Leave it empty if it stays as it is."),
        attrs={"autocomplete": "email"},
    )

    @validates_schema
    def check_something_is_asked(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Refuse an empty form."""
        if not any(data.get(name) for name in CONTACTS):
            message = Message(_("Enter a mobile number, an e-mail address, or both."), "empty")
            raise ValidationError({"mobile": [message]})


class ShebaChange(FormSchema):
    """A new bank account for what the employee is paid."""

    sheba = fields.Sheba(
        label=lazy_gettext("New sheba"),
        hint=lazy_gettext("An account in your own name: IR and 24 digits."),
        required=True,
    )
    bank = fields.Text(label=lazy_gettext("Bank and branch"), most=100)
    evidence = fields.Documents(
        label=lazy_gettext("Letter of the bank or photo of the card"),
        hint=lazy_gettext("The account holder's name and the number must be readable."),
        kind=DocumentKind.BANK,
        most=3,
    )


def _base_of_contacts(uow: UnitOfWork, request: RequestFacts) -> str:
    return digest(uow, request.person_id, _asked(request))


def _base_of_sheba(uow: UnitOfWork, request: RequestFacts) -> str:
    return digest(uow, request.person_id, ["sheba"])


def _asked(request: RequestFacts) -> dict[str, str]:
    return {name: request.data[name] for name in CONTACTS if request.data[name]}


def _refuse_known_contacts(uow: UnitOfWork, request: RequestFacts) -> None:
    _refuse_known(uow, request.person_id, _asked(request))


def _refuse_known_sheba(uow: UnitOfWork, request: RequestFacts) -> None:
    _refuse_known(uow, request.person_id, {"sheba": request.data["sheba"]})


def _refuse_known(uow: UnitOfWork, person_id: UUID, asked: dict[str, str]) -> None:
    """Refuse to ask for what is on record already."""
    now = contacts_of(uow, person_id)
    same = [name for name, value in asked.items() if now.get(name) == value]
    if same:
        text = _("This is what is on record already.")
        raise Invalid(fields={name: [Message(text, "unchanged")] for name in same})


def _change_contacts(uow: UnitOfWork, request: RequestFacts) -> None:
    asked = _asked(request)
    change_contacts(uow, request.municipality_id, request.person_id, asked, request.reference)


def _change_sheba(uow: UnitOfWork, request: RequestFacts) -> None:
    asked = {"sheba": request.data["sheba"]}
    change_contacts(uow, request.municipality_id, request.person_id, asked, request.reference)


CONTACT_CHANGE: Final = RequestType(
    name="people.contact_change",
    title=lazy_gettext("Change of contact data"),
    icon="phone",
    schema=ContactChange,
    steps=(
        Step(
            name="officer",
            title=lazy_gettext("Check by the HR officer"),
            permission="requests.approve",
            days=3,
        ),
    ),
    submitted=_refuse_known_contacts,
    base=_base_of_contacts,
    apply=_change_contacts,
)
SHEBA_CHANGE: Final = RequestType(
    name="people.sheba_change",
    title=lazy_gettext("Change of bank account"),
    icon="building-bank",
    schema=ShebaChange,
    steps=(
        Step(
            name="officer",
            title=lazy_gettext("Check of the account by the HR officer"),
            permission="requests.review",
            days=2,
        ),
        Step(
            name="manager",
            title=lazy_gettext("Approval by the head of HR"),
            permission="requests.approve",
            days=2,
        ),
    ),
    submitted=_refuse_known_sheba,
    base=_base_of_sheba,
    apply=_change_sheba,
    describe=lambda data: mask_sheba(data["sheba"]),
)
