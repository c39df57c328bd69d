"""Signing in: one answer and one duration, whoever is meant."""

from __future__ import annotations

from typing import Final

from core.accounts import passwords, throttling
from core.accounts.lookup import Found, find, record_sign_in
from core.accounts.models import Account
from core.accounts.policies import sign_in_names
from core.accounts.sessions import SignedIn
from core.accounts.throttling import HOUR, QUARTER, Limit, Try
from core.database.scope import EMPTY
from core.database.unit_of_work import Actor, UnitOfWork, open_unit
from core.errors import Invalid
from core.localization import lazy_gettext

PER_PAIR: Final = Limit("sign-in:pair", 10, QUARTER)
PER_ADDRESS: Final = Limit("sign-in:address", 100, QUARTER)
PER_ACCOUNT: Final = Limit("sign-in:account", 500, HOUR)

REFUSED: Final = lazy_gettext("The name or the password is not right.")


def sign_in(uow: UnitOfWork, name: str, password: str) -> SignedIn:
    """Return the account whose password this is, and record the sign-in.

    Raises:
        Invalid: the same for an unknown name, a wrong password, a pending or closed account.
        TooMany: too many failures from this address or for this name.
    """
    tries = _tries(name, uow.actor.origin)
    throttling.spend(tries)
    found = find(uow, name)
    account = found.account
    right = passwords.matches(password, account.password if account else None)
    if account is None or not right:
        _record_failure(uow, found)
        raise Invalid(REFUSED, code="credentials")
    throttling.give_back(tries)
    return signed_in(uow, account, found)


def signed_in(uow: UnitOfWork, account: Account, found: Found) -> SignedIn:
    """Note that an account signed in; from now on it is the actor of this unit of work."""
    before, account.last_sign_in_at = account.last_sign_in_at, uow.now
    uow.actor = Actor(account.display_name, account.id, account.person_id, origin=uow.actor.origin)
    record_sign_in(uow, "account.sign_in", found)
    return SignedIn(account.id, before)


def _tries(name: str, address: str) -> list[Try]:
    who, where = sign_in_names(name)[-1], throttling.network(address)
    return [Try(PER_PAIR, f"{who}\0{where}"), Try(PER_ADDRESS, where), Try(PER_ACCOUNT, who)]


def _record_failure(uow: UnitOfWork, found: Found) -> None:
    """Keep the failed try, which the request itself rolls back; an unknown name isn't stored."""
    with open_unit(EMPTY, Actor("", origin=uow.actor.origin)) as own:
        record_sign_in(own, "account.sign_in_failed", found)
