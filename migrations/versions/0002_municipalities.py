"""Municipalities and the activation of services.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.database.ddl import append_only, isolate

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "municipality",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("name_fa", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("province_fa", sa.Text(), server_default="", nullable=False),
        sa.Column("county_fa", sa.Text(), server_default="", nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("hr_name", sa.Text(), server_default="", nullable=False),
        sa.Column("hr_phone", sa.Text(), server_default="", nullable=False),
        sa.Column("hr_email", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "weekend",
            postgresql.ARRAY(sa.SmallInteger()),
            server_default=sa.text("'{6}'"),
            nullable=False,
        ),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9-]{1,39}$'", name=op.f("ck_municipality_code")),
        sa.CheckConstraint(
            "kind in ('organisation', 'municipality')", name=op.f("ck_municipality_kind")
        ),
        sa.CheckConstraint("population >= 0", name=op.f("ck_municipality_population")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["municipality.id"], name=op.f("fk_municipality_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("code", name=op.f("uq_municipality_code")),
    )
    op.create_table(
        "service_activation",
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("settings", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("ever_on", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "state in ('off', 'on', 'closing')", name=op.f("ck_service_activation_state")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_service_activation_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "service", name=op.f("pk_service_activation")),
    )
    op.create_table(
        "service_activation_change",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("old_state", sa.Text(), nullable=False),
        sa.Column("new_state", sa.Text(), nullable=False),
        sa.Column("settings", postgresql.JSONB(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("overridden", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_by_name", sa.Text(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "new_state in ('off', 'on', 'closing')",
            name=op.f("ck_service_activation_change_new_state"),
        ),
        sa.CheckConstraint(
            "old_state in ('off', 'on', 'closing')",
            name=op.f("ck_service_activation_change_old_state"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_service_activation_change_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_service_activation_change")),
    )
    isolate("service_activation")
    isolate("service_activation_change")
    append_only("service_activation_change")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("service_activation_change")
    op.drop_table("service_activation")
    op.drop_table("municipality")
