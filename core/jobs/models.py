"""Background jobs as people see them; procrastinate's own tables are not models."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, TableClass, TenantKey


class JobState(enum.StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE: Final = (JobState.QUEUED, JobState.RUNNING)


class BackgroundJob(TenantKey, Base):
    """A job with a page: an import, a batch of letters.

    ``done`` counts items out of ``total`` (None: not known yet), ``errors`` those refused.
    ``params`` are values for the title (a file's name); ``code`` says why it failed.
    """

    __tablename__ = "background_job"
    __table_args__ = (
        CheckConstraint(
            "state in ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"
        ),
        CheckConstraint(
            "(state in ('queued', 'running')) = (finished_at is null)", name="finished_at"
        ),
        CheckConstraint("(state = 'failed') = (code <> '')", name="code"),
        CheckConstraint("done >= 0 and errors >= 0 and total >= 0", name="counts"),
        Index("ix_background_job_created", "municipality_id", "created_at", "id"),
    )
    table_class = TableClass.TENANT

    kind: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    total: Mapped[int | None]
    errors: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    code: Mapped[str] = mapped_column(server_default="", default="")
    result_url: Mapped[str] = mapped_column(server_default="", default="")
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


LIBRARY_TABLES: Final[Mapping[str, str]] = dict.fromkeys(
    (
        "procrastinate_jobs",
        "procrastinate_events",
        "procrastinate_periodic_defers",
        "procrastinate_workers",
    ),
    "procrastinate's own: a worker fetches for every municipality, arguments hold only ids",
)
"""Global tables that a library owns, with the reason why they are not isolated."""
