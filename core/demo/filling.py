"""Filling an empty database with the invented province, once and in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from random import Random
from uuid import UUID

from flask import Flask
from sqlalchemy import exists, func, select, update

from core.accounts.models import Account
from core.database.scope import EMPTY, Scope, ScopedSession
from core.database.unit_of_work import Actor, UnitOfWork, open_unit
from core.demo import accounts, scenes
from core.demo.accounts import ACCOUNTS, ORGANISATION
from core.demo.province import CONTACTS, Size, staff_by_city
from core.demo.staff import Recruiter
from core.demo.structure import units
from core.demo.writing import Staff, write_staff, write_units
from core.municipalities.models import Municipality
from core.municipalities.place import Place
from core.municipalities.seed import add_province
from core.plugin_host.host import PluginHost
from core.policy.viewer import Grant, Viewer
from core.requests.registry import Registry

LOCK = 1_405_001
BY_HAND = Actor("hamyar demo", origin="cli")
Crew = dict[str, list[Staff]]
"""The staff that was written, by the municipality's code."""


def fill(app: Flask, size: Size, seed: int) -> bool:
    """Fill the database of ``app``; False (and nothing is touched) if it has accounts already."""
    host: PluginHost = app.extensions["hamyar_plugins"]
    with app.app_context():
        with open_unit(EMPTY, BY_HAND) as uow:
            if uow.session.execute(select(exists().select_from(Account))).scalar_one():
                return False
            ids = add_province(uow.session)
        with open_unit(Scope.of(*ids.values()), BY_HAND) as uow:
            _lock(uow)
            if uow.session.execute(select(exists().select_from(Account))).scalar_one():
                return False
            _fill(uow, host, ids, size, seed)
    return True


def _lock(uow: UnitOfWork) -> None:
    """Let a second `hamyar demo` wait for the first one."""
    uow.session.execute(select(func.pg_advisory_xact_lock(LOCK)))


def _fill(uow: UnitOfWork, host: PluginHost, ids: dict[str, UUID], size: Size, seed: int) -> None:
    random = Random(seed)  # noqa: S311 # invented data, not secrets
    places = _places(uow)
    crew, people = _write_crew(uow, ids, size, random)
    written = accounts.write_accounts(uow, host, places, people)
    _write_contacts(uow, ids)
    admin = _actor(written["admin"])
    scenes.switch_services(uow, host, places, admin)
    scenes.save_lists(uow, places, admin)
    for code, officers in _deciders(written, places).items():
        office = scenes.Office(places[code], officers)
        senders = _senders(crew[code], people.values(), random)
        with narrowed(uow, places[code]):
            scenes.send_requests(uow, Registry(host), office, senders, random)
    for answer in host.hooks.demo_data():
        answer.value.fill(uow, seed)
    scenes.close_services(uow, host, places, admin)
    scenes.release_some(uow, places, admin)


@contextmanager
def narrowed(uow: UnitOfWork, place: Place) -> Iterator[None]:
    """See one municipality only, as those who work there do; also much faster."""
    session, wide = uow.session, uow.scope
    try:
        _set_scope(session, Scope.of(place.id))
        yield
    finally:
        _set_scope(session, wide)


def _set_scope(session: ScopedSession, scope: Scope) -> None:
    session.flush()
    session.scope = scope
    session.send_scope(session.connection())


def _places(uow: UnitOfWork) -> dict[str, Place]:
    rows = uow.session.scalars(select(Municipality))
    return {row.code: Place.of(row) for row in rows}


def _write_crew(
    uow: UnitOfWork, ids: dict[str, UUID], size: Size, random: Random
) -> tuple[Crew, dict[str, UUID]]:
    """Write all staff, those with accounts last; return it, and persons by user name."""
    recruiter = Recruiter(random, uow.today)
    crew: Crew = {}
    people: dict[str, UUID] = {}
    for number, (code, count) in enumerate(staff_by_city(size).items(), 1):
        planned = units(count)
        named = [account for account in ACCOUNTS if account.city == code]
        prefix = f"{number:02}"
        workers = list(recruiter.hire(count - len(named), planned, prefix))
        workers += [
            recruiter.named(account.who, planned, f"{prefix}9{place:04}")
            for place, account in enumerate(named, 1)
        ]
        crew[code] = write_staff(uow, ids[code], workers, write_units(uow, ids[code], planned))
        for account, staff in zip(named, crew[code][-len(named) :] if named else (), strict=True):
            people[account.username] = staff.person_id
    return crew, people


def _write_contacts(uow: UnitOfWork, ids: dict[str, UUID]) -> None:
    for code, (name, phone) in CONTACTS.items():
        uow.session.execute(
            update(Municipality)
            .where(Municipality.id == ids[code])
            .values(hr_name=name, hr_phone=phone, hr_email=f"hr@{code}.example")
        )


def _actor(account: Account) -> Actor:
    return Actor(account.display_name, account.id, account.person_id)


def _deciders(
    written: dict[str, Account], places: dict[str, Place]
) -> dict[str, tuple[Viewer, ...]]:
    """Who decides where: Karaj's own officers, elsewhere the organisation."""
    admin = written["admin"]
    return {
        code: tuple(
            _viewer(account, places[code], places[ORGANISATION])
            for account in ((written["sara"], written["ali"]) if code == "karaj" else (admin,))
        )
        for code in ("karaj", "fardis", "nazarabad")
    }


def _viewer(account: Account, place: Place, organisation: Place) -> Viewer:
    return Viewer(
        account_id=account.id,
        person_id=account.person_id,
        name=account.display_name,
        grants=(Grant(place.id, None, frozenset({"*"})),),
        organisation_of={place.id: organisation.id},
    )


def _senders(staff: list[Staff], known: Collection[UUID], random: Random) -> list[Staff]:
    """The employee with an account sends the first three, so that his pages have something."""
    first = [one for one in staff if one.person_id in known][:1]
    others = [one for one in staff if one.person_id not in known]
    return first * 3 + random.sample(others, min(len(others), 21))
