"""Which courses must be completed before which.

Revision ID: training_0003
Revises: training_0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.sdk.migrations import isolate

revision = "training_0003"
down_revision = "training_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "training_prerequisite",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("required_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "course_id <> required_id", name=op.f("ck_training_prerequisite_required_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "course_id"],
            ["training_course.municipality_id", "training_course.id"],
            name=op.f("fk_training_prerequisite_municipality_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "required_id"],
            ["training_course.municipality_id", "training_course.id"],
            name=op.f("fk_training_prerequisite_municipality_id_required_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_training_prerequisite_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_training_prerequisite")),
        sa.UniqueConstraint(
            "municipality_id",
            "course_id",
            "required_id",
            name=op.f("uq_training_prerequisite_municipality_id_course_id_required_id"),
        ),
    )
    isolate("training_prerequisite")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("training_prerequisite")
