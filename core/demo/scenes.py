"""What has happened in the invented province: services switched, requests sent and decided."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import cycle
from random import Random
from typing import Any, Final

from sqlalchemy import exists, select

from core.accounts.models import Account
from core.activation.services import switch
from core.activation.states import ServiceState
from core.database.unit_of_work import Actor, UnitOfWork
from core.demo.province import SERVICES
from core.demo.staff import NEVER_DIALLED
from core.demo.writing import Staff
from core.documents import services as documents
from core.documents.policies import DocumentKind
from core.localization import clock
from core.municipalities.place import Place
from core.people.models import Employment, EmploymentKind
from core.people.services import save_list
from core.plugin_host.host import PluginHost
from core.policy.viewer import Viewer
from core.requests import decisions, services
from core.requests.models import Request
from core.requests.registry import Registry
from core.transfers.services import release


@contextmanager
def acting(uow: UnitOfWork, actor: Actor, days_ago: int) -> Iterator[None]:
    """Let somebody act in the past; the transaction is the same."""
    before = uow.actor, uow.now, uow.today
    now = clock.now() - timedelta(days=days_ago)
    uow.actor, uow.now, uow.today = replace(actor, origin="demo"), now, clock.day_of(now)
    try:
        yield
    finally:
        uow.actor, uow.now, uow.today = before


def switch_services(
    uow: UnitOfWork, host: PluginHost, places: dict[str, Place], admin: Actor
) -> None:
    """Switch on every service that is ready, and begin to close it where that is planned."""
    ready = [plugin.name for plugin in host.plugins if plugin.is_available]
    with acting(uow, admin, 200):
        for code in SERVICES:
            for service in ready:
                switch(uow, host, places[code], service, ServiceState.ON, by_organisation=True)


def save_lists(uow: UnitOfWork, places: dict[str, Place], admin: Actor) -> None:
    """Save a shared list of employees where services are on."""
    with acting(uow, admin, 60):
        for code in SERVICES:
            save_list(
                uow,
                places[code],
                {"kind": EmploymentKind.CONTRACT},
                name="کارکنان پیمانی",
                is_shared=True,
                manages=True,
            )


def close_services(
    uow: UnitOfWork, host: PluginHost, places: dict[str, Place], admin: Actor
) -> None:
    """Begin to close where that is planned, after the services have their examples."""
    closing = [code for code, state in SERVICES.items() if state is ServiceState.CLOSING]
    ready = [plugin.name for plugin in host.plugins if plugin.is_available]
    with acting(uow, admin, 2):
        for code in closing:
            for service in ready:
                switch(uow, host, places[code], service, ServiceState.CLOSING, by_organisation=True)


@dataclass(frozen=True, slots=True)
class Scene:
    """A request and how far it gets: sent ``days_ago``, then one act after the other."""

    type: str
    days_ago: int
    acts: tuple[str, ...] = ()


CONTACT: Final = "people.contact_change"
SHEBA: Final = "people.sheba_change"
SCENES: Final = (
    Scene(CONTACT, 34, ("approve",)),
    Scene(SHEBA, 5, ("approve",)),
    Scene(CONTACT, 7, ("return",)),
    Scene(CONTACT, 20, ("reject",)),
    Scene(SHEBA, 26, ("approve", "approve")),
    Scene(CONTACT, 9),
    Scene(SHEBA, 2),
    Scene(CONTACT, 15, ("withdraw",)),
    Scene(CONTACT, 1),
    Scene(SHEBA, 0),
)
REASONS: Final = {
    "reject": "شماره به نام شخص دیگری ثبت شده است. لطفاً شماره‌ای به نام خود اعلام کنید.",
    "return": "لطفاً نشانی رایانامه را کامل بنویسید.",
}


@dataclass(frozen=True, slots=True)
class Office:
    """Who decides in a municipality: the officer first, then who approves, if there is a second.

    Nobody approves twice, so with one officer a second step stays open.
    """

    place: Place
    officers: tuple[Viewer, ...]


def send_requests(
    uow: UnitOfWork,
    registry: Registry,
    office: Office,
    staff: Sequence[Staff],
    random: Random,
) -> None:
    """Let these employees send requests in turn, each the next scene, and have them decided."""
    for scene, employee in zip(cycle(SCENES), staff, strict=False):
        worker = employee.worker
        sender = Actor(f"{worker.given_name} {worker.family_name}", None, employee.person_id)
        with acting(uow, sender, scene.days_ago):
            request = services.submit(
                uow,
                registry,
                scene.type,
                municipality_id=office.place.id,
                person_id=employee.person_id,
                employment_id=employee.employment_id,
                data=_content(scene.type, random) | _evidence(uow, office, scene.type, employee),
                key=f"demo-{employee.employment_id}-{scene.type}-{scene.days_ago}",
            )
        _decide(uow, registry, office, scene, request)


def _content(kind: str, random: Random) -> dict[str, Any]:
    if kind == SHEBA:
        return {"sheba": test_sheba(random.randrange(10**19)), "bank": "بانک شهر، شعبهٔ مرکزی"}
    return {"mobile": f"{NEVER_DIALLED}{9_000_000 + random.randrange(999_999)}"}


def _evidence(uow: UnitOfWork, office: Office, kind: str, employee: Staff) -> dict[str, Any]:
    """Return the invented photo of a card that goes with a change of bank account."""
    if kind != SHEBA:
        return {}
    photo = documents.take(
        uow,
        municipality_id=office.place.id,
        person_id=employee.person_id,
        kind=DocumentKind.BANK,
        name="کارت بانکی.png",
        data=card(),
    )
    return {"evidence": [str(photo.id)]}


def card() -> bytes:
    """Return the picture of a plain grey card, 856 × 540 pixels (PNG)."""
    width, height = 856, 540
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xc8" * width) * height)
    parts = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def test_sheba(account: int) -> str:
    """Return an account number with right check digits, at a bank that doesn't exist (098)."""
    body = f"098{account:019}"
    return f"IR{98 - int(body + '182700') % 97:02}{body}"


def _decide(
    uow: UnitOfWork, registry: Registry, office: Office, scene: Scene, request: Request
) -> None:
    for act, (number, viewer) in zip(scene.acts, enumerate(office.officers), strict=False):
        where = (uow, registry, viewer, office.place.id, request.id)
        who = Actor(viewer.name, viewer.account_id, viewer.person_id)
        with acting(uow, who, max(scene.days_ago - 1 - number, 0)):
            if act == "approve":
                decisions.approve(*where)
            elif act == "reject":
                decisions.reject(*where, reason=REASONS[act])
            elif act == "return":
                decisions.send_back(*where, reason=REASONS[act])
            else:
                services.withdraw(uow, registry, _oneself(request), *where[3:])


def _oneself(request: Request) -> Viewer:
    return Viewer(person_id=request.person_id, name=request.person_name)


def release_some(uow: UnitOfWork, places: dict[str, Place], admin: Actor) -> None:
    """Let somebody wait to be accepted in Karaj, and one of Karaj's elsewhere."""
    with acting(uow, admin, 4):
        for source, target in (("nazarabad", "karaj"), ("karaj", "nazarabad")):
            leaving = _without_account(uow, places[source])
            release(
                uow,
                places[source],
                leaving.id,
                version=leaving.version,
                to_municipality_id=places[target].id,
                starts_on=clock.today() + timedelta(days=20),
                note="موافقت طبق نامهٔ شمارهٔ ۱۲۰۴",
            )


def _without_account(uow: UnitOfWork, place: Place) -> Employment:
    has_account = exists().where(Account.person_id == Employment.person_id)
    return uow.session.scalars(
        select(Employment)
        .where(Employment.municipality_id == place.id, Employment.ends_on.is_(None), ~has_account)
        .order_by(Employment.starts_on, Employment.personnel_number)
        .limit(1)
    ).one()
