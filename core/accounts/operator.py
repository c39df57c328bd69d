"""What an operator does on the server: the first run, emergency access, grants.

Whoever runs these commands can read the database anyway, so no rights are asked for; every act
is in the audit with the origin ``cli``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from flask import Flask
from sqlalchemy import exists, func, select

from core.accounts import codes, services
from core.accounts.activation import set_password
from core.accounts.lookup import find, organisation_of
from core.accounts.models import Account
from core.accounts.policies import grouped_code, user_name
from core.accounts.sessions import end_sessions
from core.audit.services import record
from core.config import OperatorError
from core.database.keys import new_id
from core.database.scope import EMPTY, Scope
from core.database.unit_of_work import Actor, UnitOfWork, open_unit
from core.errors import DomainError, Invalid, flattened
from core.localization import use_locale
from core.municipalities.models import Municipality, MunicipalityKind
from core.municipalities.place import Place
from core.municipalities.seed import City, Organisation, add_province
from core.policy.catalogue import suggestions
from core.policy.models import Role, RoleGrant
from core.policy.services import adopt

LOCK: Final = 0x48414D5A
"""Two first runs at once wait for each other."""
OPERATOR: Final = Actor("operator", origin="cli")
ADMINISTRATOR: Final = "core.administrator"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to add; ``password`` None: it gets a one-time code."""

    username: str
    name: str
    email: str = ""
    password: str | None = None


def first_run(
    app: Flask, organisation: Organisation, cities: Sequence[City], admin: NewAccount
) -> None:
    """Set an empty database up: organisation, municipalities, roles, first administrator.

    Raises:
        OperatorError: the database is in use already, or a value is refused.
    """
    with app.app_context(), _english(), open_unit(EMPTY, OPERATOR) as uow:
        uow.session.execute(select(func.pg_advisory_xact_lock(LOCK)))
        _refuse_used(uow)
        ids = add_province(uow.session, organisation, cities)
        _see(uow, Scope.of(*ids.values()))
        place = place_called(uow, organisation.code)
        adopt(uow, place, suggestions(app.extensions["hamyar_plugins"]))
        uow.session.flush()
        account = _create(uow, place, admin)
        _grant(uow, place, account, ADMINISTRATOR, None)


def create(app: Flask, place_code: str, new: NewAccount) -> str | None:
    """Add an account; return a one-time code unless a password is given."""
    with _working(app, place_code) as (uow, place):
        account = _create(uow, place, new)
        return None if new.password else _code(uow, account)


def reset(app: Flask, name: str, password: str | None) -> str | None:
    """End an account's sessions and set its password, or return a one-time code for it."""
    with app.app_context(), _english(), open_unit(EMPTY, OPERATOR) as uow:
        account = _account(uow, name)
        place_id = organisation_of(uow, account.id)
        record(
            uow, "account.access_confirmed", municipality_id=place_id, subject_type="account",
            subject_id=account.id, person_id=account.person_id,
        )  # fmt: skip
        if password is None:
            end_sessions(uow, account.id)
            return _code(uow, account)
        set_password(uow, account, password)
        return None


def grant(app: Flask, name: str, role: str, place_code: str, last_day: date | None) -> None:
    """Give an account a role in a municipality or the organisation."""
    with _working(app, place_code) as (uow, place):
        _grant(uow, place, _account(uow, name), role, last_day)


@contextmanager
def _working(app: Flask, place_code: str) -> Iterator[tuple[UnitOfWork, Place]]:
    """Open a unit of work in a municipality; complaints become one line for the terminal."""
    with app.app_context(), _english(), open_unit(EMPTY, OPERATOR) as uow:
        place = place_called(uow, place_code)
        _see(uow, Scope.of(place.id))
        yield uow, place


@contextmanager
def _english() -> Iterator[None]:
    """Speak as the commands do, and turn refusals into `OperatorError`."""
    with use_locale("en"):
        try:
            yield
        except DomainError as error:
            fields = error.fields if isinstance(error, Invalid) else {}
            texts = [str(text) for _pointer, text in flattened(fields)] or [str(error)]
            raise OperatorError(" ".join(texts)) from error


def _see(uow: UnitOfWork, scope: Scope) -> None:
    uow.session.flush()
    uow.session.scope = scope
    uow.session.send_scope(uow.session.connection())


def place_called(uow: UnitOfWork, code: str) -> Place:
    """Return a municipality by its code; '' means the organisation.

    Raises:
        OperatorError: there is none, or '' and several organisations.
    """
    wanted = Municipality.code == code
    if not code:
        wanted = Municipality.kind == MunicipalityKind.ORGANISATION
    rows = uow.session.scalars(select(Municipality).where(wanted)).all()
    if len(rows) != 1:
        raise OperatorError(f"there is no municipality {code!r}" if code else "name a municipality")
    row = rows[0]
    return Place.of(row)


def _refuse_used(uow: UnitOfWork) -> None:
    used = select(exists().select_from(Account)), select(exists().select_from(Municipality))
    if any(uow.session.execute(statement).scalar_one() for statement in used):
        raise OperatorError("this database is in use already; hamyar init is for an empty one")


def _create(uow: UnitOfWork, place: Place, new: NewAccount) -> Account:
    username = user_name(new.username)
    if username is None:
        raise OperatorError("a user name has 3 to 64 of a-z, 0-9, dot, dash, a letter first")
    account = services.create(uow, place, username=username, name=new.name, email=new.email)
    if new.password is not None:
        set_password(uow, account, new.password)
    return account


def _code(uow: UnitOfWork, account: Account) -> str:
    return grouped_code(codes.issue(uow, account, codes.SLIP))


def _account(uow: UnitOfWork, name: str) -> Account:
    account = find(uow, name).account
    if account is None:
        raise OperatorError(f"there is no open account {name!r}")
    return account


def _grant(
    uow: UnitOfWork, place: Place, account: Account, name: str, last_day: date | None
) -> None:
    role = uow.session.scalar(select(Role).where(Role.name == name))
    if role is None:
        known = ", ".join(uow.session.scalars(select(Role.name).order_by(Role.name)))
        raise OperatorError(f"there is no role {name!r}; known: {known}")
    uow.session.add(
        RoleGrant(
            municipality_id=place.id,
            id=new_id(),
            account_id=account.id,
            role_id=role.id,
            starts_on=uow.today,
            ends_on=last_day + timedelta(days=1) if last_day else None,
            granted_by_name=uow.actor.name,
        )
    )
    record(
        uow,
        "grant.given",
        municipality_id=place.id,
        subject_type="account",
        subject_id=account.id,
        person_id=account.person_id,
        detail={"role": name, "starts_on": str(uow.today), "ends_on": str(last_day or "")},
    )
