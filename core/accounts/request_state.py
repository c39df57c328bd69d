"""The state of one request: its transaction, viewer, municipality and service.

Session, viewer, gate and scope come in one round trip from ``hamyar_open_request``
(docs/adr/0005-request.md); nothing else may open the request's transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from flask import g
from sqlalchemy import Connection, Engine

from core.database.opening import BROKEN, one_value
from core.database.scope import EMPTY, Scope, ScopedSession
from core.database.unit_of_work import Actor, UnitOfWork
from core.localization import clock
from core.municipalities.place import Place
from core.plugin_host.gate import Location
from core.policy.viewer import Viewer, from_row

OPEN = b"select hamyar_open_request($1, $2, $3, $4, $5)::text"


class RequestSession(ScopedSession):
    """The session of a request: PostgreSQL itself finds viewer and scope when it begins."""

    def __init__(
        self, bind: Engine, token: str | None, municipality: str | None, *, read_only: bool
    ) -> None:
        super().__init__(bind, scope=EMPTY, expire_on_commit=False)
        self._token = hash_token(token) if token else b""
        self._municipality = municipality
        self._read_only = read_only
        self.row: dict[str, Any] = {}

    def send_scope(self, connection: Connection) -> None:
        """Open the request in the database and take over the scope that it found."""
        now = clock.now()
        values = (
            b"\\x" + self._token.hex().encode(),
            now.isoformat().encode(),
            clock.day_of(now).isoformat().encode(),
            self._municipality.encode() if self._municipality else None,
            b"true" if self._read_only else b"false",
        )
        self.row = orjson.loads(one_value(connection, OPEN, values))
        ids = self.row["scope"].strip("{}")
        person = self.row["person_id"]
        self.scope = Scope(
            frozenset(UUID(part) for part in ids.split(",") if part),
            UUID(person) if person else None,
        )


@dataclass(frozen=True, slots=True)
class StoredSession:
    """The session row that the cookie's token belongs to."""

    id: UUID
    data: dict[str, Any]
    seen_at: datetime


@dataclass(slots=True)
class RequestState:
    """Everything that a view may know of its request.

    ``services``: municipality → service → ``on`` or ``closing``; of the municipality of the
    address, or without one, of those where the viewer is employed today.
    """

    unit: UnitOfWork
    viewer: Viewer
    address: Location
    municipality: Place | None
    places: tuple[Place, ...]
    services: Mapping[UUID, Mapping[str, str]]
    is_read_only: bool
    stored: StoredSession | None
    unread: int = 0

    @property
    def uow(self) -> UnitOfWork:
        """The request's unit of work; it commits after the view, if the method may write."""
        return self.unit

    @property
    def place(self) -> Place:
        """The municipality of the address; only for views that have one."""
        if self.municipality is None:
            raise LookupError("this address has no municipality")
        return self.municipality

    @property
    def service_state(self) -> str | None:
        """The state of the service of the address; None if it is off or the address has none."""
        if self.municipality is None or self.address.plugin is None:
            return None
        return self.services_in(self.municipality).get(self.address.plugin)

    def services_in(self, place: Place) -> Mapping[str, str]:
        """Return the services that are on or closing in a municipality, with their state."""
        return self.services.get(place.id, {})

    def can(self, permission: str, place: Place | None = None) -> bool:
        """Tell whether the viewer holds the permission, here or in ``place``."""
        where = place or self.municipality
        return where is not None and self.viewer.can(permission, where.id)

    def is_member(self) -> bool:
        """Tell whether the viewer has anything to do with the municipality of the address."""
        here = self.municipality
        return here is not None and here.id in self.unit.scope.municipalities


def hash_token(token: str) -> bytes:
    """Return the SHA-256 under which a session's token is stored."""
    return hashlib.sha256(token.encode()).digest()


def open_state(
    engine: Engine, token: str | None, address: Location, *, read_only: bool, origin: str
) -> RequestState:
    """Begin the request's transaction and read who asks, from where and for what."""
    session = _opened(engine, token, address.municipality, read_only)
    row = session.row
    viewer = from_row(row)
    actor = Actor(viewer.name, viewer.account_id, viewer.person_id, origin=origin)
    return RequestState(
        UnitOfWork(session, actor),
        viewer,
        address,
        Place.from_facts(row["municipality"]) if row["municipality"] else None,
        tuple(Place.from_facts(facts) for facts in row["places"]),
        {UUID(place): states for place, states in row["services"].items()},
        read_only,
        _stored(row),
        row["unread"],
    )


def _opened(
    engine: Engine, token: str | None, municipality: str | None, read_only: bool
) -> RequestSession:
    """Return a session whose transaction has begun.

    Nothing was done yet, so when the pool's connections died with a server that restarted or
    failed over, all are given up and a fresh one is tried once.
    """
    for last in (False, True):
        session = RequestSession(engine, token, municipality, read_only=read_only)
        try:
            session.connection()
        except BROKEN:
            session.invalidate()
            engine.dispose()
            if last:
                raise
        else:
            return session
    raise AssertionError("unreachable")


def _stored(row: dict[str, Any]) -> StoredSession | None:
    if row["session_id"] is None:
        return None
    seen_at = datetime.fromisoformat(row["seen_at"])
    return StoredSession(UUID(row["session_id"]), row["session_data"], seen_at)


def current() -> RequestState:
    """Return the state of the running request."""
    state: RequestState = g.hamyar
    return state


def widen_scope(state: RequestState, municipality_ids: frozenset[UUID]) -> None:
    """Let a province-wide page see more municipalities; the caller has checked and audits it."""
    session = state.unit.session
    session.scope = session.scope.widened(municipality_ids)
    ScopedSession.send_scope(session, session.connection())
