"""Printed slips: a code on paper that is folded with the code inside and glued shut."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from core.accounts import codes
from core.accounts.models import Account
from core.accounts.policies import SLIP_LIFETIME, grouped_code
from core.accounts.queries import first_employers, grant_places
from core.audit.services import record
from core.database.keys import new_id
from core.database.unit_of_work import UnitOfWork
from core.letters.typesetting import typesetter
from core.localization import DEFAULT, _, lazy_gettext, use_locale
from core.localization.filters import jdate
from core.municipalities.place import Place
from core.notifications.services import notify
from core.people.directory import assigned_on, nearest_day
from core.people.models import Assignment, Employment, OrgUnit, Person
from core.sdk.text import Text

TOPIC: Final = "accounts.security"
TEMPLATE: Final = Path(__file__).parent / "letters" / "slips.typ"


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on one slip; ``unit`` and ``number`` may be ''. ``code`` is in clear."""

    name: str
    number: str
    unit: str
    place: str
    code: str
    until: str


def pdf(slips: Iterable[Slip], base_url: str) -> bytes:
    """Return the slips as a PDF, two on each sheet, in the language of the site."""
    with use_locale(DEFAULT):
        data: dict[str, Any] = {
            "locale": DEFAULT,
            "words": _words(),
            "address": f"{base_url}/activate",
            "slips": [asdict(slip) for slip in slips],
        }
    return typesetter(TEMPLATE).pdf(data)


def _words() -> dict[str, Any]:
    return {
        "title": _("Access to Hamyar"),
        "personal": _("Personal. To be opened by the addressee only."),
        "number": _("Personnel number"),
        "unit": _("Unit"),
        "fold": _("Fold here, so that the code is inside, and glue the edges"),
        "heading": _("Your code for the first sign-in"),
        "steps": [
            _("Open this address on a telephone or computer:"),
            _("Enter your national ID or personnel number and choose “I have a printed slip”."),
            _("Enter this code and choose a password of your own."),
        ],
        "until": _("Valid once, until"),
        "warning": _("Give the code to nobody. If this slip was open, ask for a new one."),
    }


def print_for(uow: UnitOfWork, place: Place, employment_ids: Iterable[UUID]) -> list[Slip]:
    """Make a new code for each employee who can't sign in; earlier slips become worthless.

    Who has no account gets a pending one. An account with a grant anywhere is left out: it
    needs a second person (`core.accounts.services.ask_for_access`). So is that of somebody whom
    another municipality employed first.
    """
    listed = _people(uow, place, employment_ids)
    employers = first_employers(uow, [person.id for person, _number, _unit in listed])
    people = [line for line in listed if employers.get(line[0].id) in (None, place.id)]
    accounts = _accounts(uow, [person for person, _number, _unit in people])
    privileged = {key for key, places in grant_places(uow, _ids(accounts)).items() if places}
    slips = []
    for person, number, unit in people:
        account = accounts.get(person.id)
        if account and account.active and account.is_pending and account.id not in privileged:
            slips.append(make(uow, place, account, number=number, unit=unit))
    return slips


def make(
    uow: UnitOfWork, place: Place, account: Account, *, number: str = "", unit: str = ""
) -> Slip:
    """Make a code for one account, note it in the audit, tell its owner, and return the slip."""
    code = codes.issue(uow, account, codes.SLIP)
    record(
        uow,
        "account.slip_printed",
        municipality_id=place.id,
        subject_type="account",
        subject_id=account.id,
        person_id=account.person_id,
    )
    tell(uow, place, account, lazy_gettext("New access to your account was given out"))
    with use_locale(DEFAULT):
        until = jdate(uow.now + SLIP_LIFETIME, "long")
        return Slip(account.display_name, number, unit, place.name, grouped_code(code), until)


def tell(uow: UnitOfWork, place: Place, account: Account, title: Text) -> None:
    """Tell an account's owner what officers do to give access to it."""
    text = lazy_gettext("If you did not ask your HR office for it, tell them at once.")
    notify(uow, TOPIC, municipality_id=place.id, account_id=account.id, title=title, body=text)


def _people(
    uow: UnitOfWork, place: Place, employment_ids: Iterable[UUID]
) -> list[tuple[Person, str, str]]:
    """Person, personnel number and name of the unit of employments, in Persian order."""
    unit = (OrgUnit.municipality_id == Assignment.municipality_id) & (
        OrgUnit.id == Assignment.unit_id
    )
    rows = uow.session.execute(
        select(Person, Employment.personnel_number, OrgUnit.name)
        .select_from(Employment)
        .join(Person, Person.id == Employment.person_id)
        .outerjoin(Assignment, assigned_on(nearest_day(uow.today)))
        .outerjoin(OrgUnit, unit)
        .where(Employment.municipality_id == place.id, Employment.id.in_(list(employment_ids)))
        .order_by(Employment.sort_key, Employment.id)
    )
    return [(person, number, name or "") for person, number, name in rows]


def _accounts(uow: UnitOfWork, people: list[Person]) -> dict[UUID, Account]:
    """The accounts of people; who has none gets a pending one."""
    found = uow.session.scalars(
        select(Account).where(Account.person_id.in_([person.id for person in people]))
    )
    accounts = {account.person_id: account for account in found if account.person_id}
    for person in people:
        if person.id not in accounts:
            accounts[person.id] = _pending(person)
            uow.session.add(accounts[person.id])
    uow.session.flush()
    return accounts


def _pending(person: Person) -> Account:
    identifier = new_id()
    return Account(
        id=identifier,
        person_id=person.id,
        username=person.national_id,
        display_name=person.full_name,
        name_key=person.name_key,
        sort_key=person.sort_key,
        fs_uniquifier=identifier.hex,
        password=None,
    )


def _ids(accounts: dict[UUID, Account]) -> list[UUID]:
    return [account.id for account in accounts.values()]
