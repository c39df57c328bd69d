"""One-time codes: short ones by message, long ones on a printed slip."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update

from core.accounts.models import Account, OneTimeCode
from core.accounts.policies import (
    CODE_ALPHABET,
    MESSAGE_LENGTH,
    MESSAGE_LIFETIME,
    MOST_LIVE,
    SLIP_LENGTH,
    SLIP_LIFETIME,
)
from core.database.keys import new_id
from core.database.unit_of_work import UnitOfWork
from core.errors import Invalid
from core.localization import lazy_gettext

MESSAGE = "message"
SLIP = "slip"
WRONG = lazy_gettext("The code is wrong, was used already or has expired.")


def issue(uow: UnitOfWork, account: Account, channel: str) -> str:
    """Return a new code for an account.

    A new slip makes earlier ones worthless: an officer gives it out because they are lost. Codes
    by message stay valid: a stranger who asks for one must not take away what the owner has got.
    """
    if channel == SLIP:
        _void(uow, OneTimeCode.account_id == account.id, OneTimeCode.channel == SLIP)
    identifier, code = new_id(), _new_code(channel)
    lifetime = MESSAGE_LIFETIME if channel == MESSAGE else SLIP_LIFETIME
    uow.session.add(
        OneTimeCode(
            id=identifier,
            account_id=account.id,
            purpose="activate" if account.is_pending else "reset",
            channel=channel,
            code_hash=_hash(identifier, code),
            created_at=uow.now,
            expires_at=uow.now + lifetime,
        )
    )
    uow.session.flush()
    return code


def may_send(uow: UnitOfWork, account: Account) -> bool:
    """Tell whether one more code by message may be made; the account's row stays locked."""
    uow.session.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    live = select(func.count()).select_from(OneTimeCode)
    mine = (OneTimeCode.account_id == account.id) & (OneTimeCode.channel == MESSAGE)
    return uow.session.execute(live.where(mine, *_live(uow))).scalar_one() < MOST_LIVE


def check(uow: UnitOfWork, account_id: UUID, code: str) -> UUID:
    """Return the id of the live code that was typed (`read_code`); it isn't used yet.

    Raises:
        Invalid: no such code, used or expired; always the same words.
    """
    rows = uow.session.execute(
        select(OneTimeCode.id, OneTimeCode.code_hash).where(
            OneTimeCode.account_id == account_id, *_live(uow)
        )
    )
    for row in rows:
        if hmac.compare_digest(bytes(row.code_hash), _hash(row.id, code)):
            found: UUID = row.id
            return found
    raise wrong()


def use(uow: UnitOfWork, code_id: UUID) -> None:
    """Use a code up; of two at once, one is refused. All other codes of the account end too."""
    account_id = uow.session.scalar(
        update(OneTimeCode)
        .where(OneTimeCode.id == code_id, *_live(uow))
        .values(used_at=uow.now)
        .returning(OneTimeCode.account_id)
    )
    if account_id is None:
        raise wrong()
    _void(uow, OneTimeCode.account_id == account_id)


def wrong() -> Invalid:
    """Return the one complaint about codes."""
    return Invalid(fields={"code": [WRONG]}, code="code")


def _live(uow: UnitOfWork) -> tuple[ColumnElement[bool], ...]:
    return OneTimeCode.used_at.is_(None), OneTimeCode.expires_at > uow.now


def _void(uow: UnitOfWork, *which: ColumnElement[bool]) -> None:
    uow.session.execute(update(OneTimeCode).where(*which, *_live(uow)).values(expires_at=uow.now))


def _new_code(channel: str) -> str:
    if channel == MESSAGE:
        return str(secrets.randbelow(10**MESSAGE_LENGTH)).zfill(MESSAGE_LENGTH)
    return "".join(secrets.choice(CODE_ALPHABET) for _each in range(SLIP_LENGTH))


def _hash(identifier: UUID, code: str) -> bytes:
    """The row's id as salt: equal codes look different."""
    return hashlib.sha256(identifier.bytes + code.encode()).digest()
