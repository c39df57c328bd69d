"""Accounts, sessions, one-time codes, throttle, roles, grants.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.database.ddl import definer_function, isolate

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Session, viewer, gate and scope of a request in one round trip (docs/adr/0005-request.md).
OPEN_REQUEST = """
declare
  v_session account_session; v_account account; v_place record;
  v_grants jsonb := '[]'; v_jobs jsonb := '[]'; v_scope text := '{}';
  v_places jsonb := '[]'; v_services jsonb := '{}'; v_unread int := 0;
begin
  if p_read_only then
    perform set_config('transaction_read_only', 'on', true);
  end if;
  perform set_config('hamyar.today', p_today::text, true);
  select null::uuid as id, null::uuid as organisation_id, null::jsonb as facts into v_place;
  select s.* into v_session
    from account_session s where s.token_hash = p_token and s.expires_at > p_now;
  select a.* into v_account
    from account a where a.id = v_session.account_id and a.active;
  if v_account.id is not null then
    select coalesce(jsonb_agg(jsonb_build_object('municipality_id', g.municipality_id,
        'unit_id', g.unit_id, 'permissions', r.permissions)), '[]') into v_grants
      from role_grant g join role r on r.id = g.role_id
      where g.account_id = v_account.id and g.starts_on <= p_today
        and (g.ends_on is null or g.ends_on > p_today);
    select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'municipality_id',
        e.municipality_id, 'kind', e.kind) order by e.starts_on), '[]') into v_jobs
      from employment e where e.person_id = v_account.person_id and e.starts_on <= p_today
        and (e.ends_on is null or e.ends_on > p_today);
  end if;
  if v_account.id is not null then
    select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'code', m.code, 'kind', m.kind,
        'organisation_id', m.organisation_id, 'name_fa', m.name_fa, 'name_en', m.name_en)
        order by m.kind desc, m.population desc nulls last), '[]') into v_places
      from municipality m where m.is_active and (
        m.id in (select (x->>'municipality_id')::uuid
          from jsonb_array_elements(v_grants || v_jobs) x)
        or m.organisation_id in (select (x->>'municipality_id')::uuid
          from jsonb_array_elements(v_grants) x));
  end if;
  if p_municipality is not null then
    select m.id, m.organisation_id, to_jsonb(m) - '{created_at}'::text[] as facts into v_place
      from municipality m where m.code = p_municipality and m.is_active;
    if exists (select 1 from jsonb_array_elements(v_grants || v_jobs) x
        where x->>'municipality_id' in (v_place.id::text, v_place.organisation_id::text)) then
      v_scope := '{' || v_place.id || '}';
    end if;
  else
    select '{' || coalesce(string_agg(distinct x->>'municipality_id', ','), '') || '}'
      into v_scope from jsonb_array_elements(v_jobs) x;
  end if;
  -- What answers there: for the gate, for the menus, for the cards of the portal.
  select coalesce(jsonb_object_agg(o.municipality_id, o.states), '{}') into v_services from (
    select sa.municipality_id, jsonb_object_agg(sa.service, sa.state) as states
      from service_activation sa
      where sa.state <> 'off' and (sa.municipality_id = v_place.id or p_municipality is null
        and sa.municipality_id = any(v_scope::uuid[]))
      group by sa.municipality_id) o;
  perform set_config('hamyar.municipalities', v_scope, true);
  perform set_config('hamyar.person',
    coalesce(v_account.person_id, '00000000-0000-0000-0000-000000000000')::text, true);
  perform set_config('hamyar.account', coalesce(v_account.id::text, ''), true);
  -- The table comes with 0009; a body is bound when it is called.
  if v_account.id is not null then
    select count(*) into v_unread from message
      where read_at is null and (account_id = v_account.id or person_id = v_account.person_id);
  end if;
  return jsonb_build_object(
    'session_id', v_session.id, 'session_data', v_session.data, 'seen_at', v_session.seen_at,
    'account_id', v_account.id, 'person_id', v_account.person_id,
    'name', v_account.display_name, 'locale', v_account.locale, 'theme', v_account.theme,
    'grants', v_grants, 'employments', v_jobs,
    'places', v_places, 'municipality', v_place.facts, 'services', v_services,
    'unread', v_unread, 'scope', v_scope);
end
"""


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "role",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title_fa", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("permissions", postgresql.JSONB(), nullable=False),
        sa.Column("suggested_by", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("window_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window_starts_at", name=op.f("pk_throttle")),
    )
    op.create_table(
        "account",
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("fs_uniquifier", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locale", sa.Text(), server_default="fa", nullable=False),
        sa.Column("theme", sa.Text(), server_default="auto", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_table(
        "account_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("data", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("agent", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_account_session_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_session_token_hash")),
    )
    op.create_index("ix_account_session_account", "account_session", ["account_id"], unique=False)
    op.create_table(
        "one_time_code",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("channel in ('message', 'slip')", name=op.f("ck_one_time_code_channel")),
        sa.CheckConstraint(
            "purpose in ('activate', 'reset')", name=op.f("ck_one_time_code_purpose")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_one_time_code_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
    )
    op.create_index("ix_one_time_code_account", "one_time_code", ["account_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("granted_by_name", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "granted_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "ends_on is null or ends_on > starts_on", name=op.f("ck_role_grant_period")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_role_grant_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "unit_id"],
            ["org_unit.municipality_id", "org_unit.id"],
            name=op.f("fk_role_grant_municipality_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_role_grant_municipality_id")
        ),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_role_grant_role_id")),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_role_grant")),
    )
    op.create_index("ix_role_grant_account", "role_grant", ["account_id"], unique=False)
    isolate("role_grant")
    definer_function(
        "hamyar_open_request(p_token bytea, p_now timestamptz, p_today date,"
        " p_municipality text, p_read_only boolean)",
        "jsonb",
        OPEN_REQUEST,
        volatile=True,
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("drop function hamyar_open_request(bytea, timestamptz, date, text, boolean)")

    op.drop_table("role_grant")
    op.drop_table("one_time_code")
    op.drop_table("account_session")
    op.drop_table("account")
    op.drop_table("throttle")
    op.drop_table("role")
