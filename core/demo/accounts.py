"""The accounts with which one looks around, all with the same printed password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from core.accounts.models import Account
from core.accounts.passwords import hashed
from core.database.keys import new_id
from core.database.unit_of_work import UnitOfWork
from core.demo.staff import Named
from core.municipalities.place import Place
from core.people.names import NameKeys
from core.plugin_host.host import PluginHost
from core.policy.catalogue import suggestions
from core.policy.models import Role, RoleGrant
from core.policy.services import adopt

PASSWORD: Final = "hamyar-alborz-1405"  # noqa: S105 # printed for everybody; it opens invented data
ORGANISATION: Final = "alborz"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Who signs in. ``city`` is where the person is employed (None: nowhere).

    ``roles`` are held in ``office``, a municipality's code.
    """

    username: str
    who: Named
    purpose: str
    city: str | None
    office: str = ""
    roles: tuple[str, ...] = ()


ACCOUNTS: Final = (
    DemoAccount(
        "maryam",
        Named("مریم", "رضایی", "female", "70"),
        "an employee of Karaj",
        "karaj",
    ),
    DemoAccount(
        "hossein",
        Named("حسین", "محمدی", "male", "50"),
        "an employee of Fardis",
        "fardis",
    ),
    DemoAccount(
        "sara",
        Named("سارا", "احمدی", "female", "60"),
        "the HR officer of Karaj",
        "karaj",
        "karaj",
        ("core.hr_officer", "core.service_manager", "training.training_officer"),
    ),
    DemoAccount(
        "ali",
        Named("علی", "کریمی", "male", "60"),
        "the head of HR of Karaj",
        "karaj",
        "karaj",
        ("core.hr_officer", "training.training_officer"),
    ),
    DemoAccount(
        "admin",
        Named("نرگس", "حسینی", "female", ""),
        "the administrator of the organisation",
        None,
        ORGANISATION,
        ("core.administrator",),
    ),
)


def write_accounts(
    uow: UnitOfWork, host: PluginHost, places: dict[str, Place], persons: dict[str, UUID]
) -> dict[str, Account]:
    """Write the accounts and their grants; ``persons`` by user name. Return them by user name."""
    password = hashed(PASSWORD)
    adopt(uow, places[ORGANISATION], suggestions(host))
    uow.session.flush()
    roles = {role.name: role.id for role in uow.session.scalars(select(Role))}
    written = {}
    for demo in ACCOUNTS:
        account = written[demo.username] = _account(demo, persons.get(demo.username), password, uow)
        uow.session.add(account)
        uow.session.flush()
        for name in demo.roles:
            uow.session.add(
                RoleGrant(
                    municipality_id=places[demo.office].id,
                    account_id=account.id,
                    role_id=roles[name],
                    starts_on=uow.today,
                    granted_by_name="demo",
                )
            )
    return written


def _account(demo: DemoAccount, person: UUID | None, password: str, uow: UnitOfWork) -> Account:
    keys = NameKeys.of(demo.who.given_name, demo.who.family_name)
    return Account(
        person_id=person,
        username=demo.username,
        email=f"{demo.username}@hamyar.example",
        display_name=demo.who.full_name,
        name_key=keys.name_key,
        sort_key=keys.sort_key,
        password=password,
        fs_uniquifier=new_id().hex,
        confirmed_at=uow.now,
    )
