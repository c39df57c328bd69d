"""What units are called and part of from a day on; saved filters of the list of employees.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.database.ddl import isolate

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "org_unit_change",
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("municipality_id", "id"),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(
            ["municipality_id", "unit_id"], ["org_unit.municipality_id", "org_unit.id"]
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "parent_id"], ["org_unit.municipality_id", "org_unit.id"]
        ),
        sa.UniqueConstraint("municipality_id", "unit_id", "starts_on"),
        sa.CheckConstraint("parent_id <> unit_id", name="parent"),
    )
    isolate("org_unit_change")
    op.create_table(
        "saved_list",
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("filters", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "id"),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("municipality_id", "account_id", "name_key"),
        sa.CheckConstraint("name = trim(name) and length(name) between 1 and 60", name="name"),
    )
    op.create_index(
        "uq_saved_list_shared",
        "saved_list",
        ["municipality_id", "name_key"],
        unique=True,
        postgresql_where=sa.text("is_shared"),
    )
    isolate("saved_list")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("saved_list")
    op.drop_table("org_unit_change")
