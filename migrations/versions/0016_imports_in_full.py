"""Imports in full: names of saved mappings are bounded; deductions that others have from pay.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.database.ddl import isolate

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bound the names; create the table of deductions."""
    op.create_check_constraint(
        op.f("ck_import_mapping_name"),
        "import_mapping",
        "name = trim(name) and length(name) between 1 and 100",
    )
    op.create_table(
        "external_deduction",
        sa.Column("employment_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("creditor", sa.Text(), nullable=False),
        sa.Column("creditor_key", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_external_deduction_amount")),
        sa.CheckConstraint(
            "category in ('court', 'tax', 'other')", name=op.f("ck_external_deduction_category")
        ),
        sa.CheckConstraint("creditor_key <> ''", name=op.f("ck_external_deduction_creditor_key")),
        sa.CheckConstraint(
            "month between 130001 and 149912 and month % 100 between 1 and 12",
            name=op.f("ck_external_deduction_month"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "employment_id"],
            ["employment.municipality_id", "employment.id"],
            name=op.f("fk_external_deduction_municipality_id_employment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_external_deduction_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_external_deduction")),
    )
    op.create_index(
        "uq_external_deduction_once",
        "external_deduction",
        ["municipality_id", "employment_id", "month", "category", "creditor_key"],
        unique=True,
    )
    isolate("external_deduction")


def downgrade() -> None:
    """Take both back."""
    op.drop_table("external_deduction")
    op.drop_constraint(op.f("ck_import_mapping_name"), "import_mapping")
