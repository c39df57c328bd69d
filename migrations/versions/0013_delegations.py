"""Delegations, decisions that name them, and objections to refusals.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.database.ddl import definer_function, isolate

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Two delegations made at once could close a circle that neither sees, so the municipality's are
# made one after the other; each statement after the lock sees what was committed before it.
# A chain counts as far as all of its delegations hold on one day.
CHECK_CHAIN = """
create function delegation_check_chain() returns trigger language plpgsql as $body$
declare v_longest int; v_circle boolean;
begin
  perform pg_advisory_xact_lock(hashtextextended('delegation ' || new.municipality_id, 0));
  with recursive above(account_id, depth, period) as (
      select new.giver_id, 0, daterange(new.starts_on, new.ends_on)
    union all
      select d.giver_id, a.depth + 1, a.period * daterange(d.starts_on, d.ends_on)
        from above a join delegation d on d.municipality_id = new.municipality_id
          and d.delegate_id = a.account_id and d.ended_at is null
          and daterange(d.starts_on, d.ends_on) && a.period
        where a.depth < 4),
    below(account_id, depth, period) as (
      select new.delegate_id, 0, daterange(new.starts_on, new.ends_on)
    union all
      select d.delegate_id, b.depth + 1, b.period * daterange(d.starts_on, d.ends_on)
        from below b join delegation d on d.municipality_id = new.municipality_id
          and d.giver_id = b.account_id and d.ended_at is null
          and daterange(d.starts_on, d.ends_on) && b.period
        where b.depth < 4)
    select max(a.depth + 1 + b.depth) filter (where a.period && b.period),
        bool_or(a.account_id = new.delegate_id)
      into v_longest, v_circle from above a cross join below b;
  if v_circle then
    raise exception 'delegations would form a circle'
      using errcode = '23514', constraint = 'ck_delegation_acyclic';
  end if;
  if v_longest > 3 then
    raise exception 'delegations would be passed on too often'
      using errcode = '23514', constraint = 'ck_delegation_depth';
  end if;
  return new;
end
$body$
"""

# An objection, and what is taken up again after one, is decided by others than before. A decision
# in somebody's name holds only while the delegation does: whoever ends it waits, or the decision
# is refused.
CHECK_DECISION = """
create function request_decision_check() returns trigger language plpgsql as $body$
begin
  perform from request r
    where r.municipality_id = new.municipality_id and r.id = new.request_id
      and r.barred && array_remove(array[new.decided_by, new.on_behalf_of], null);
  if found then
    raise exception 'decided by whom it was refused'
      using errcode = '23514', constraint = 'ck_request_decision_barred';
  end if;
  if new.delegation_id is null then
    return new;
  end if;
  perform from delegation d
    where d.municipality_id = new.municipality_id and d.id = new.delegation_id
      and d.ended_at is null and d.starts_on <= hamyar_today() and d.ends_on > hamyar_today()
    for share;
  if not found then
    raise exception 'the delegation does not hold'
      using errcode = '23514', constraint = 'ck_request_decision_in_force';
  end if;
  return new;
end
$body$
"""

# Grants in the organisation are outside the scope of a municipality's request, so a definer reads
# them; it tells only of who delegated to the account in this municipality.
DELEGATED_TO = """
#variable_conflict use_column
declare v_organisation uuid;
begin
  if not (p_municipality = any(hamyar_scope()::uuid[])) then
    raise exception 'municipality outside the scope' using errcode = '42501';
  end if;
  select m.organisation_id into v_organisation from municipality m where m.id = p_municipality;
  return query
    with recursive live as (
      select d.* from delegation d where d.municipality_id = p_municipality
        and d.ended_at is null and d.starts_on <= p_today and d.ends_on > p_today),
    held as (
      select l.id, array[l.giver_id] as chain, l.permissions as limits
        from live l where l.delegate_id = p_account
    union all
      select h.id, h.chain || l.giver_id,
          case when h.limits is null then l.permissions when l.permissions is null then h.limits
            else array(select unnest(h.limits) intersect select unnest(l.permissions)) end
        from held h join live l on l.delegate_id = h.chain[cardinality(h.chain)]
        where cardinality(h.chain) < 3)
    select h.id, a.id, a.display_name, a.person_id, h.chain,
        array(select x.person_id from account x
          where x.id = any(h.chain) and x.person_id is not null),
        h.limits,
        coalesce((select jsonb_agg(jsonb_build_object('municipality_id', g.municipality_id,
            'unit_id', g.unit_id, 'permissions', r.permissions))
          from role_grant g join role r on r.id = g.role_id
          where g.account_id = a.id and g.municipality_id in (p_municipality, v_organisation)
            and g.starts_on <= p_today and (g.ends_on is null or g.ends_on > p_today)), '[]')
      from held h join account a on a.id = h.chain[cardinality(h.chain)]
      where not exists (select from account x where x.id = any(h.chain) and not x.active)
      order by cardinality(h.chain), a.sort_key, h.id;
end
"""


def upgrade() -> None:
    """Create the table and what decisions say of it."""
    op.create_table(
        "delegation",
        sa.Column("giver_id", sa.Uuid(), nullable=False),
        sa.Column("giver_name", sa.Text(), nullable=False),
        sa.Column("delegate_id", sa.Uuid(), nullable=False),
        sa.Column("delegate_name", sa.Text(), nullable=False),
        sa.Column("permissions", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_name", sa.Text(), server_default="", nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("giver_id <> delegate_id", name=op.f("ck_delegation_not_oneself")),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_delegation_period")),
        sa.CheckConstraint("cardinality(permissions) > 0", name=op.f("ck_delegation_permissions")),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_by_name = '')", name=op.f("ck_delegation_ended")
        ),
        postgresql.ExcludeConstraint(
            (sa.column("municipality_id"), "="),
            (sa.column("giver_id"), "="),
            (sa.column("delegate_id"), "="),
            (sa.text("daterange(starts_on, ends_on)"), "&&"),
            where=sa.text("ended_at is null"),
            using="gist",
            name="ex_delegation_once",
        ),
        sa.ForeignKeyConstraint(["giver_id"], ["account.id"], name=op.f("fk_delegation_giver_id")),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["account.id"], name=op.f("fk_delegation_delegate_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_delegation_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_delegation")),
        sa.UniqueConstraint(
            "municipality_id",
            "id",
            "delegate_id",
            name=op.f("uq_delegation_municipality_id_id_delegate_id"),
        ),
    )
    op.create_index(
        "ix_delegation_delegate",
        "delegation",
        ["municipality_id", "delegate_id"],
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index("ix_delegation_ends_on", "delegation", ["municipality_id", "ends_on", "id"])
    isolate("delegation")
    op.execute("revoke update, delete, truncate on delegation from hamyar_app")
    op.execute("grant update (ended_at, ended_by_name) on delegation to hamyar_app")
    op.execute(CHECK_CHAIN)
    op.execute(
        "create trigger check_chain before insert on delegation"
        " for each row execute function delegation_check_chain()"
    )
    definer_function(
        "delegated_to(p_account uuid, p_municipality uuid, p_today date)",
        "table (delegation_id uuid, account_id uuid, name text, person_id uuid, accounts uuid[],"
        " persons uuid[], limits text[], grants jsonb)",
        DELEGATED_TO,
    )
    _name_it_in_decisions()
    _let_people_object()


def _let_people_object() -> None:
    op.add_column(
        "request",
        sa.Column(
            "barred", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.add_column("request", sa.Column("objects_to_id", sa.Uuid(), nullable=True))
    op.add_column("request", sa.Column("objects_to_round", sa.SmallInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_request_municipality_id_objects_to_id"),
        "request",
        "request",
        ["municipality_id", "objects_to_id"],
        ["municipality_id", "id"],
    )
    op.create_check_constraint(
        op.f("ck_request_objection"),
        "request",
        "num_nulls(objects_to_id, objects_to_round) = case type"
        " when 'requests.objection' then 0 else 2 end and objects_to_id <> id",
    )
    op.create_index(
        "uq_request_objection",
        "request",
        ["municipality_id", "objects_to_id", "objects_to_round"],
        unique=True,
        postgresql_where=sa.text("objects_to_id is not null and state <> 'withdrawn'"),
    )
    op.create_index(  # for the foreign key too: without it each removed request reads all others
        "ix_request_objects_to",
        "request",
        ["municipality_id", "objects_to_id"],
        postgresql_where=sa.text("objects_to_id is not null"),
    )


def _name_it_in_decisions() -> None:
    op.add_column("request_decision", sa.Column("on_behalf_of_name", sa.Text(), nullable=True))
    op.add_column("request_decision", sa.Column("on_behalf_of_person_id", sa.Uuid(), nullable=True))
    op.add_column("request_decision", sa.Column("delegation_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_request_decision_municipality_id_delegation_id_decided_by"),
        "request_decision",
        "delegation",
        ["municipality_id", "delegation_id", "decided_by"],
        ["municipality_id", "id", "delegate_id"],
    )
    op.create_check_constraint(
        op.f("ck_request_decision_delegation"),
        "request_decision",
        "num_nulls(on_behalf_of, on_behalf_of_name, delegation_id) in (0, 3)",
    )
    op.create_check_constraint(
        op.f("ck_request_decision_principals_request"),
        "request_decision",
        "on_behalf_of_person_id <> person_id",
    )
    op.create_index(
        "uq_request_decision_principal",
        "request_decision",
        [
            "municipality_id",
            "request_id",
            "round",
            sa.literal_column("coalesce(on_behalf_of, decided_by)"),
        ],
        unique=True,
        postgresql_where=sa.text("outcome = 'approved'"),
    )
    op.execute(CHECK_DECISION)
    op.execute(
        "create trigger check_decision before insert on request_decision for each row"
        " execute function request_decision_check()"
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("barred", "objects_to_id", "objects_to_round"):
        op.drop_column("request", name)
    op.execute("drop trigger check_decision on request_decision")
    op.execute("drop function request_decision_check()")
    op.drop_index("uq_request_decision_principal", "request_decision")
    for name in ("on_behalf_of_name", "on_behalf_of_person_id", "delegation_id"):
        op.drop_column("request_decision", name)
    op.execute("drop function delegated_to(uuid, uuid, date)")
    op.drop_table("delegation")
    op.execute("drop function delegation_check_chain()")
