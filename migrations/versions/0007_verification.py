"""Issued documents, and reading one by its code without an account.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.database.ddl import IN_SCOPE, definer_function, isolate

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Everything but the revocation and the link to an erased person stays as it was signed.
KEEP = """
create function issued_document_keep() returns trigger language plpgsql as $$
declare loose text[] := '{person_id,revoked_at,revoked_by_name,revoked_reason}';
begin
  if tg_op = 'UPDATE' then
    if to_jsonb(new) - loose = to_jsonb(old) - loose
      and (new.person_id is null or new.person_id is not distinct from old.person_id)
      and (old.revoked_at is null
        or (new.revoked_at, new.revoked_reason) = (old.revoked_at, old.revoked_reason)) then
      return new;
    end if;
  end if;
  raise exception 'an issued document is never changed or deleted' using errcode = '42501';
end $$
"""

# Whoever holds the paper holds the code: 70 random bits, so the code is the permission.
BY_CODE = """
begin
  return query
    select d.payload, d.signature, d.key_id, d.issued_at, d.revoked_at, d.revoked_reason
      from issued_document d where d.code = p_code limit 1;
end
"""


def upgrade() -> None:
    """Create the table and the function."""
    op.create_table(
        "issued_document",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_name", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_name", sa.Text(), server_default="", nullable=False),
        sa.Column("revoked_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(revoked_at is null) = (revoked_reason = '')", name=op.f("ck_issued_document_revoked")
        ),
        sa.CheckConstraint(
            "octet_length(signature) = 64", name=op.f("ck_issued_document_signature")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_issued_document_municipality_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_issued_document_person_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_issued_document")),
        sa.UniqueConstraint(
            "municipality_id", "code", name=op.f("uq_issued_document_municipality_id_code")
        ),
    )
    op.create_index("ix_issued_document_code", "issued_document", ["code"], unique=False)
    op.create_index(
        "ix_issued_document_person", "issued_document", ["person_id", "issued_at"], unique=False
    )
    op.create_index(
        "uq_issued_document_live",
        "issued_document",
        ["municipality_id", "kind", "subject"],
        unique=True,
        postgresql_where=sa.text("revoked_at is null"),
    )
    isolate(
        "issued_document", f"{IN_SCOPE} or person_id = (select hamyar_person())", check=IN_SCOPE
    )
    op.execute("revoke update, delete, truncate on issued_document from hamyar_app")
    op.execute(
        "grant update (revoked_at, revoked_by_name, revoked_reason) on issued_document"
        " to hamyar_app"
    )
    op.execute(KEEP)
    op.execute(
        "create trigger keep before update or delete on issued_document"
        " for each row execute function issued_document_keep()"
    )
    op.execute(
        "create trigger keep_truncate before truncate on issued_document"
        " for each statement execute function hamyar_refuse_change()"
    )
    definer_function(
        "issued_document_by_code(p_code text)",
        "table (payload jsonb, signature bytea, key_id bytea, issued_at timestamptz,"
        " revoked_at timestamptz, revoked_reason text)",
        BY_CODE,
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("drop function issued_document_by_code(text)")
    op.drop_table("issued_document")
    op.execute("drop function issued_document_keep()")
