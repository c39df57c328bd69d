"""The document vault, and what requests would change as it was when they were sent.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.database.ddl import IN_SCOPE, isolate

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# What was handed in stays what it was, and stays with its request; only its bytes may go.
KEEP_DOCUMENT = """
begin
  if old.request_id is not null and new.request_id is distinct from old.request_id
      or (new.person_id, new.kind, new.name, new.media_type, new.size, new.sha256)
        is distinct from (old.person_id, old.kind, old.name, old.media_type, old.size, old.sha256)
      or new.content is not null and new.content is distinct from old.content then
    raise exception 'a document is never changed' using errcode = '42501';
  end if;
  if new.request_id is not null and old.request_id is null and not exists (
      select from request r where r.municipality_id = new.municipality_id
        and r.id = new.request_id and r.person_id = new.person_id) then
    raise exception 'the request is somebody else''s' using errcode = '42501';
  end if;
  return new;
end
"""

# The app deletes only what never belonged to a request.
KEEP_ATTACHED = """
begin
  if old.request_id is not null then
    raise exception 'a document of a request is never deleted' using errcode = '42501';
  end if;
  return old;
end
"""


def upgrade() -> None:
    """Create the table and the column."""
    op.add_column(
        "request",
        sa.Column("before", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
    )
    op.create_table(
        "document",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_name", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind in ('identity', 'family', 'bank', 'medical', 'other')",
            name=op.f("ck_document_kind"),
        ),
        sa.CheckConstraint(
            "media_type in ('application/pdf', 'image/jpeg', 'image/png')",
            name=op.f("ck_document_media_type"),
        ),
        sa.CheckConstraint("size between 1 and 5242880", name=op.f("ck_document_size")),
        sa.CheckConstraint(
            "(content is null) = (erased_at is not null)", name=op.f("ck_document_erased")
        ),
        sa.CheckConstraint(
            "octet_length(content) = size and sha256(content) = sha256",
            name=op.f("ck_document_sha256"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_document_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "request_id"],
            ["request.municipality_id", "request.id"],
            name=op.f("fk_document_municipality_id_request_id"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_document_person_id")),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_document")),
    )
    op.create_index("ix_document_person", "document", ["person_id", "uploaded_at"])
    op.create_index("ix_document_request", "document", ["municipality_id", "request_id"])
    op.create_index(
        "uq_document_waiting",
        "document",
        ["municipality_id", "person_id", "kind", "sha256"],
        unique=True,
        postgresql_where=sa.text("request_id is null"),
    )
    # Pictures and PDF are packed already.
    op.execute("alter table document alter column content set storage external")
    isolate("document", f"{IN_SCOPE} or person_id = (select hamyar_person())", check=IN_SCOPE)
    for name, body in (("keep_document", KEEP_DOCUMENT), ("keep_attached", KEEP_ATTACHED)):
        op.execute(
            f"create function hamyar_{name}() returns trigger language plpgsql"
            f" set search_path = public, pg_temp as $body$\n{body}\n$body$"
        )
        op.execute(f"revoke all on function hamyar_{name}() from public")
    op.execute(
        "create trigger keep_document before update on document for each row"
        " execute function hamyar_keep_document()"
    )
    op.execute(
        "create trigger keep_attached before delete on document for each row"
        " execute function hamyar_keep_attached()"
    )
    op.execute("revoke truncate on document from hamyar_app")


def downgrade() -> None:
    """Drop them."""
    op.drop_column("request", "before")
    op.drop_table("document")
    op.execute("drop function hamyar_keep_document()")
    op.execute("drop function hamyar_keep_attached()")
