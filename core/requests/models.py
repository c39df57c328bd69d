"""Request, its decisions, its timeline, and the counter of references."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy import Uuid as SqlUuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.database.base import Base, TableClass, TenantKey
from core.database.relations import tenant_fk
from core.requests.policies import FrozenStep, Words
from core.requests.states import OPEN, Progress, RequestState

STATES = ", ".join(f"'{state}'" for state in RequestState)
IS_OPEN = text("state in ('submitted', 'in_review')")
DUE_ORDER = "coalesce(due_on, '9999-12-31'::date)"
"""Requests without a deadline come last."""


class Request(TenantKey, Base):
    """Something that an employee asked for.

    ``title``, ``summary`` and the titles in ``steps`` hold the words of every language, so that
    a request stays readable when its service is gone. ``data`` is the validated content as JSON,
    ``before`` what stood on record of the fields that it would change when it was sent,
    ``amount`` integer rial. ``step`` counts from 1; ``permission`` is the one that the present
    step asks for (the last one's when decided; '' without steps), ``routed_to`` the accounts
    that decide instead. ``unit_id`` is where the person worked when he sent it.
    ``submitted_by`` is an account, or zeros for the system. ``objects_to_id`` is the request
    against whose refusal (in a round) an objection is; ``barred`` accounts don't decide it.
    """

    __tablename__ = "request"
    __table_args__ = (
        tenant_fk("employment_id", "employment"),
        tenant_fk("unit_id", "org_unit"),
        tenant_fk("objects_to_id", "request"),
        UniqueConstraint("municipality_id", "reference"),
        UniqueConstraint("municipality_id", "submitted_by", "idempotency_key"),
        CheckConstraint(f"state in ({STATES})", name="state"),
        CheckConstraint("step between 0 and jsonb_array_length(steps)", name="step"),
        CheckConstraint("round >= 1", name="round"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("(state = 'applied') = (applied_at is not null)", name="applied"),
        CheckConstraint("state <> 'rejected' or reason <> ''", name="reason"),
        CheckConstraint(
            "num_nulls(objects_to_id, objects_to_round) = case type"
            " when 'requests.objection' then 0 else 2 end and objects_to_id <> id",
            name="objection",
        ),
        Index(
            "uq_request_objection",
            "municipality_id",
            "objects_to_id",
            "objects_to_round",
            unique=True,
            postgresql_where=text("objects_to_id is not null and state <> 'withdrawn'"),
        ),
        Index(
            "ix_request_objects_to",
            "municipality_id",
            "objects_to_id",
            postgresql_where=text("objects_to_id is not null"),
        ),
        Index("ix_request_due", "municipality_id", text(DUE_ORDER), "id", postgresql_where=IS_OPEN),
        Index(
            "ix_request_open",
            "municipality_id",
            "submitted_at",
            "id",
            postgresql_where=IS_OPEN,
        ),
        Index("ix_request_submitted", "municipality_id", "submitted_at", "id"),
        Index("ix_request_employment", "municipality_id", "employment_id"),
        Index("ix_request_person", "person_id", "submitted_at", "id"),
    )
    table_class = TableClass.TENANT

    reference: Mapped[str]
    type: Mapped[str]
    type_version: Mapped[int]
    title: Mapped[Words] = mapped_column(JSONB)
    summary: Mapped[Words] = mapped_column(JSONB)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    person_name: Mapped[str]
    employment_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    amount: Mapped[int | None] = mapped_column(BigInteger)
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"), default=dict)
    base_digest: Mapped[str] = mapped_column(server_default="", default="")
    steps: Mapped[list[Any]] = mapped_column(JSONB)
    state: Mapped[str]
    step: Mapped[int] = mapped_column(SmallInteger)
    round: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"), default=1)
    permission: Mapped[str] = mapped_column(server_default="", default="")
    routed_to: Mapped[list[UUID] | None] = mapped_column(ARRAY(SqlUuid()))
    barred: Mapped[list[UUID]] = mapped_column(
        ARRAY(SqlUuid()), server_default=text("'{}'"), default=list
    )
    objects_to_id: Mapped[UUID | None]
    objects_to_round: Mapped[int | None] = mapped_column(SmallInteger)
    submitted_by: Mapped[UUID]
    submitted_by_name: Mapped[str]
    idempotency_key: Mapped[bytes]
    submitted_at: Mapped[datetime]
    due_on: Mapped[date | None]
    decided_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(server_default="", default="")

    @property
    def progress(self) -> Progress:
        """How far it is, as the rules in `core.requests.states` see it."""
        return Progress(RequestState(self.state), len(self.steps), self.step, self.round)

    @property
    def is_open(self) -> bool:
        """Whether somebody must still decide."""
        return self.state in OPEN

    @property
    def frozen_steps(self) -> tuple[FrozenStep, ...]:
        """The approvals that it must pass."""
        return tuple(FrozenStep.from_json(step) for step in self.steps)

    @property
    def present_step(self) -> FrozenStep | None:
        """The step that waits for a decision, or None."""
        return self.frozen_steps[self.step - 1] if self.is_open and self.step else None


class RequestDecision(TenantKey, Base):
    """One step decided, by whom, for whom; append-only, once for each step and round (R3).

    Each step of a round is approved by somebody else (R9), and in somebody else's name. One in a
    principal's name holds a delegation to the decider that is in force (a trigger looks).
    """

    __tablename__ = "request_decision"
    __table_args__ = (
        tenant_fk("request_id", "request"),
        ForeignKeyConstraint(
            ["municipality_id", "delegation_id", "decided_by"],
            ["delegation.municipality_id", "delegation.id", "delegation.delegate_id"],
        ),
        UniqueConstraint("municipality_id", "request_id", "step", "round"),
        CheckConstraint(
            "num_nulls(on_behalf_of, on_behalf_of_name, delegation_id) in (0, 3)",
            name="delegation",
        ),
        CheckConstraint("on_behalf_of_person_id <> person_id", name="principals_request"),
        CheckConstraint("outcome in ('approved', 'rejected', 'returned')", name="outcome"),
        CheckConstraint("outcome = 'approved' or reason <> ''", name="reason"),
        CheckConstraint("decider_person_id <> person_id", name="own_request"),
        Index(
            "uq_request_decision_approver",
            "municipality_id",
            "request_id",
            "round",
            "decided_by",
            unique=True,
            postgresql_where=text("outcome = 'approved'"),
        ),
        Index(
            "uq_request_decision_principal",
            "municipality_id",
            "request_id",
            "round",
            text("coalesce(on_behalf_of, decided_by)"),
            unique=True,
            postgresql_where=text("outcome = 'approved'"),
        ),
    )
    table_class = TableClass.TENANT

    request_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    step: Mapped[int] = mapped_column(SmallInteger)
    round: Mapped[int] = mapped_column(SmallInteger)
    step_name: Mapped[str]
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="", default="")
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID]
    decider_person_id: Mapped[UUID | None]
    decided_by_name: Mapped[str]
    on_behalf_of: Mapped[UUID | None]
    on_behalf_of_name: Mapped[str | None]
    on_behalf_of_person_id: Mapped[UUID | None]
    delegation_id: Mapped[UUID | None]


class RequestEvent(TenantKey, Base):
    """One line of the timeline, append-only.

    ``code`` and ``params`` are put into words when read (`core.requests.wording`), so each
    reader gets his language; ``text`` is what a person wrote.
    """

    __tablename__ = "request_event"
    __table_args__ = (
        tenant_fk("request_id", "request"),
        Index("ix_request_event_request", "municipality_id", "request_id", "at"),
    )
    table_class = TableClass.TENANT

    request_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    code: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(JSONB)
    actor_name: Mapped[str]
    text: Mapped[str] = mapped_column(server_default="", default="")


class RequestCounter(Base):
    """The last number given in a Jalali year."""

    __tablename__ = "request_counter"
    table_class = TableClass.GLOBAL
    table_reason = "one run of references for the whole province; holds a number only"

    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
