"""Account and what belongs to signing in: session, one-time code, throttle."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, Id, TableClass, TenantKey

BEFORE_SCOPE = "read before anyone is signed in, when no scope can be known"


class Account(Id, Base):
    """Someone who can sign in.

    ``username`` is the national ID of an employee or a name chosen by an officer, normalised.
    ``password`` None: not activated yet. ``fs_uniquifier`` changes with the password.
    ``display_name``, ``name_key`` and ``sort_key`` of an employee follow the person by a trigger.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("username ~ '^[a-z0-9][a-z0-9._-]{1,63}$'", name="username"),
        CheckConstraint("theme in ('auto', 'light', 'dark')", name="theme"),
        CheckConstraint("locale in ('fa', 'en')", name="locale"),
        Index("ix_account_sort_key", "sort_key", "id"),
    )
    table_class = TableClass.GLOBAL
    table_reason = BEFORE_SCOPE

    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), unique=True)
    username: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    display_name: Mapped[str]
    name_key: Mapped[str] = mapped_column(server_default="", default="")
    sort_key: Mapped[str] = mapped_column(server_default="", default="")
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_sign_in_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    locale: Mapped[str] = mapped_column(server_default="fa", default="fa")
    theme: Mapped[str] = mapped_column(server_default="auto", default="auto")
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("now()")
    )

    @property
    def is_pending(self) -> bool:
        """Whether nobody has chosen a password yet."""
        return self.password is None


class AccountSession(Id, Base):
    """A server-side session; only the SHA-256 of the cookie's token is stored.

    Anonymous sessions (``account_id`` None) hold a CSRF secret for the sign-in form.
    """

    __tablename__ = "account_session"
    __table_args__ = (Index("ix_account_session_account", "account_id"),)
    table_class = TableClass.GLOBAL
    table_reason = BEFORE_SCOPE

    token_hash: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    address: Mapped[str] = mapped_column(server_default="")
    agent: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class OneTimeCode(Id, Base):
    """A single-use secret for activating an account or choosing a new password.

    ``channel``: ``message`` (short code by SMS or e-mail, 10 minutes) or ``slip`` (printed and
    sealed, 14 days). Only the SHA-256 of the secret is stored.
    """

    __tablename__ = "one_time_code"
    __table_args__ = (
        CheckConstraint("purpose in ('activate', 'reset')", name="purpose"),
        CheckConstraint("channel in ('message', 'slip')", name="channel"),
        Index("ix_one_time_code_account", "account_id"),
    )
    table_class = TableClass.GLOBAL
    table_reason = BEFORE_SCOPE

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    channel: Mapped[str]
    code_hash: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AccountReset(TenantKey, Base):
    """New access to a privileged account, asked for by one officer and confirmed by another."""

    __tablename__ = "account_reset"
    __table_args__ = (
        CheckConstraint("confirmed_by <> requested_by", name="two_persons"),
        CheckConstraint("account_id not in (requested_by, confirmed_by)", name="not_oneself"),
        CheckConstraint("num_nulls(confirmed_by, confirmed_at) in (0, 2)", name="confirmed"),
        Index(
            "uq_account_reset_open",
            "municipality_id",
            "account_id",
            unique=True,
            postgresql_where=text("confirmed_at is null and cancelled_at is null"),
        ),
    )
    table_class = TableClass.TENANT

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    requested_by_name: Mapped[str]
    requested_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Throttle(Base):
    """How often something was tried; ``key`` is a hash, so that it names nobody."""

    __tablename__ = "throttle"
    table_class = TableClass.GLOBAL
    table_reason = BEFORE_SCOPE

    key: Mapped[bytes] = mapped_column(primary_key=True)
    window_starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    count: Mapped[int]
