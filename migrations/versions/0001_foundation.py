"""Scope functions and the append-only trigger.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCOPE = """
create function hamyar_scope() returns uuid[] language plpgsql stable parallel safe as $$
declare v text := current_setting('hamyar.municipalities', true);
begin
  -- NULL on a fresh connection, '' on a used one: both mean that nobody set a scope.
  if v is null or v = '' then
    raise exception 'no scope is set for this transaction' using errcode = '42501';
  end if;
  return v::uuid[];
end $$
"""

PERSON = """
create function hamyar_person() returns uuid language plpgsql stable parallel safe as $$
declare v text := current_setting('hamyar.person', true);
begin
  if v is null or v = '' then
    raise exception 'no scope is set for this transaction' using errcode = '42501';
  end if;
  return v::uuid;
end $$
"""

# Business time is Asia/Tehran from one clock in Python, never SQL current_date.
TODAY = """
create function hamyar_today() returns date language plpgsql stable parallel safe as $$
declare v text := current_setting('hamyar.today', true);
begin
  if v is null or v = '' then
    raise exception 'no scope is set for this transaction' using errcode = '42501';
  end if;
  return v::date;
end $$
"""

REFUSE = """
create function hamyar_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = '42501';
end $$
"""


def upgrade() -> None:
    """Create the functions that every policy uses."""
    op.execute("create extension if not exists btree_gist")
    for statement in (SCOPE, PERSON, TODAY, REFUSE):
        op.execute(statement)


def downgrade() -> None:
    """Drop them; nothing may depend on them any more."""
    for name in ("hamyar_refuse_change", "hamyar_today", "hamyar_person", "hamyar_scope"):
        op.execute(f"drop function {name}()")
