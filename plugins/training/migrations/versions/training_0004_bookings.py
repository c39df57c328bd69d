"""The time that people keep free for their courses.

Revision ID: training_0004
Revises: training_0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.sdk.migrations import isolate

revision = "training_0004"
down_revision = "training_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "training_booking",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("municipality_id"), "="),
            (sa.column("person_id"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name="ex_training_booking_time",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "enrolment_id"],
            ["training_enrolment.municipality_id", "training_enrolment.id"],
            name=op.f("fk_training_booking_municipality_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "meeting_id"],
            ["training_meeting.municipality_id", "training_meeting.id"],
            name=op.f("fk_training_booking_municipality_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_training_booking_municipality_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_training_booking_person_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_training_booking")),
        sa.UniqueConstraint(
            "municipality_id",
            "enrolment_id",
            "meeting_id",
            name=op.f("uq_training_booking_municipality_id_enrolment_id_meeting_id"),
        ),
    )
    op.create_index(
        "ix_training_booking_meeting", "training_booking", ["municipality_id", "meeting_id"]
    )
    isolate("training_booking")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("training_booking")
