"""Messages, outgoing mail, and what accounts need beside them: resets, names, look-ups.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.database.ddl import IN_SCOPE, definer_function, force_rls, isolate

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Set by hamyar_open_request; jobs and commands have no account.
ACCOUNT = """
create function hamyar_account() returns uuid language sql stable parallel safe as $$
  select nullif(current_setting('hamyar.account', true), '')::uuid
$$
"""
MINE = "(account_id = (select hamyar_account()) or person_id = (select hamyar_person()))"

# A name or national ID may be corrected where only one employer looks; the account follows.
SPREAD_TO_ACCOUNT = """
begin
  update account a set
      display_name = btrim(new.given_name || ' ' || new.family_name),
      name_key = new.name_key, sort_key = new.sort_key,
      username = case when a.username = old.national_id then new.national_id else a.username end
    where a.person_id = new.id;
  return null;
end
"""

# Where an account's own acts (sign-in, new password) are recorded: at the organisation of its
# employment or grant, else at the province's first.
ORGANISATION = """
declare v_found uuid;
begin
  select coalesce(m.organisation_id, m.id) into v_found from municipality m
    where m.id in (
      select e.municipality_id from employment e join account a on a.person_id = e.person_id
        where a.id = p_account
      union all select g.municipality_id from role_grant g where g.account_id = p_account)
    order by m.kind desc, m.created_at limit 1;
  return coalesce(v_found, (select m.id from municipality m where m.kind = 'organisation'
    order by m.created_at, m.id limit 1));
end
"""

# Nobody is signed in yet, so there is no scope: by user name, mail address, national ID, or a
# personnel number that only one person of today has. p_names: in small letters, and as a
# national ID.
# With p_new_id, somebody employed today who has no account gets a pending one. Always one row;
# account_id is null when unknown.
FIND_ACCOUNT = """
#variable_conflict use_column
declare v_account account; v_person person;
begin
  select a.* into v_account from account a where a.username = any(p_names)
    or a.email = any(p_names) order by a.username = p_names[1] desc limit 1;
  select p.* into v_person from person p where p.id = coalesce(v_account.person_id, (
    select case when count(*) = 1 then min(x.person_id::text)::uuid end from (
      select e.person_id from person q join employment e on e.person_id = q.id
        where q.national_id = any(p_names)
          and e.starts_on <= p_today and (e.ends_on is null or e.ends_on > p_today)
      union
      select e.person_id from municipality m join employment e on e.municipality_id = m.id
        where e.number_key = any(p_names) and (p_municipality = '' or m.code = p_municipality)
          and e.starts_on <= p_today and (e.ends_on is null or e.ends_on > p_today)) x
    where v_account.id is null));
  if v_account.id is null and v_person.id is not null then
    if p_new_id is not null then
      insert into account (id, person_id, username, display_name, name_key, sort_key,
          fs_uniquifier)
        values (p_new_id, v_person.id, v_person.national_id,
          btrim(v_person.given_name || ' ' || v_person.family_name), v_person.name_key,
          v_person.sort_key, replace(gen_random_uuid()::text, '-', ''))
        on conflict do nothing;
    end if;
    select a.* into v_account from account a where a.person_id = v_person.id;
  end if;
  return query select v_account.id, v_account.active, account_organisation(v_account.id),
    coalesce(v_account.email, nullif(v_person.email, '')), nullif(v_person.mobile, '');
end
"""

# Grants in other municipalities are outside an officer's scope, but he must not take such an
# account over.
GRANT_PLACES = """
#variable_conflict use_column
begin
  return query select distinct g.account_id, g.municipality_id from role_grant g
    where g.account_id = any(p_accounts) and (g.ends_on is null or g.ends_on > p_today);
end
"""

# Who employs a person, in the whole province; of several, who was first. What officers can choose
# doesn't count: not the first day they enter, but when the employment was written (its id is
# ordered by time). One that is still to begin counts last.
FIRST_EMPLOYERS = """
#variable_conflict use_column
begin
  return query select distinct on (e.person_id) e.person_id, e.municipality_id from employment e
    where e.person_id = any(p_people) and (e.ends_on is null or e.ends_on > p_today)
    order by e.person_id, e.starts_on > p_today, e.id;
end
"""

# A role is the same everywhere, so its holders are too: their grants are outside the scope of
# whoever edits it.
END_SESSIONS_OF_ROLE = """
begin
  delete from account_session s where s.account_id <> p_but and s.account_id in (
    select g.account_id from role_grant g where g.role_id = p_role);
end
"""


def upgrade() -> None:
    """Create them."""
    _extend_accounts()
    _create_tables()
    _create_functions()


def _extend_accounts() -> None:
    for name in ("name_key", "sort_key"):
        op.add_column("account", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.create_index("ix_account_sort_key", "account", ["sort_key", "id"])
    for name, condition in (
        ("username", "username ~ '^[a-z0-9][a-z0-9._-]{1,63}$'"),
        ("theme", "theme in ('auto', 'light', 'dark')"),
        ("locale", "locale in ('fa', 'en')"),
    ):
        op.create_check_constraint(op.f(f"ck_account_{name}"), "account", condition)
    op.create_table(
        "account_reset",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_by_name", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "confirmed_by <> requested_by", name=op.f("ck_account_reset_two_persons")
        ),
        sa.CheckConstraint(
            "account_id not in (requested_by, confirmed_by)",
            name=op.f("ck_account_reset_not_oneself"),
        ),
        sa.CheckConstraint(
            "num_nulls(confirmed_by, confirmed_at) in (0, 2)",
            name=op.f("ck_account_reset_confirmed"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_account_reset_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["account.id"], name=op.f("fk_account_reset_requested_by")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["account.id"], name=op.f("fk_account_reset_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_account_reset_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_account_reset")),
    )
    op.create_index(
        "uq_account_reset_open",
        "account_reset",
        ["municipality_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("confirmed_at is null and cancelled_at is null"),
    )
    isolate("account_reset")


def _create_tables() -> None:
    op.create_table(
        "message",
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("title", postgresql.JSONB(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("href", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(account_id, person_id) = 1", name=op.f("ck_message_addressee")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_message_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_message_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_message")),
    )
    for who in ("person", "account"):
        op.create_index(f"ix_message_{who}", "message", [f"{who}_id", "id"])
        op.create_index(
            f"ix_message_unread_{who}",
            "message",
            [f"{who}_id"],
            postgresql_where=sa.text("read_at is null"),
        )
    op.create_table(
        "outgoing",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("href", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("channel in ('email', 'sms')", name=op.f("ck_outgoing_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
    )
    op.create_index(
        "ix_outgoing_due", "outgoing", ["due_at"], postgresql_where=sa.text("done_at is null")
    )
    op.create_table(
        "notification_opt_out",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_notification_opt_out_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "topic", name=op.f("pk_notification_opt_out")),
    )


def _create_functions() -> None:
    op.execute(ACCOUNT)
    force_rls("message")
    op.execute(f"create policy scope on message for insert to hamyar_app with check ({IN_SCOPE})")
    op.execute(f"create policy mine on message for select to hamyar_app using ({MINE})")
    op.execute(
        f"create policy mark on message for update to hamyar_app using ({MINE}) with check ({MINE})"
    )
    op.execute("revoke update on message from hamyar_app")
    op.execute("grant update (read_at) on message to hamyar_app")
    definer_function("hamyar_spread_to_account()", "trigger", SPREAD_TO_ACCOUNT, volatile=True)
    op.execute(
        "create trigger spread_to_account after update of national_id, given_name, family_name,"
        " name_key, sort_key on person for each row execute function hamyar_spread_to_account()"
    )
    definer_function("account_organisation(p_account uuid)", "uuid", ORGANISATION)
    definer_function(
        "find_account(p_names text[], p_municipality text, p_today date, p_new_id uuid)",
        "table (account_id uuid, is_active boolean, organisation_id uuid, email text, mobile text)",
        FIND_ACCOUNT,
        volatile=True,
    )
    definer_function(
        "account_grant_places(p_accounts uuid[], p_today date)",
        "table (account_id uuid, municipality_id uuid)",
        GRANT_PLACES,
    )
    definer_function(
        "first_employers(p_people uuid[], p_today date)",
        "table (person_id uuid, municipality_id uuid)",
        FIRST_EMPLOYERS,
    )
    definer_function(
        "end_sessions_of_role(p_role uuid, p_but uuid)",
        "void",
        END_SESSIONS_OF_ROLE,
        volatile=True,
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("drop trigger spread_to_account on person")
    for function in (
        "end_sessions_of_role(uuid, uuid)",
        "first_employers(uuid[], date)",
        "account_grant_places(uuid[], date)",
        "find_account(text[], text, date, uuid)",
        "account_organisation(uuid)",
        "hamyar_spread_to_account()",
    ):
        op.execute(f"drop function {function}")
    for table in ("notification_opt_out", "outgoing", "message", "account_reset"):
        op.drop_table(table)
    op.execute("drop function hamyar_account()")
    for name in ("locale", "theme", "username"):
        op.drop_constraint(op.f(f"ck_account_{name}"), "account")
    op.drop_index("ix_account_sort_key", "account")
    for name in ("sort_key", "name_key"):
        op.drop_column("account", name)
