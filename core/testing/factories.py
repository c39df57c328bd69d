"""Small, honest rows for tests: a province, employees, accounts with grants.

Each call makes new municipalities, so tests of one worker share a database without seeing each
other's rows; codes carry a suffix (``karaj-3f2a91``).
"""

from __future__ import annotations

import json
import secrets
import threading
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from core.accounts.models import Account, AccountSession
from core.accounts.request_state import hash_token
from core.activation.models import ServiceActivation
from core.database.keys import new_id
from core.database.scope import Scope
from core.database.unit_of_work import UnitOfWork, open_unit
from core.localization import clock
from core.localization.text import search_key, sort_key
from core.municipalities.models import Municipality
from core.people.models import Assignment, Employment, OrgUnit, PersonLink
from core.policy.models import Role, RoleGrant

LONG_AGO = date(2015, 3, 21)
_taking = threading.Lock()
_next_number = secrets.randbelow(10**8)


@dataclass(frozen=True, slots=True)
class Employee:
    """Someone employed somewhere, perhaps with an account and a session token."""

    person_id: UUID
    employment_id: UUID
    municipality_id: UUID
    account_id: UUID | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Officer:
    """An account with a grant; ``token`` is the value of its session cookie."""

    account_id: UUID
    municipality_id: UUID
    token: str


@dataclass(frozen=True, slots=True)
class Province:
    """An organisation with two municipalities, and factories for what lives in them."""

    owner: Engine
    engine: Engine
    alborz: Municipality
    karaj: Municipality
    fardis: Municipality

    def unit(self, *places: Municipality, person: UUID | None = None) -> UnitContext:
        """Open a unit of work under row-level security, in the scope of ``places``."""
        return UnitContext(self.engine, Scope(frozenset(p.id for p in places), person))

    def activate(self, place: Municipality, service: str, state: str = "on") -> None:
        """Switch a service, without the checks of the real switch."""
        with Session(self.owner) as session, session.begin():
            session.merge(
                ServiceActivation(
                    municipality_id=place.id,
                    service=service,
                    state=state,
                    ever_on=True,
                    settings={},
                    changed_at=clock.now(),
                )
            )

    def employee(
        self,
        place: Municipality,
        given: str = "مریم",
        family: str = "رضایی",
        *,
        account: bool = True,
        starts_on: date = LONG_AGO,
    ) -> Employee:
        """Employ a new person in ``place``."""
        number = reserve_numbers()
        with self.unit(place) as uow:
            person_id = _link(uow, place.id, given, family, valid_national_id(number))
            employment = Employment(
                municipality_id=place.id,
                person_id=person_id,
                personnel_number=str(number),
                kind="official",
                starts_on=starts_on,
                name_key=search_key(family + given),
                given_key=search_key(given + family),
                sort_key=sort_key(f"{family} {given}"),
            )
            uow.session.add(employment)
            uow.session.flush()
        if not account:
            return Employee(person_id, employment.id, place.id)
        account_id, token = self._account(f"{given} {family}", person_id)
        return Employee(person_id, employment.id, place.id, account_id, token)

    def link(self, person_id: UUID, place: Municipality) -> None:
        """Let ``place`` employ the person, as if it had known his data."""
        with Session(self.owner) as session, session.begin():
            session.merge(PersonLink(municipality_id=place.id, person_id=person_id))

    def officer(
        self,
        place: Municipality,
        *permissions: str,
        name: str = "سارا احمدی",
        unit_id: UUID | None = None,
    ) -> Officer:
        """Make an account that holds ``permissions`` in ``place`` (default: everything)."""
        account_id, token = self._account(name, None)
        self.grant(account_id, place, *permissions, unit_id=unit_id)
        return Officer(account_id, place.id, token)

    def grant(
        self,
        account_id: UUID,
        place: Municipality,
        *permissions: str,
        unit_id: UUID | None = None,
    ) -> None:
        """Give an account a role of its own with ``permissions`` (default: everything)."""
        with Session(self.owner) as session, session.begin():
            role = Role(
                name=f"test.{secrets.token_hex(6)}",
                title_fa="آزمایش",
                title_en="Test",
                permissions=list(permissions or ("*",)),
            )
            session.add(role)
            session.flush()
            session.add(
                RoleGrant(
                    municipality_id=place.id,
                    account_id=account_id,
                    role_id=role.id,
                    unit_id=unit_id,
                    starts_on=LONG_AGO,
                )
            )

    def org_unit(self, place: Municipality, name: str, parent: OrgUnit | None = None) -> OrgUnit:
        """Add a unit."""
        with self.unit(place) as uow:
            unit = OrgUnit(
                municipality_id=place.id,
                code=str(reserve_numbers()),
                name=name,
                name_key=search_key(name),
                sort_key=sort_key(name),
                parent_id=parent.id if parent else None,
                starts_on=LONG_AGO,
            )
            uow.session.add(unit)
        return unit

    def assign(self, employee: Employee, unit: OrgUnit) -> None:
        """Let an employee work in a unit."""
        with UnitContext(self.engine, Scope.of(unit.municipality_id)) as uow:
            uow.session.add(
                Assignment(
                    municipality_id=unit.municipality_id,
                    employment_id=employee.employment_id,
                    unit_id=unit.id,
                    starts_on=LONG_AGO,
                )
            )

    def _account(self, name: str, person_id: UUID | None) -> tuple[UUID, str]:
        token, now = secrets.token_urlsafe(16), clock.now()
        with Session(self.owner) as session, session.begin():
            account = Account(
                person_id=person_id,
                username=f"test-{secrets.token_hex(6)}",
                display_name=name,
                fs_uniquifier=secrets.token_hex(16),
                password=None,
            )
            session.add(account)
            session.flush()
            session.add(_session_row(account.id, token, now))
            return account.id, token


def _session_row(account_id: UUID, token: str, now: datetime) -> AccountSession:
    return AccountSession(
        id=new_id(),
        token_hash=hash_token(token),
        account_id=account_id,
        data={"_hamyar_account": str(account_id)},
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=12),
    )


class UnitContext:
    """A context manager around `open_unit` on a given engine."""

    def __init__(self, engine: Engine, scope: Scope) -> None:
        self._manager = open_unit(scope, engine=engine)

    def __enter__(self) -> UnitOfWork:
        return self._manager.__enter__()

    def __exit__(self, *error: object) -> bool | None:
        return self._manager.__exit__(*error)  # type: ignore[arg-type] # passed through


def make_province(owner: Engine, engine: Engine) -> Province:
    """Add an organisation with two municipalities, as the owner role."""
    suffix = secrets.token_hex(3)
    with Session(owner, expire_on_commit=False) as session, session.begin():
        alborz = Municipality(
            code=f"alborz-{suffix}",
            kind="organisation",
            name_fa="سازمان همیاری شهرداری‌های البرز",
            name_en="Alborz organisation",
        )
        session.add(alborz)
        session.flush()
        karaj = Municipality(
            code=f"karaj-{suffix}",
            organisation_id=alborz.id,
            population=1_592_492,
            name_fa="شهرداری کرج",
            name_en="Municipality of Karaj",
        )
        fardis = Municipality(
            code=f"fardis-{suffix}",
            organisation_id=alborz.id,
            population=181_174,
            name_fa="شهرداری فردیس",
            name_en="Municipality of Fardis",
        )
        session.add_all([karaj, fardis])
    return Province(owner, engine, alborz, karaj, fardis)


def reserve_numbers(count: int = 1) -> int:
    """Return the first of ``count`` numbers that nobody else in this process is given."""
    global _next_number
    with _taking:
        first, _next_number = _next_number, _next_number + count
    return first


def valid_national_id(number: int) -> str:
    """Return ten digits with a right check digit, made of ``number``."""
    nine = f"{number % 10**8 + 10**8:09d}"
    rest = sum(int(digit) * (10 - place) for place, digit in enumerate(nine)) % 11
    return nine + str(rest if rest < 2 else 11 - rest)


def _link(uow: UnitOfWork, place_id: UUID, given: str, family: str, national_id: str) -> UUID:
    person = {
        "ordinal": 1,
        "id": str(new_id()),
        "national_id": national_id,
        "given_name": given,
        "family_name": family,
        "birth_date": "1985-06-01",
        "family_key": search_key(family),
        "name_key": search_key(family + given),
        "sort_key": sort_key(f"{family} {given}"),
    }
    found: UUID = uow.session.execute(
        text("select person_id from link_people(:place, cast(:people as jsonb))"),
        {"place": place_id, "people": json.dumps([person])},
    ).scalar_one()
    return found
