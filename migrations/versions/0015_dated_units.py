"""What units are called and part of from a day on.

Revision ID: 0015
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.database.ddl import isolate

revision = "0015"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
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


def downgrade() -> None:
    """Drop it."""
    op.drop_table("org_unit_change")
