"""One-time codes: short ones by message, long ones on a printed slip."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from uuid import UUID

from sqlalchemy import or_, update

from core.accounts.models import Account, OneTimeCode
from core.accounts.policies import (
    CODE_ALPHABET,
    MESSAGE_ATTEMPTS,
    MESSAGE_LIFETIME,
    SLIP_LENGTH,
    SLIP_LIFETIME,
    read_code,
)
from core.database.keys import new_id
from core.database.scope import EMPTY
from core.database.unit_of_work import UnitOfWork, open_unit
from core.errors import Invalid
from core.localization import lazy_gettext

MESSAGE = "message"
SLIP = "slip"
WRONG = lazy_gettext("The code is wrong, was used already or has expired.")


def issue(uow: UnitOfWork, account: Account, channel: str) -> str:
    """Return a new code for an account; earlier ones of the same channel are worthless now."""
    _void(uow, account.id, channel)
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


def check(account_id: UUID, typed: str) -> UUID:
    """Return the id of the live code that was typed; it isn't used yet.

    The try is counted in a transaction of its own: it counts even if the request fails.

    Raises:
        Invalid: no such code, tried too often, used or expired; always the same words.
    """
    code = read_code(typed)
    with open_unit(EMPTY) as own:
        rows = own.session.execute(
            update(OneTimeCode)
            .where(
                OneTimeCode.account_id == account_id,
                OneTimeCode.used_at.is_(None),
                OneTimeCode.expires_at > own.now,
                or_(OneTimeCode.channel == SLIP, OneTimeCode.attempts < MESSAGE_ATTEMPTS),
            )
            .values(attempts=OneTimeCode.attempts + 1)
            .returning(OneTimeCode.id, OneTimeCode.code_hash)
        ).all()
    for row in rows:
        if hmac.compare_digest(bytes(row.code_hash), _hash(row.id, code)):
            found: UUID = row.id
            return found
    raise wrong()


def use(uow: UnitOfWork, code_id: UUID) -> None:
    """Use a code up; of two at once, one is refused. All other codes of the account end too."""
    account_id = uow.session.scalar(
        update(OneTimeCode)
        .where(
            OneTimeCode.id == code_id,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > uow.now,
        )
        .values(used_at=uow.now)
        .returning(OneTimeCode.account_id)
    )
    if account_id is None:
        raise wrong()
    _void(uow, account_id)


def wrong() -> Invalid:
    """Return the one complaint about codes."""
    return Invalid(fields={"code": [WRONG]}, code="code")


def _void(uow: UnitOfWork, account_id: UUID, channel: str | None = None) -> None:
    statement = update(OneTimeCode).where(
        OneTimeCode.account_id == account_id,
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > uow.now,
    )
    if channel is not None:
        statement = statement.where(OneTimeCode.channel == channel)
    uow.session.execute(statement.values(expires_at=uow.now))


def _new_code(channel: str) -> str:
    if channel == MESSAGE:
        return f"{secrets.randbelow(10**8):08d}"
    return "".join(secrets.choice(CODE_ALPHABET) for _each in range(SLIP_LENGTH))


def _hash(identifier: UUID, code: str) -> bytes:
    """The row's id as salt: equal codes look different."""
    return hashlib.sha256(identifier.bytes + code.encode()).digest()
