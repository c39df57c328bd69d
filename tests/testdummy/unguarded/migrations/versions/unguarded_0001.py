"""A table that every municipality could read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "unguarded_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("unguarded_case", sa.Column("id", sa.Uuid(), primary_key=True))
