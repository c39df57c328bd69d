"""Names of saved mappings: never blank, with blanks around or too long.

Revision ID: 0016
Revises: 0011
"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bound the names of saved mappings."""
    op.create_check_constraint(
        op.f("ck_import_mapping_name"),
        "import_mapping",
        "name = trim(name) and length(name) between 1 and 100",
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_constraint(op.f("ck_import_mapping_name"), "import_mapping")
