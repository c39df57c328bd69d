"""Audit entries and chain heads.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.database.ddl import IN_SCOPE, append_only, definer_function, isolate

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# One call writes all rows of a transaction, ordered by municipality, just before its commit:
# the chain's head stays locked for the shortest time and always after every other lock.
AUDIT_WRITE = """
declare r record; v_number bigint; v_previous bytea; v_canonical bytea; v_hash bytea;
begin
  for r in
    select x.* from jsonb_to_recordset(p_entries) as x(ordinal int, municipality_id uuid,
      at timestamptz, kind text, action text, actor_account_id uuid, actor_name text,
      on_behalf_of uuid, origin text, person_id uuid, subject_type text, subject_id text,
      reason text, detail jsonb)
    order by x.municipality_id, x.ordinal
  loop
    insert into audit_head as h (municipality_id, number, hash)
      values (r.municipality_id, 1, sha256(''::bytea))
      on conflict (municipality_id) do update set number = h.number + 1
      returning h.number, h.hash into v_number, v_previous;
    v_canonical := convert_to(jsonb_build_object('number', v_number, 'at', r.at,
      'kind', r.kind, 'action', r.action, 'actor', r.actor_account_id,
      'actor_name', r.actor_name, 'on_behalf_of', r.on_behalf_of, 'origin', r.origin,
      'person', r.person_id, 'subject_type', r.subject_type, 'subject_id', r.subject_id,
      'reason', r.reason, 'detail', r.detail)::text, 'UTF8');
    v_hash := sha256(v_previous || v_canonical);
    insert into audit_entry (municipality_id, number, at, kind, action, actor_account_id,
        actor_name, on_behalf_of, origin, person_id, subject_type, subject_id, reason, detail,
        canonical, previous_hash, hash)
      values (r.municipality_id, v_number, r.at, r.kind, r.action, r.actor_account_id,
        r.actor_name, r.on_behalf_of, r.origin, r.person_id, r.subject_type, r.subject_id,
        r.reason, r.detail, v_canonical, v_previous, v_hash);
    update audit_head set hash = v_hash where municipality_id = r.municipality_id;
  end loop;
end
"""


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "audit_entry",
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor_account_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "kind in ('change', 'read', 'export', 'sign_in')", name=op.f("ck_audit_entry_kind")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_audit_entry_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "number", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["municipality_id", "at"], unique=False)
    op.create_index("ix_audit_entry_person", "audit_entry", ["person_id", "at"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_audit_head_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", name=op.f("pk_audit_head")),
    )
    isolate("audit_entry", f"{IN_SCOPE} or person_id = (select hamyar_person())")
    isolate("audit_head")
    append_only("audit_entry")
    for table in ("audit_entry", "audit_head"):
        op.execute(f"revoke insert, update, delete, truncate on {table} from hamyar_app")
    definer_function("audit_write(p_entries jsonb)", "void", AUDIT_WRITE, volatile=True)


def downgrade() -> None:
    """Drop them."""
    op.execute("drop function audit_write(jsonb)")

    op.drop_table("audit_head")
    op.drop_table("audit_entry")
