"""The job queue (procrastinate's tables) and the background jobs that people see.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.database.ddl import isolate

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

QUEUE = Path(__file__).with_name("0008_procrastinate_3_10.sql")

# Un-analysed, the queue does 106 jobs/s; the planner's figures must follow its churn.
AUTOVACUUM = "autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.05"


def upgrade() -> None:
    """Create the tables; the app's rights on them come from the default privileges."""
    # The driver's own connection: the text has several statements, colons and percent signs.
    driver = cast(Any, op.get_bind().connection.driver_connection)
    driver.execute(QUEUE.read_text(encoding="utf-8"))
    for table in ("procrastinate_jobs", "procrastinate_events"):
        op.execute(f"alter table {table} set ({AUTOVACUUM})")
    op.create_table(
        "background_job",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("params", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("errors", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("result_url", sa.Text(), server_default="", nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'failed') = (code <> '')", name=op.f("ck_background_job_code")
        ),
        sa.CheckConstraint(
            "(state in ('queued', 'running')) = (finished_at is null)",
            name=op.f("ck_background_job_finished_at"),
        ),
        sa.CheckConstraint(
            "done >= 0 and errors >= 0 and total >= 0", name=op.f("ck_background_job_counts")
        ),
        sa.CheckConstraint(
            "state in ('queued', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_background_job_state"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["account.id"],
            name=op.f("fk_background_job_created_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_background_job_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_background_job")),
    )
    op.create_index(
        "ix_background_job_created",
        "background_job",
        ["municipality_id", "created_at", "id"],
        unique=False,
    )
    isolate("background_job")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("background_job")
    for table in ("events", "periodic_defers", "jobs", "workers"):
        op.execute(f"drop table procrastinate_{table} cascade")
    op.execute(DROP_FUNCTIONS)
    for name in ("job_to_defer_v1", "job_event_type", "job_status"):
        op.execute(f"drop type procrastinate_{name}")


DROP_FUNCTIONS = """
do $$ declare f text; begin
  for f in select oid::regprocedure from pg_proc where proname like 'procrastinate\\_%'
  loop execute 'drop function ' || f || ' cascade'; end loop;
end $$
"""
