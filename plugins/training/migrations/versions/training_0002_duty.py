"""The yearly training duty: rules in versions, and the kinds of employment that differ.

Revision ID: training_0002
Revises: training_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.sdk.migrations import append_only, isolate

revision = "training_0002"
down_revision = "training_0001"
branch_labels = None
depends_on = None

TABLES = ("training_duty_rule", "training_duty_kind")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "training_duty_rule",
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("from_year", sa.SmallInteger(), nullable=False),
        sa.Column("staff_minutes", sa.Integer(), nullable=False),
        sa.Column("manager_minutes", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_name", sa.Text(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "from_year between 1300 and 1599", name=op.f("ck_training_duty_rule_from_year")
        ),
        sa.CheckConstraint("staff_minutes >= 0", name=op.f("ck_training_duty_rule_staff_minutes")),
        sa.CheckConstraint(
            "manager_minutes >= 0", name=op.f("ck_training_duty_rule_manager_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_training_duty_rule_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_training_duty_rule")),
        sa.UniqueConstraint(
            "municipality_id", "number", name=op.f("uq_training_duty_rule_municipality_id_number")
        ),
    )
    op.create_table(
        "training_duty_kind",
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_training_duty_kind_minutes")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "rule_id"],
            ["training_duty_rule.municipality_id", "training_duty_rule.id"],
            name=op.f("fk_training_duty_kind_municipality_id_rule_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_training_duty_kind_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_training_duty_kind")),
        sa.UniqueConstraint(
            "municipality_id",
            "rule_id",
            "kind",
            name=op.f("uq_training_duty_kind_municipality_id_rule_id_kind"),
        ),
    )
    for table in TABLES:
        isolate(table)
        append_only(table)


def downgrade() -> None:
    """Drop them."""
    for table in reversed(TABLES):
        op.drop_table(table)
