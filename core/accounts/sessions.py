"""Server-side sessions, revocable at once.

The cookie carries a random token; the database its SHA-256. Rows are written in a short
transaction of their own, so that a session never commits the request's work nor is lost with
it. Opening a session also begins the request's transaction (`request_state.open_state`).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask, Request, Response, g
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import delete, insert, update
from werkzeug.datastructures import CallbackDict

from core.accounts.models import AccountSession
from core.accounts.request_state import StoredSession, hash_token, open_state
from core.database.extension import db
from core.database.keys import new_id
from core.database.scope import EMPTY
from core.database.unit_of_work import open_unit
from core.localization import clock
from core.plugin_host.gate import locate

LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=2)
ANONYMOUS_LIFETIME = timedelta(hours=2)
TOUCH_AFTER = timedelta(minutes=1)
WITHOUT_SESSION = ("/static/", "/health")
ACCOUNT_KEY = "_hamyar_account"


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
        if not session and session.modified and session.row_id:
            forget(session.row_id)
            response.delete_cookie(self.get_cookie_name(app), path="/")
            return
        now = clock.now()
        if session.modified and session:
            self._store(app, session, response, now)
        elif session.row_id and session.seen_at and now - session.seen_at > TOUCH_AFTER:
            with open_unit(EMPTY) as uow:
                uow.session.execute(
                    update(AccountSession)
                    .where(AccountSession.id == session.row_id)
                    .values(seen_at=now, expires_at=AccountSession.expires_at)
                )

    def _store(self, app: Flask, session: ServerSession, response: Response, now: datetime) -> None:
        account = session.get(ACCOUNT_KEY)
        lifetime = LIFETIME if account else ANONYMOUS_LIFETIME
        with open_unit(EMPTY) as uow:
            if session.row_id and not session.rotate:
                uow.session.execute(
                    update(AccountSession)
                    .where(AccountSession.id == session.row_id)
                    .values(data=dict(session), seen_at=now)
                )
                return
            if session.row_id:
                # A new id at sign-in: a token planted before it is worth nothing.
                uow.session.execute(
                    delete(AccountSession).where(AccountSession.id == session.row_id)
                )
            session.token = secrets.token_urlsafe(32)
            session.row_id = new_id()
            uow.session.execute(
                insert(AccountSession).values(
                    id=session.row_id,
                    token_hash=hash_token(session.token),
                    account_id=UUID(account) if account else None,
                    data=dict(session),
                    address=uow.actor.origin,
                    created_at=now,
                    seen_at=now,
                    expires_at=now + lifetime,
                )
            )
        response.set_cookie(
            self.get_cookie_name(app),
            session.token,
            httponly=True,
            secure=self.get_cookie_secure(app),
            samesite="Lax",
            path="/",
        )
        response.vary.add("Cookie")


def _session(stored: StoredSession | None, token: str | None) -> ServerSession:
    if stored is None:
        return ServerSession(None, None, None)
    session = ServerSession(stored.data, token, stored.id)
    session.seen_at = stored.seen_at
    return session


def forget(session_id: UUID) -> None:
    """Delete one session; its cookie is worthless from now on."""
    with open_unit(EMPTY) as uow:
        uow.session.execute(delete(AccountSession).where(AccountSession.id == session_id))


def forget_all(account_id: UUID, *, but: UUID | None = None) -> None:
    """Delete every session of an account, but perhaps the present one."""
    with open_unit(EMPTY) as uow:
        uow.session.execute(
            delete(AccountSession).where(
                AccountSession.account_id == account_id, AccountSession.id != (but or account_id)
            )
        )
