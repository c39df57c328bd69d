"""Finding an account before anybody is signed in, when no scope can be known."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text, Uuid

from core.accounts.models import Account
from core.accounts.policies import sign_in_names
from core.audit.services import record
from core.database.keys import NOBODY, new_id
from core.database.unit_of_work import UnitOfWork

FIND = text("select * from find_account(:names, :municipality, :today, :new_id)").bindparams(
    bindparam("names", type_=ARRAY(Text)), bindparam("new_id", type_=Uuid)
)
ORGANISATION = text("select account_organisation(:account)").bindparams(
    bindparam("account", type_=Uuid)
)


@dataclass(frozen=True, slots=True)
class Found:
    """What is known for a name; ``account`` None: nobody, or a deactivated account.

    ``organisation_id`` is where its acts are recorded. ``email`` and ``mobile`` are None when
    unknown.
    """

    account: Account | None
    organisation_id: UUID
    email: str | None = None
    mobile: str | None = None


def find(uow: UnitOfWork, typed: str, *, municipality: str = "", create: bool = False) -> Found:
    """Return whose account ``typed`` means: user name, national ID, e-mail, personnel number.

    A personnel number counts if only one person has it today (in ``municipality``, a code, if
    given). ``create``: somebody employed today without an account gets a pending one.
    """
    row = uow.session.execute(
        FIND,
        {
            "names": sign_in_names(typed),
            "municipality": municipality,
            "today": uow.today,
            "new_id": new_id() if create else None,
        },
    ).one()
    # Asked even for nobody: an unknown name must take as long as a known one.
    account = uow.session.get(Account, row.account_id if row.is_active else NOBODY)
    return Found(account, row.organisation_id, row.email, row.mobile)


def organisation_of(uow: UnitOfWork, account_id: UUID) -> UUID:
    """Return the organisation in whose audit an account's own acts stand."""
    found: UUID = uow.session.execute(ORGANISATION, {"account": account_id}).scalar_one()
    return found


def record_sign_in(uow: UnitOfWork, action: str, found: Found) -> None:
    """Audit what somebody tried or did before he was signed in; an unknown name isn't stored."""
    account = found.account
    record(
        uow,
        action,
        kind="sign_in",
        municipality_id=found.organisation_id,
        subject_type="account",
        subject_id=account.id if account else "",
        person_id=account.person_id if account else None,
    )
