"""Transfers of employees between municipalities.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.database.ddl import IN_SCOPE, definer_function, force_rls

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Whoever releases says which employment, never which person: a link to somebody else's employee
# would open that one's record to the accepting side.
TAKE_PERSON = """
begin
  select e.person_id into new.person_id from employment e
    where e.municipality_id = new.municipality_id and e.id = new.employment_id;
  return new;
end
"""

# Whatever ends an employment (a form, an import), a transfer for a later day is over with it.
LAPSE = """
begin
  update transfer t set state = 'lapsed', closed_at = now()
    where t.municipality_id = new.municipality_id and t.employment_id = new.id
      and t.state = 'pending' and t.starts_on > new.ends_on;
  return null;
end
"""

# The accepting side knows nobody of the other's employees; the release is its right to employ
# this one, and nothing else is.
LINK = """
declare found uuid;
begin
  if not (p_municipality = any(hamyar_scope()::uuid[])) then
    raise exception 'municipality outside the scope' using errcode = '42501';
  end if;
  select t.person_id into found from transfer t
    where t.to_municipality_id = p_municipality and t.id = p_transfer and t.state = 'pending';
  if found is null then
    raise exception 'no transfer is pending' using errcode = '42501';
  end if;
  insert into person_link (municipality_id, person_id) values (p_municipality, found)
    on conflict do nothing;
  return found;
end
"""

BOTH_SIDES = f"{IN_SCOPE} or to_{IN_SCOPE} or person_id = (select hamyar_person())"
ANSWER = ("state", "new_employment_id", "closed_at", "closed_by", "reason")


def upgrade() -> None:
    """Create the table; both sides see a row, only the releasing one can add it."""
    op.create_table(
        "transfer",
        sa.Column("to_municipality_id", sa.Uuid(), nullable=False),
        sa.Column("employment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("new_employment_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("shown", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state in ('pending', 'accepted', 'withdrawn', 'refused', 'lapsed')",
            name=op.f("ck_transfer_state"),
        ),
        sa.CheckConstraint(
            "to_municipality_id <> municipality_id", name=op.f("ck_transfer_elsewhere")
        ),
        sa.CheckConstraint(
            "(state = 'pending') = (closed_at is null)", name=op.f("ck_transfer_closed")
        ),
        sa.CheckConstraint(
            "(state = 'accepted') = (new_employment_id is not null)",
            name=op.f("ck_transfer_accepted"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "employment_id"],
            ["employment.municipality_id", "employment.id"],
            name=op.f("fk_transfer_municipality_id_employment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_transfer_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_municipality_id"],
            ["municipality.id"],
            name=op.f("fk_transfer_to_municipality_id"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_transfer_person_id")),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_transfer")),
    )
    op.create_index(
        "uq_transfer_pending",
        "transfer",
        ["municipality_id", "employment_id"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index("ix_transfer_to", "transfer", ["to_municipality_id", "state"], unique=False)
    op.create_index("ix_transfer_person", "transfer", ["person_id"], unique=False)
    force_rls("transfer")
    _policies()
    _functions()


def _policies() -> None:
    """Both sides read and answer; the release is the first one's alone, and stays as it was."""
    app = "on transfer for {} to hamyar_app"
    sides = f"{IN_SCOPE} or to_{IN_SCOPE}"
    op.execute(f"create policy sight {app.format('select')} using ({BOTH_SIDES})")
    op.execute(f"create policy release {app.format('insert')} with check ({IN_SCOPE})")
    op.execute(f"create policy answer {app.format('update')} using ({sides}) with check ({sides})")
    op.execute("revoke update, delete on transfer from hamyar_app")
    op.execute(f"grant update ({', '.join(ANSWER)}) on transfer to hamyar_app")


def _functions() -> None:
    for name, body in (("transfer_take_person", TAKE_PERSON), ("transfer_lapse", LAPSE)):
        op.execute(
            f"create function {name}() returns trigger language plpgsql as $body$\n{body}\n$body$"
        )
        op.execute(f"revoke all on function {name}() from public")
    op.execute(
        "create trigger take_person before insert on transfer"
        " for each row execute function transfer_take_person()"
    )
    op.execute(
        "create trigger lapse_transfers after update of ends_on on employment for each row"
        " when (new.ends_on is not null) execute function transfer_lapse()"
    )
    definer_function(
        "link_transferred(p_municipality uuid, p_transfer uuid)", "uuid", LINK, volatile=True
    )


def downgrade() -> None:
    """Drop it."""
    op.execute("drop function link_transferred(uuid, uuid)")
    op.execute("drop trigger lapse_transfers on employment")
    op.drop_table("transfer")
    op.execute("drop function transfer_lapse()")
    op.execute("drop function transfer_take_person()")
