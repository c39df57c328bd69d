"""Run whatever statement the test has put into `STATEMENT`."""

from __future__ import annotations

import os

from alembic import op

revision = "meddling_0001"
down_revision = None
branch_labels = None
depends_on = None
STATEMENT = "TEST_MEDDLING_STATEMENT"


def upgrade() -> None:
    op.execute("create table meddling_case (id integer primary key)")
    op.execute("alter table meddling_case enable row level security")
    op.execute("alter table meddling_case force row level security")
    op.execute(os.environ[STATEMENT])
