"""Imports: runs, uploaded files, checked rows, refusals, saved mappings.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.database.ddl import definer_function, isolate

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (
    "import_run",
    "import_part",
    "import_chunk",
    "import_change",
    "import_refusal",
    "import_mapping",
)

# What a dry run may know before anybody is created: as much as `link_people` would say, against
# the same limit for guessers. The person's id is told of one's own employees only, former ones
# included ('former' when name or birth date don't fit any more).
MATCH_PEOPLE = """
#variable_conflict use_column
declare misses int;
begin
  if not (p_municipality = any(hamyar_scope()::uuid[])) then
    raise exception 'municipality outside the scope' using errcode = '42501';
  end if;
  select count(*) into misses from person_link_miss m
    where m.municipality_id = p_municipality
      and m.at > clock_timestamp() - interval '1 hour';
  if misses >= 200 then
    raise exception 'too many people did not match' using errcode = '54000';
  end if;
  return query
    with judged as (
      select i.ordinal, case when here.is_known is not null then p.id end as person_id, case
        when p.id is null then 'new'
        when here.is_known then 'known'
        when p.family_key = i.family_key and (p.birth_date = i.birth_date
          or p.test_identity and i.test_identity) then 'linked'
        when here.is_known is not null then 'former'
        else 'mismatch' end as outcome
      from jsonb_to_recordset(p_people) as i(
          ordinal int, national_id text, birth_date date, family_key text, test_identity boolean)
        left join person p on p.national_id = i.national_id
        left join lateral (
          select bool_or(e.ends_on is null or e.ends_on > hamyar_today()) as is_known
            from employment e
            where e.person_id = p.id
              -- Not "=", which would offer every index that begins with the municipality.
              and e.municipality_id is not distinct from p_municipality) here on true),
    missed as (
      insert into person_link_miss (municipality_id)
        select p_municipality from judged j where j.outcome = 'mismatch')
    select j.ordinal, j.person_id, j.outcome from judged j;
  -- One call may not guess more either; nothing of what it learnt is told then.
  select count(*) into misses from person_link_miss m
    where m.municipality_id = p_municipality
      and m.at > clock_timestamp() - interval '1 hour';
  if misses > 200 then
    raise exception 'too many people did not match' using errcode = '54000';
  end if;
end
"""

# Undo takes back people whom an import created. Only who has nothing at all can go, also nothing
# that the caller can't see; the tables that refer to people are asked of the catalogue, so that a
# new one is never forgotten.
UNLINK_PEOPLE = """
declare v_unused text; v_count int;
begin
  if not (p_municipality = any(hamyar_scope()::uuid[])) then
    raise exception 'municipality outside the scope' using errcode = '42501';
  end if;
  select string_agg(
      format('not exists (select from %s r where r.%I = p.id)', c.conrelid::regclass, a.attname),
      ' and ')
    into v_unused
    from pg_constraint c
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
    where c.contype = 'f' and c.confrelid = 'person'::regclass;
  execute 'delete from person p where p.id = any($1) and ' || v_unused using p_people;
  get diagnostics v_count = row_count;
  return v_count;
end
"""

# Without statistics PostgreSQL takes any index that begins with municipality_id for as good as
# another, and the first large import reads a whole municipality for every row. Autovacuum would
# come a minute later; the app's role may not analyse what it doesn't own. Not all: only tables
# that have grown fourfold since the last time.
ANALYSE_PEOPLE = """
declare v record;
begin
  for v in
    select t.name, t.columns from pg_class c join (values
        ('assignment', 'municipality_id, employment_id'),
        ('employment', 'municipality_id, person_id, number_key'),
        ('org_unit', 'municipality_id, code'),
        ('person_link', 'municipality_id, person_id'),
        ('post', 'municipality_id, title_key'),
        ('salary_fact', 'municipality_id, employment_id')) as t(name, columns)
      on c.oid = t.name::regclass
      where p_all or pg_relation_size(c.oid) / 8192 > 4 * greatest(c.relpages, 2)
      order by t.name
  loop
    execute format('analyze %I (%s)', v.name, v.columns);
  end loop;
end
"""


def upgrade() -> None:
    """Create the tables and functions."""
    op.create_table(
        "import_mapping",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_name", sa.Text(), nullable=False),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_import_mapping_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint(
            "municipality_id",
            "kind",
            "name",
            name=op.f("uq_import_mapping_municipality_id_kind_name"),
        ),
    )
    op.create_index("ix_import_mapping_mark", "import_mapping", ["municipality_id", "kind", "mark"])
    op.create_table(
        "import_run",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_bytes", sa.Integer(), nullable=False),
        sa.Column("file_hash", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=True),
        sa.Column("sheets", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("header", postgresql.JSONB(), nullable=False),
        sa.Column("samples", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("mapping", postgresql.JSONB(), nullable=True),
        sa.Column("mapping_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("checked", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("result", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("failure", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_by_name", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by_name", sa.Text(), server_default="", nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("file_bytes > 0", name=op.f("ck_import_run_file_bytes")),
        sa.CheckConstraint(
            "state in ('uploaded', 'failed', 'cancelled') or mapping is not null",
            name=op.f("ck_import_run_mapping"),
        ),
        sa.CheckConstraint(
            "state in ('uploaded', 'mapped', 'checked', 'confirmed', 'running', 'done', 'failed',"
            " 'cancelled', 'undoing', 'undone')",
            name=op.f("ck_import_run_state"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"],
            ["account.id"],
            name=op.f("fk_import_run_confirmed_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["account.id"],
            name=op.f("fk_import_run_created_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_import_run_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_import_run")),
    )
    op.create_index("ix_import_run_created", "import_run", ["municipality_id", "created_at", "id"])
    op.create_index(
        "uq_import_run_once",
        "import_run",
        ["municipality_id", "file_hash", "mapping_hash"],
        unique=True,
        postgresql_where=sa.text("state in ('confirmed', 'done', 'running', 'undoing')"),
    )
    _create_part_of_run(
        "import_part", "number", sa.Column("content", sa.LargeBinary(), nullable=False)
    )
    _create_part_of_run(
        "import_chunk",
        "number",
        sa.Column("rows", postgresql.JSONB(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("effects", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint(
            "(applied_at is null) or (rows is null)", name=op.f("ck_import_chunk_applied")
        ),
    )
    _create_part_of_run(
        "import_change",
        "row",
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("employment_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("fields", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.CheckConstraint("verdict in ('changed', 'new')", name=op.f("ck_import_change_verdict")),
    )
    op.create_index(
        "ix_import_change_verdict",
        "import_change",
        ["municipality_id", "import_id", "verdict", "row"],
    )
    _create_part_of_run(
        "import_refusal",
        "row",
        sa.Column("cells", postgresql.JSONB(), nullable=False),
        sa.Column("errors", postgresql.JSONB(), nullable=False),
    )
    # Packed, the rows of a chunk would cost more time than they save room in their short life.
    op.execute("alter table import_chunk alter column rows set storage external")
    for table in TABLES:
        isolate(table)
    definer_function(
        "match_people(p_municipality uuid, p_people jsonb)",
        "table (ordinal int, person_id uuid, outcome text)",
        MATCH_PEOPLE,
        volatile=True,
    )
    definer_function("analyse_people(p_all boolean)", "void", ANALYSE_PEOPLE, volatile=True)
    # A plan made for the first rows of an import would be far too slow for the last ones.
    for function in ("match_people", "link_people"):
        op.execute(
            f"alter function {function}(uuid, jsonb) set plan_cache_mode = force_custom_plan"
        )
    definer_function(
        "unlink_people(p_municipality uuid, p_people uuid[])", "int", UNLINK_PEOPLE, volatile=True
    )


def _create_part_of_run(table: str, number: str, *more: sa.schema.SchemaItem) -> None:
    """Create a table of numbered things that belong to a run and go with it."""
    op.create_table(
        table,
        sa.Column("municipality_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column(number, sa.Integer(), autoincrement=False, nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["municipality_id", "import_id"],
            ["import_run.municipality_id", "import_run.id"],
            name=op.f(f"fk_{table}_municipality_id_import_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f(f"fk_{table}_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "import_id", number, name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("drop function analyse_people(boolean)")
    op.execute("drop function unlink_people(uuid, uuid[])")
    op.execute("alter function link_people(uuid, jsonb) reset plan_cache_mode")
    op.execute("drop function match_people(uuid, jsonb)")
    for table in (*reversed(TABLES[1:-1]), "import_run", "import_mapping"):
        op.drop_table(table)
