"""Courses, offerings with seats, enrolments, attendance, completions and the hours passport.

Revision ID: training_0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.sdk.migrations import append_only, employed_in_scope, isolate

revision = "training_0001"
down_revision = None
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "training_course",
    "training_offering",
    "training_meeting",
    "training_enrolment",
    "training_attendance_mark",
    "training_completion",
)
# The passport follows the person, but only the municipality that held the course writes to it.
BY_ISSUER = "issuer_id = any((select hamyar_scope())::uuid[])"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "training_course",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title_fa", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), server_default="", nullable=False),
        sa.Column("about_fa", sa.Text(), server_default="", nullable=False),
        sa.Column("about_en", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.SmallInteger(), nullable=False),
        sa.Column("retired", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind in ('general', 'job_general', 'job_specific', 'management', 'orientation')",
            name=op.f("ck_training_course_kind"),
        ),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_training_course_minutes")),
        sa.CheckConstraint(
            "threshold between 1 and 100", name=op.f("ck_training_course_threshold")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_training_course_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_training_course")),
        sa.UniqueConstraint(
            "municipality_id", "code", name=op.f("uq_training_course_municipality_id_code")
        ),
    )
    op.create_index(
        "ix_training_course_sort_key",
        "training_course",
        ["municipality_id", "sort_key", "id"],
        unique=False,
    )
    op.create_table(
        "training_hours_entry",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("issuer_name", sa.Text(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("course_code", sa.Text(), nullable=False),
        sa.Column("title_fa", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), server_default="", nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("document_code", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind in ('general', 'job_general', 'job_specific', 'management', 'orientation')",
            name=op.f("ck_training_hours_entry_kind"),
        ),
        sa.CheckConstraint("minutes <> 0", name=op.f("ck_training_hours_entry_minutes")),
        sa.ForeignKeyConstraint(
            ["issuer_id"], ["municipality.id"], name=op.f("fk_training_hours_entry_issuer_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_training_hours_entry_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_hours_entry")),
        sa.UniqueConstraint(
            "issuer_id", "enrolment_id", name=op.f("uq_training_hours_entry_issuer_id_enrolment_id")
        ),
    )
    op.create_index(
        "ix_training_hours_entry_person",
        "training_hours_entry",
        ["person_id", "ended_on", "id"],
        unique=False,
    )
    op.create_table(
        "training_offering",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.SmallInteger(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("waiting", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("queue_last", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("withdraw_by", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("instructor", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state <> 'cancelled' or reason <> ''", name=op.f("ck_training_offering_reason")
        ),
        sa.CheckConstraint(
            "state in ('cancelled', 'closed', 'draft', 'finalised', 'marking', 'open', 'running')",
            name=op.f("ck_training_offering_state"),
        ),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_training_offering_capacity")),
        sa.CheckConstraint("closes_on <= starts_on", name=op.f("ck_training_offering_closes_on")),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_training_offering_window")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_training_offering_ends_on")),
        sa.CheckConstraint("used between 0 and capacity", name=op.f("ck_training_offering_used")),
        sa.CheckConstraint("waiting >= 0", name=op.f("ck_training_offering_waiting")),
        sa.CheckConstraint(
            "withdraw_by between opens_on and starts_on",
            name=op.f("ck_training_offering_withdraw_by"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "course_id"],
            ["training_course.municipality_id", "training_course.id"],
            name=op.f("fk_training_offering_municipality_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_training_offering_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_training_offering")),
    )
    op.create_index(
        "ix_training_offering_open",
        "training_offering",
        ["municipality_id", "starts_on", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_training_offering_starts_on",
        "training_offering",
        ["municipality_id", "starts_on", "id"],
        unique=False,
    )
    op.create_table(
        "training_enrolment",
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("employment_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("has_seat", sa.Boolean(), nullable=False),
        sa.Column("queue_number", sa.Integer(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "has_seat or not (state in ('completed', 'confirmed', 'incomplete', 'no_show'))",
            name=op.f("ck_training_enrolment_seated"),
        ),
        sa.CheckConstraint(
            "has_seat or state not in ('pending', 'waitlisted') or queue_number is not null",
            name=op.f("ck_training_enrolment_queued"),
        ),
        sa.CheckConstraint(
            "not has_seat or not"
            " (state in ('cancelled', 'lapsed', 'late_withdrawn', 'rejected', 'withdrawn'))",
            name=op.f("ck_training_enrolment_gone"),
        ),
        sa.CheckConstraint(
            "not has_seat or state <> 'waitlisted'", name=op.f("ck_training_enrolment_waitlisted")
        ),
        sa.CheckConstraint(
            "state in ('cancelled', 'completed', 'confirmed', 'incomplete', 'lapsed',"
            " 'late_withdrawn', 'no_show', 'pending', 'rejected', 'waitlisted', 'withdrawn')",
            name=op.f("ck_training_enrolment_state"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "employment_id"],
            ["employment.municipality_id", "employment.id"],
            name=op.f("fk_training_enrolment_municipality_id_employment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "offering_id"],
            ["training_offering.municipality_id", "training_offering.id"],
            name=op.f("fk_training_enrolment_municipality_id_offering_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "request_id"],
            ["request.municipality_id", "request.id"],
            name=op.f("fk_training_enrolment_municipality_id_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_training_enrolment_municipality_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_training_enrolment_person_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_training_enrolment")),
        sa.UniqueConstraint(
            "municipality_id",
            "offering_id",
            "queue_number",
            name=op.f("uq_training_enrolment_municipality_id_offering_id_queue_number"),
        ),
    )
    op.create_index(
        "ix_training_enrolment_person",
        "training_enrolment",
        ["municipality_id", "person_id"],
        unique=False,
    )
    op.create_index(
        "ix_training_enrolment_request",
        "training_enrolment",
        ["municipality_id", "request_id"],
        unique=False,
    )
    op.create_index(
        "uq_training_enrolment_live",
        "training_enrolment",
        ["municipality_id", "offering_id", "person_id"],
        unique=True,
        postgresql_where=sa.text(
            "not (state in ('cancelled', 'lapsed', 'late_withdrawn', 'rejected', 'withdrawn'))"
        ),
    )
    op.create_table(
        "training_meeting",
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("municipality_id"), "="),
            (sa.column("offering_id"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name="ex_training_meeting_time",
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_training_meeting_ends_at")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "offering_id"],
            ["training_offering.municipality_id", "training_offering.id"],
            name=op.f("fk_training_meeting_municipality_id_offering_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_training_meeting_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_training_meeting")),
    )
    op.create_index(
        "ix_training_meeting_starts_at",
        "training_meeting",
        ["municipality_id", "offering_id", "starts_at"],
        unique=False,
    )
    op.create_table(
        "training_attendance_mark",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marked_by_name", sa.Text(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_training_attendance_mark_minutes")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "enrolment_id"],
            ["training_enrolment.municipality_id", "training_enrolment.id"],
            name=op.f("fk_training_attendance_mark_municipality_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "meeting_id"],
            ["training_meeting.municipality_id", "training_meeting.id"],
            name=op.f("fk_training_attendance_mark_municipality_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_training_attendance_mark_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_training_attendance_mark")),
        sa.UniqueConstraint(
            "municipality_id",
            "meeting_id",
            "enrolment_id",
            name=op.f("uq_training_attendance_mark_municipality_id_meeting_id_enrolment_id"),
        ),
    )
    op.create_index(
        "ix_training_attendance_mark_enrolment",
        "training_attendance_mark",
        ["municipality_id", "enrolment_id"],
        unique=False,
    )
    op.create_table(
        "training_completion",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("attended_minutes", sa.Integer(), nullable=False),
        sa.Column("held_minutes", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.SmallInteger(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "attended_minutes between 0 and held_minutes",
            name=op.f("ck_training_completion_attended_minutes"),
        ),
        sa.CheckConstraint("held_minutes > 0", name=op.f("ck_training_completion_held_minutes")),
        sa.CheckConstraint(
            "passed = (attended_minutes * 100 >= threshold * held_minutes)",
            name=op.f("ck_training_completion_passed"),
        ),
        sa.CheckConstraint(
            "passed = (document_id is not null)", name=op.f("ck_training_completion_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "document_id"],
            ["issued_document.municipality_id", "issued_document.id"],
            name=op.f("fk_training_completion_municipality_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "enrolment_id"],
            ["training_enrolment.municipality_id", "training_enrolment.id"],
            name=op.f("fk_training_completion_municipality_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_training_completion_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_training_completion")),
        sa.UniqueConstraint(
            "municipality_id",
            "enrolment_id",
            name=op.f("uq_training_completion_municipality_id_enrolment_id"),
        ),
    )
    op.create_index(
        "ix_training_completion_finalised_at",
        "training_completion",
        ["municipality_id", "finalised_at", "id"],
        unique=False,
    )
    for table in TENANT_TABLES:
        isolate(table)
    isolate(
        "training_hours_entry", employed_in_scope("training_hours_entry.person_id"), check=BY_ISSUER
    )
    append_only("training_completion")
    append_only("training_hours_entry")


def downgrade() -> None:
    """Drop them."""
    for table in ("training_hours_entry", *reversed(TENANT_TABLES)):
        op.drop_table(table)
