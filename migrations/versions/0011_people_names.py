"""What employments copy of the person, and future-dated changes that services must be told.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.database.ddl import definer_function

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# The owner has no scope; its backfills count as made today.
TODAY = (
    "coalesce(nullif(current_setting('hamyar.today', true), '')::date,"
    " (now() at time zone 'Asia/Tehran')::date)"
)

SNAPSHOT = """jsonb_build_object('national_id', p.national_id,
      'given_name', p.given_name, 'family_name', p.family_name, 'father_name', p.father_name,
      'birth_date', p.birth_date, 'sex', p.sex, 'marital_status', p.marital_status)"""

# Outside the period the employer can't read the person any more (or yet), so it keeps what it
# knew. Once over, a corrected date must not fetch what other employers have learnt since.
TAKE_SNAPSHOT = f"""
begin
  if tg_op = 'UPDATE' and old.ends_on <= {TODAY} then
    return new;
  end if;
  if new.ends_on is null and new.starts_on <= {TODAY} then
    new.snapshot := null;
  else
    select {SNAPSHOT} into new.snapshot from person p where p.id = new.person_id;
  end if;
  return new;
end
"""

# A name may change where only one of several employers looks; all others must find the person
# under it too, and their rows are outside the scope of whoever changes it.
SPREAD_NAMES = f"""
begin
  update employment e set
      name_key = p.name_key,
      given_key = substr(p.name_key, length(p.family_key) + 1) || p.family_key,
      sort_key = p.sort_key,
      snapshot = case when e.snapshot is not null then {SNAPSHOT} end
    from person p
    where p.id = new.id and e.person_id = new.id
      and (e.ends_on is null or e.ends_on > {TODAY});
  return null;
end
"""


def upgrade() -> None:
    """Add column, indexes and triggers."""
    op.add_column("employment", sa.Column("tell_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_employment_tell_on",
        "employment",
        ["municipality_id", "tell_on"],
        postgresql_where=sa.text("tell_on is not null"),
    )
    op.create_index(
        "ix_assignment_employment", "assignment", ["municipality_id", "employment_id", "starts_on"]
    )
    definer_function("hamyar_take_snapshot()", "trigger", TAKE_SNAPSHOT, volatile=True)
    definer_function("hamyar_spread_names()", "trigger", SPREAD_NAMES, volatile=True)
    op.execute(
        "create trigger take_snapshot before insert on employment for each row"
        f" when (new.ends_on is not null or new.starts_on > {TODAY})"
        " execute function hamyar_take_snapshot()"
    )
    op.execute(
        "create trigger retake_snapshot before update of starts_on, ends_on on employment"
        " for each row execute function hamyar_take_snapshot()"
    )
    op.execute(
        "create trigger spread_names after update of national_id, given_name, family_name,"
        " father_name, birth_date, sex, marital_status, family_key, name_key, sort_key on person"
        " for each row execute function hamyar_spread_names()"
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("drop trigger spread_names on person")
    op.execute("drop trigger retake_snapshot on employment")
    op.execute("drop trigger take_snapshot on employment")
    op.execute("drop function hamyar_spread_names()")
    op.execute("drop function hamyar_take_snapshot()")
    op.drop_index("ix_assignment_employment", "assignment")
    op.drop_index("ix_employment_tell_on", "employment")
    op.drop_column("employment", "tell_on")
