"""Requests, their decisions, timelines and references.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.database.ddl import IN_SCOPE, append_only, isolate

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "request_counter",
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_request_counter")),
    )
    op.create_table(
        "request",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("type_version", sa.Integer(), nullable=False),
        sa.Column("title", postgresql.JSONB(), nullable=False),
        sa.Column("summary", postgresql.JSONB(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("employment_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("base_digest", sa.Text(), server_default="", nullable=False),
        sa.Column("steps", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("round", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("permission", sa.Text(), server_default="", nullable=False),
        sa.Column("routed_to", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_by_name", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.LargeBinary(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'applied') = (applied_at is not null)", name=op.f("ck_request_applied")
        ),
        sa.CheckConstraint("state <> 'rejected' or reason <> ''", name=op.f("ck_request_reason")),
        sa.CheckConstraint(
            "state in ('draft', 'submitted', 'in_review', 'approved', 'applied', 'returned',"
            " 'rejected', 'withdrawn', 'expired', 'conflict', 'failed')",
            name=op.f("ck_request_state"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_request_amount")),
        sa.CheckConstraint("round >= 1", name=op.f("ck_request_round")),
        sa.CheckConstraint(
            "step between 0 and jsonb_array_length(steps)", name=op.f("ck_request_step")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "employment_id"],
            ["employment.municipality_id", "employment.id"],
            name=op.f("fk_request_municipality_id_employment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "unit_id"],
            ["org_unit.municipality_id", "org_unit.id"],
            name=op.f("fk_request_municipality_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_request_municipality_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_request_person_id")),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_request")),
        sa.UniqueConstraint(
            "municipality_id", "reference", name=op.f("uq_request_municipality_id_reference")
        ),
        sa.UniqueConstraint(
            "municipality_id",
            "submitted_by",
            "idempotency_key",
            name=op.f("uq_request_municipality_id_submitted_by_idempotency_key"),
        ),
    )
    op.create_index(
        "ix_request_due",
        "request",
        ["municipality_id", sa.literal_column("coalesce(due_on, '9999-12-31'::date)"), "id"],
        unique=False,
        postgresql_where=sa.text("state in ('submitted', 'in_review')"),
    )
    op.create_index(
        "ix_request_employment", "request", ["municipality_id", "employment_id"], unique=False
    )
    op.create_index(
        "ix_request_open",
        "request",
        ["municipality_id", "submitted_at", "id"],
        unique=False,
        postgresql_where=sa.text("state in ('submitted', 'in_review')"),
    )
    op.create_index(
        "ix_request_person", "request", ["person_id", "submitted_at", "id"], unique=False
    )
    op.create_index(
        "ix_request_submitted", "request", ["municipality_id", "submitted_at", "id"], unique=False
    )
    op.create_table(
        "request_decision",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("step_name", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decider_person_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "outcome = 'approved' or reason <> ''", name=op.f("ck_request_decision_reason")
        ),
        sa.CheckConstraint(
            "outcome in ('approved', 'rejected', 'returned')",
            name=op.f("ck_request_decision_outcome"),
        ),
        sa.CheckConstraint(
            "decider_person_id <> person_id", name=op.f("ck_request_decision_own_request")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "request_id"],
            ["request.municipality_id", "request.id"],
            name=op.f("fk_request_decision_municipality_id_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_request_decision_municipality_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_request_decision_person_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_request_decision")),
        sa.UniqueConstraint(
            "municipality_id",
            "request_id",
            "step",
            "round",
            name=op.f("uq_request_decision_municipality_id_request_id_step_round"),
        ),
    )
    op.create_index(
        "uq_request_decision_approver",
        "request_decision",
        ["municipality_id", "request_id", "round", "decided_by"],
        unique=True,
        postgresql_where=sa.text("outcome = 'approved'"),
    )
    op.create_table(
        "request_event",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("params", postgresql.JSONB(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "request_id"],
            ["request.municipality_id", "request.id"],
            name=op.f("fk_request_event_municipality_id_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_request_event_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_request_event_person_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_request_event")),
    )
    op.create_index(
        "ix_request_event_request",
        "request_event",
        ["municipality_id", "request_id", "at"],
        unique=False,
    )
    for table in ("request", "request_decision", "request_event"):
        isolate(table, f"{IN_SCOPE} or person_id = (select hamyar_person())", check=IN_SCOPE)
    op.execute("revoke delete, truncate on request from hamyar_app")
    append_only("request_decision")
    append_only("request_event")
    op.execute("revoke delete, truncate on request_counter from hamyar_app")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("request_event")
    op.drop_table("request_decision")
    op.drop_table("request")
    op.drop_table("request_counter")
