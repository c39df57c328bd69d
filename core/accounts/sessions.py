"""Server-side sessions, revocable at once.

The cookie carries a random token; the database its SHA-256. Rows are written in a short
transaction of their own, so that a session never commits the request's work nor is lost with
it. Opening a session also begins the request's transaction (`request_state.open_state`).

A session ends `LIFETIME` after its sign-in and `IDLE` after its last request, whichever comes
first: ``expires_at`` always holds the earlier of the two.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask, Request, Response, g, request, session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import ColumnElement, Interval, bindparam, case, delete, func, insert, update
from werkzeug.datastructures import CallbackDict

from core.accounts.models import AccountSession
from core.accounts.request_state import StoredSession, hash_token, open_state
from core.database.extension import db
from core.database.keys import new_id
from core.database.scope import EMPTY
from core.database.unit_of_work import UnitOfWork, open_unit
from core.localization import clock
from core.plugin_host.gate import locate

LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=2)
TOUCH_AFTER = timedelta(minutes=1)
WITHOUT_SESSION = ("/static/", "/health")
ACCOUNT_KEY = "_hamyar_account"
BEFORE_KEY = "_hamyar_before"
"""When the account signed in before this session, ISO 8601; '' at the first time."""
AGENT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose password was right, and when he had signed in before (None: never)."""

    account_id: UUID
    before: datetime | None


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """The data of one session; ``token`` is the secret in the cookie, None when new."""

    def __init__(self, data: dict[str, Any] | None, token: str | None, row_id: UUID | None) -> None:
        def changed(_self: ServerSession) -> None:
            self.modified = True

        super().__init__(data or {}, changed)
        self.token = token
        self.row_id = row_id
        self.new = row_id is None
        self.modified = False
        self.rotate = False
        self.seen_at: datetime | None = None


class ServerSessionInterface(SessionInterface):
    """Flask's session in PostgreSQL."""

    def open_session(self, app: Flask, request: Request) -> ServerSession | None:
        """Begin the request: read session, viewer, municipality and service in one statement."""
        if request.path.startswith(WITHOUT_SESSION):
            return ServerSession(None, None, None)
        token = request.cookies.get(self.get_cookie_name(app))
        state = open_state(
            db.engine,
            token,
            locate(request.path),
            read_only=request.method in ("GET", "HEAD", "OPTIONS"),
            origin=request.remote_addr or "",
        )
        g.hamyar = state
        return _session(state.stored, token)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed, in a transaction of its own, and set the cookie if it is new."""
        if not isinstance(session, ServerSession):
            return
        if session.rotate and response.status_code >= 400:
            return  # the sign-in or new password was rolled back, so it didn't happen
        now = clock.now()
        if session.modified and not session:
            self._forget(app, session, response)
        elif session.row_id and not session.rotate:
            if session.modified or (session.seen_at and now - session.seen_at > TOUCH_AFTER):
                _keep(session, now)
        elif session.modified:
            self._begin(app, session, response, now)

    def _begin(self, app: Flask, session: ServerSession, response: Response, now: datetime) -> None:
        """Write a row with a new token: one planted before the sign-in is worth nothing."""
        old, session.token, session.row_id = session.row_id, secrets.token_urlsafe(32), new_id()
        account = session.get(ACCOUNT_KEY)
        with open_unit(EMPTY) as uow:
            uow.session.execute(delete(AccountSession).where(AccountSession.id == old))
            uow.session.execute(
                insert(AccountSession).values(
                    id=session.row_id,
                    token_hash=hash_token(session.token),
                    account_id=UUID(account) if account else None,
                    data=dict(session),
                    address=request.remote_addr or "",
                    agent=request.user_agent.string[:AGENT_LENGTH],
                    created_at=now,
                    seen_at=now,
                    expires_at=now + min(IDLE, LIFETIME),
                )
            )
        response.set_cookie(
            self.get_cookie_name(app), session.token, **self._cookie(app), samesite="Lax"
        )
        response.vary.add("Cookie")

    def _forget(self, app: Flask, session: ServerSession, response: Response) -> None:
        """Delete row and cookie: the session was emptied."""
        if session.row_id:
            with open_unit(EMPTY) as uow:
                end_session(uow, session.row_id)
            response.delete_cookie(self.get_cookie_name(app), **self._cookie(app), samesite="Lax")

    def _cookie(self, app: Flask) -> dict[str, Any]:
        """The attributes that a ``__Host-`` cookie needs, to be set and to be deleted."""
        return {"httponly": True, "secure": self.get_cookie_secure(app), "path": "/"}


def _session(stored: StoredSession | None, token: str | None) -> ServerSession:
    if stored is None:
        return ServerSession(None, None, None)
    session = ServerSession(stored.data, token, stored.id)
    session.seen_at = stored.seen_at
    return session


def _keep(session: ServerSession, now: datetime) -> None:
    """Note that the session is alive, and its data if that changed."""
    values = {"seen_at": now, "expires_at": _expiry(now)}
    if session.modified:
        values["data"] = dict(session)
    with open_unit(EMPTY) as uow:
        uow.session.execute(
            update(AccountSession).where(AccountSession.id == session.row_id).values(**values)
        )


def _expiry(now: datetime) -> ColumnElement[datetime]:
    """The end of a session that is used now; an anonymous one has no sign-in to count from."""
    lifetime = AccountSession.created_at + bindparam("lifetime", LIFETIME, Interval)
    return case(
        (AccountSession.account_id.is_(None), now + IDLE),
        else_=func.least(lifetime, now + IDLE),
    )


def start_session(who: SignedIn) -> None:
    """Sign the browser in: everything of the session before is dropped, its id too."""
    before = who.before.isoformat() if who.before else ""
    _renew({ACCOUNT_KEY: str(who.account_id), BEFORE_KEY: before})


def renew_session() -> None:
    """Give the browser's session another id; what it holds stays (a password was changed)."""
    _renew({key: session[key] for key in (ACCOUNT_KEY, BEFORE_KEY) if key in session})


def stop_session() -> None:
    """Sign the browser out; the session's row is deleted with the answer."""
    _renew({})


def _renew(data: dict[str, str]) -> None:
    own: ServerSession = session._get_current_object()  # type: ignore[attr-defined] # a proxy
    own.clear()
    own.update(data)
    own.rotate = True
    g.pop("csrf_token", None)  # Flask-WTF keeps the old one for the rest of the request


def signed_in_before() -> datetime | None:
    """Return when the account had signed in before this session began."""
    before = session.get(BEFORE_KEY)
    return datetime.fromisoformat(before) if before else None


def end_session(uow: UnitOfWork, session_id: UUID) -> None:
    """Delete one session; its cookie is worthless from the commit on."""
    uow.session.execute(delete(AccountSession).where(AccountSession.id == session_id))


def end_sessions(uow: UnitOfWork, account_id: UUID, *, but: UUID | None = None) -> None:
    """Delete every session of an account, but perhaps the present one."""
    statement = delete(AccountSession).where(AccountSession.account_id == account_id)
    if but is not None:
        statement = statement.where(AccountSession.id != but)
    uow.session.execute(statement)


def forget_old(uow: UnitOfWork) -> None:
    """Delete the sessions that have ended."""
    uow.session.execute(delete(AccountSession).where(AccountSession.expires_at < uow.now))
