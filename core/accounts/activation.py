"""From a one-time code to a password: activating an account and replacing a forgotten one.

Nobody learns whether an account exists: an unknown name gets the same answer after the same
work, done on a row that is rolled back.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from core.accounts import codes, passwords, throttling
from core.accounts.lookup import Found, find, record_sign_in
from core.accounts.models import Account
from core.accounts.policies import (
    is_message_code,
    normal_password,
    password_problem,
    read_code,
    sign_in_names,
)
from core.accounts.sessions import SignedIn, end_sessions
from core.accounts.signing_in import signed_in
from core.accounts.throttling import DAY, HOUR, QUARTER, Limit, Try
from core.database.keys import new_id
from core.database.unit_of_work import UnitOfWork
from core.errors import Invalid, TooMany
from core.localization import _, clock, current_locale, identifiers, lazy_gettext
from core.localization.filters import jdatetime
from core.notifications import mail, sms
from core.people.models import Person

CODES_PER_PAIR: Final = Limit("code:pair", 5, HOUR)
CODES_PER_PAIR_DAY: Final = Limit("code:pair-day", 12, DAY)
CODES_PER_NAME: Final = Limit("code:name-day", 100, DAY)
"""Far more than one address may have sent: a stranger must not use up what the owner needs."""
CODES_PER_ADDRESS: Final = Limit("code:address", 600, HOUR)
REDEEM_PER_PAIR: Final = Limit("redeem:pair", 20, QUARTER)
REDEEM_PER_ADDRESS: Final = Limit("redeem:address", 300, QUARTER)
MISSES: Final = Limit("redeem:misses", 3, DAY)
"""Wrong codes by message for one account. Slips aren't counted: nobody can guess them, and they
let the owner in when a stranger has used this up."""

CHANGED: Final = lazy_gettext("Your password was changed")
CHANGED_TEXT: Final = lazy_gettext(
    "The password of your account was just changed. If it was not you, tell your HR office at once."
)


def identify(uow: UnitOfWork, name: str, municipality: str) -> UUID:
    """Return the account that is meant; for an unknown name an id that is nobody's.

    Sends nothing, so no limit of the name is spent: a printed slip always helps the owner in.
    """
    throttling.spend([Try(CODES_PER_ADDRESS, throttling.network(uow.actor.origin))])
    account = find(uow, name, municipality=municipality).account
    return account.id if account else _nobody(name, municipality)


def send_code(uow: UnitOfWork, name: str, municipality: str) -> UUID:
    """Send a code by e-mail and SMS to whoever is meant and return the account as `identify`.

    Somebody employed today gets a pending account. Without an address or mobile nothing is
    sent; a slip from the officer helps then.
    """
    _spend_on_name(uow, name)
    found = find(uow, name, municipality=municipality, create=True)
    is_real = found.account is not None and bool(found.email or found.mobile)
    notes, savepoint = uow.notes(), uow.session.begin_nested()
    account = found.account or _decoy(uow)
    is_real = codes.may_send(uow, account) and is_real
    _send(uow, codes.issue(uow, account, codes.MESSAGE), found)
    record_sign_in(uow, "account.code_requested", found)
    if is_real:
        savepoint.commit()
    else:
        uow.session.flush()
        savepoint.rollback()
        uow.forget_notes_since(notes)
    return found.account.id if found.account else _nobody(name, municipality)


def _nobody(name: str, municipality: str) -> UUID:
    """A made-up id, the same for the same name: its misses are counted as somebody's are.

    The municipality only matters with a personnel number.
    """
    who = sign_in_names(name)[-1]
    is_number = who.isdigit() and identifiers.national_id(who) is None
    return UUID(bytes=sha256(f"{who}\0{municipality if is_number else ''}".encode()).digest()[:16])


def choose_password(uow: UnitOfWork, account_id: UUID, code: str, password: str) -> SignedIn:
    """Set the password of the account whose code this is, end its sessions, and sign it in.

    Raises:
        Invalid: the code is wrong, there were too many wrong ones today, or the password tells
            something about its owner.
        TooMany: too many tries for this account or from this address.
    """
    where = throttling.network(uow.actor.origin)
    tries = [Try(REDEEM_PER_PAIR, f"{account_id}\0{where}"), Try(REDEEM_PER_ADDRESS, where)]
    throttling.spend(tries)
    code_id = _checked(uow, account_id, read_code(code))
    account = uow.session.get(Account, account_id)
    if account is None or not account.active:
        raise codes.wrong()
    set_password(uow, account, password)
    codes.use(uow, code_id)
    throttling.give_back(tries)
    found = find(uow, account.username)
    signed = signed_in(uow, account, found)
    record_sign_in(uow, "account.password_set", found)
    return signed


def _checked(uow: UnitOfWork, account_id: UUID, code: str) -> UUID:
    """Return the id of a code; a wrong one that could be guessed counts, even in parallel."""
    misses = [Try(MISSES, str(account_id))] if is_message_code(code) else []
    try:
        throttling.spend(misses)
    except TooMany as refusal:
        again = jdatetime(clock.now() + timedelta(seconds=refusal.retry_after))
        raise Invalid(fields={"code": [_missed(again)]}, code="misses") from refusal
    found = codes.check(uow, account_id, code)
    throttling.give_back(misses)
    return found


def _missed(again: str) -> str:
    return _(
        "Three wrong codes were entered today. Codes from messages work again from %(when)s; "
        "with a printed slip from your HR office you get in at once.",
        when=again,
    )


def set_password(
    uow: UnitOfWork, account: Account, password: str, *, but: UUID | None = None
) -> None:
    """Give an account a new password and end its sessions, but perhaps the present one.

    Raises:
        Invalid: the password tells something about its owner.
    """
    problem = password_problem(
        normal_password(password), _personal(uow, account), passwords.common()
    )
    if problem is not None:
        raise Invalid(fields={"password": [problem]})
    is_change = not account.is_pending
    account.password = passwords.hashed(password)
    account.fs_uniquifier = secrets.token_hex(16)
    account.confirmed_at = account.confirmed_at or uow.now
    end_sessions(uow, account.id, but=but)
    if is_change and (email := find(uow, account.username).email):
        mail.send(uow, email, CHANGED, CHANGED_TEXT, account.locale)


def _personal(uow: UnitOfWork, account: Account) -> list[str]:
    """What others know of the owner and must not stand in the password."""
    known = [account.username, account.email or "", *account.display_name.split()]
    person = uow.session.get(Person, account.person_id) if account.person_id else None
    return [*known, person.national_id, person.mobile] if person else known


def _spend_on_name(uow: UnitOfWork, name: str) -> None:
    who = sign_in_names(name)[-1]
    address = throttling.network(uow.actor.origin)
    pair = f"{who}\0{address}"
    throttling.spend(
        [
            Try(CODES_PER_PAIR, pair),
            Try(CODES_PER_PAIR_DAY, pair),
            Try(CODES_PER_NAME, who),
            Try(CODES_PER_ADDRESS, address),
        ]
    )


def _decoy(uow: UnitOfWork) -> Account:
    """An account to do the same work on; it is never committed."""
    nonce = secrets.token_hex(8)
    account = Account(
        id=new_id(), username=f"x{nonce}", display_name="", fs_uniquifier=nonce, password=None
    )
    uow.session.add(account)
    uow.session.flush()
    return account


def _send(uow: UnitOfWork, code: str, found: Found) -> None:
    """Write the letters; what is unknown gets one to nowhere, as it is rolled back."""
    locale = current_locale()
    body = lazy_gettext(
        "Your code for Hamyar is %(code)s. It is valid for 10 minutes. Tell it to nobody.",
        code=code,
    )
    if found.mobile:
        sms.send(uow, found.mobile, body, locale)
    if found.email or not found.mobile:
        mail.send(uow, found.email or "nobody", lazy_gettext("Your code"), body, locale)
