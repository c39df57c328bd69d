"""Taking an import back: what it created goes, what it changed becomes as it was.

Only while nothing else hangs on its rows: no later change, nothing of any service that refers to
them. The tables that refer to people and employments are asked of the catalogue of the database,
so that those of services installed later count too.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import text

from core.database.unit_of_work import UnitOfWork

CHANGED_SINCE: Final = "changed"
"""Stands for the table's name where rows were changed after the import."""

TABLES: Final = (
    text(
        "create temporary table if not exists import_made (kind text, id uuid)"
        " on commit delete rows"
    ),
    text(
        "create temporary table if not exists import_before (employment_id uuid, content jsonb)"
        " on commit delete rows"
    ),
    text("delete from pg_temp.import_made"),
    text("delete from pg_temp.import_before"),
)
COLLECT: Final = (
    text("""
insert into pg_temp.import_made (kind, id)
  select k.kind, v.id::uuid from import_chunk c
    cross join lateral (values ('person', 'people'), ('employment', 'employments'),
      ('assignment', 'assignments'), ('salary_fact', 'salaries'), ('org_unit', 'units'),
      ('post', 'posts')) as k(kind, name)
    cross join lateral jsonb_array_elements_text(c.effects->k.name) as v(id)
  where c.municipality_id = :place and c.import_id = :run and c.effects is not null
"""),
    text("""
insert into pg_temp.import_before (employment_id, content)
  select (v.content->>'employment')::uuid, v.content from import_chunk c
    cross join lateral jsonb_array_elements(c.effects->'changed') as v(content)
  where c.municipality_id = :place and c.import_id = :run and c.effects is not null
"""),
    text("analyze pg_temp.import_made"),
)
REFERENCES: Final = text("""
select c.conrelid::regclass::text as referrer, quote_ident(a.attname) as referring,
    c.confrelid::regclass::text as target
  from pg_constraint c
    cross join lateral unnest(c.conkey, c.confkey) as k(own, their)
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.own
    join pg_attribute t on t.attrelid = c.confrelid and t.attnum = k.their and t.attname = 'id'
  where c.contype = 'f' and c.confrelid::regclass::text = any(:targets)
  order by 1, 2
""")
INNER: Final = frozenset({"employment", "assignment", "salary_fact"})
"""Referrers that are part of what an import makes; versions guard them."""
# Every change raises a version by one, an import that was undone since by two.
UNDONE: Final = """2 * (select count(*) from import_chunk c
      where c.municipality_id = :place and c.effects->'undone' ? {key}
        and c.applied_at > (select max(o.applied_at) from import_chunk o
          where o.municipality_id = :place and o.import_id = :run))"""
CHANGES: Final = text(f"""
select (select count(*) from employment e join pg_temp.import_made m on m.id = e.id
      where m.kind = 'employment' and e.municipality_id = :place and e.version <> 1
        and e.version <> 1 + {UNDONE.format(key="e.id::text")})
  + (select count(*) from person p join pg_temp.import_made m on m.id = p.id
      where m.kind = 'person' and p.version <> 1
        and p.version <> 1 + {UNDONE.format(key="p.id::text")})
  + (select count(*) from employment e join pg_temp.import_before b on b.employment_id = e.id
      where e.municipality_id = :place and e.version
        <> (b.content->>'version')::int + 1 + {UNDONE.format(key="e.id::text")})
  + (select count(*) from person p
      join pg_temp.import_before b on p.id = (b.content->'person'->>'id')::uuid
      where p.version
        <> (b.content->'person'->>'version')::int + 1 + {UNDONE.format(key="p.id::text")})
""")
# The ledger keeps no more than whose versions an undone import raised.
FORGET: Final = text("""
update import_chunk c set effects = jsonb_build_object('undone', (
    select coalesce(jsonb_agg(x.id) filter (where x.id is not null), '[]')
      from jsonb_array_elements(c.effects->'changed') as v(content)
      cross join lateral (
        values (v.content->>'employment'), (v.content->'person'->>'id')) as x(id)))
  where c.municipality_id = :place and c.import_id = :run and c.effects is not null
""")

DELETE: Final = tuple(
    text(
        f"delete from {table} x using pg_temp.import_made m"
        f" where m.kind = '{table}' and x.municipality_id = :place and x.id = m.id"
    )
    for table in ("assignment", "salary_fact", "employment")
)
UNLINK: Final = text("""
select unlink_people(:place, coalesce((select array_agg(m.id) from pg_temp.import_made m
  where m.kind = 'person'), '{}'))
""")
RESTORE: Final = (
    text("""
update person p set given_name = b.given_name, family_name = b.family_name,
    father_name = b.father_name, birth_date = b.birth_date, sex = b.sex,
    marital_status = b.marital_status, mobile = b.mobile, email = b.email,
    family_key = b.family_key, name_key = b.name_key, sort_key = b.sort_key,
    version = p.version + 1
  from pg_temp.import_before r
    cross join lateral jsonb_to_record(nullif(r.content->'person', 'null')) as b(
      id uuid, given_name text, family_name text, father_name text, birth_date date, sex text,
      marital_status text, mobile text, email text, family_key text, name_key text,
      sort_key text)
  where p.id = b.id
"""),
    text("""
update account a set display_name = trim(p.given_name || ' ' || p.family_name)
  from pg_temp.import_before r join person p on p.id = (r.content->'person'->>'id')::uuid
  where a.person_id = p.id
"""),
    text("""
delete from assignment a using pg_temp.import_before r
  where a.municipality_id = :place and a.employment_id = r.employment_id
    and a.id not in (select (x.value->>'id')::uuid
      from jsonb_array_elements(r.content->'assignments') as x(value))
"""),
    text("""
delete from salary_fact f using pg_temp.import_before r
  where f.municipality_id = :place and f.employment_id = r.employment_id
    and f.id not in (select (x.value->>'id')::uuid
      from jsonb_array_elements(r.content->'salaries') as x(value))
"""),
    text("""
update employment e set kind = b.kind, starts_on = b.starts_on, ends_on = b.ends_on,
    snapshot = case when b.ends_on is null and b.starts_on <= :today then null
      else e.snapshot end,
    version = e.version + 1, tell_on = case when b.starts_on > :today then b.starts_on
      when b.ends_on > :today then b.ends_on end
  from pg_temp.import_before r cross join lateral jsonb_to_record(r.content) as b(
    kind text, starts_on date, ends_on date)
  where e.municipality_id = :place and e.id = r.employment_id
"""),
    text("""
insert into assignment as a (municipality_id, id, employment_id, unit_id, post_id, is_primary,
    starts_on, ends_on)
  select :place, b.id, r.employment_id, b.unit_id, b.post_id, b.is_primary, b.starts_on, b.ends_on
    from pg_temp.import_before r
      cross join lateral jsonb_to_recordset(r.content->'assignments') as b(
        id uuid, unit_id uuid, post_id uuid, is_primary boolean, starts_on date, ends_on date)
  on conflict (municipality_id, id) do update set unit_id = excluded.unit_id,
    post_id = excluded.post_id, starts_on = excluded.starts_on, ends_on = excluded.ends_on
"""),
    text("""
insert into salary_fact as f (municipality_id, id, employment_id, starts_on, monthly_base,
    countable)
  select :place, b.id, r.employment_id, b.starts_on, b.monthly_base, b.countable
    from pg_temp.import_before r
      cross join lateral jsonb_to_recordset(r.content->'salaries') as b(
        id uuid, starts_on date, monthly_base bigint, countable bigint)
  on conflict (municipality_id, id) do update set starts_on = excluded.starts_on,
    monthly_base = excluded.monthly_base, countable = excluded.countable
"""),
)


class Obstacle(NamedTuple):
    """Rows that hang on those of the import; ``table`` may be `CHANGED_SINCE`."""

    table: str
    rows: int


def _collect(uow: UnitOfWork, place_id: UUID, run_id: UUID) -> None:
    """Put what the import did into temporary tables."""
    for statement in (*TABLES, *COLLECT):
        uow.session.execute(statement, {"place": place_id, "run": run_id})


def obstacles(uow: UnitOfWork, place_id: UUID, run_id: UUID) -> list[Obstacle]:
    """Return what hangs on the rows of an import, which are collected into temporary tables."""
    _collect(uow, place_id, run_id)
    changed = uow.session.execute(CHANGES, {"place": place_id, "run": run_id}).scalar_one()
    found = [Obstacle(CHANGED_SINCE, changed)] if changed else []
    for referrer, column, target in _references(uow, "person", *sorted(INNER)):
        if referrer in INNER:
            continue
        counted = f"""select count(*) from {referrer} r join pg_temp.import_made m
          on m.id = r.{column} and m.kind = :target"""
        rows = uow.session.execute(text(counted), {"target": target}).scalar_one()
        if rows:
            found.append(Obstacle(referrer, rows))
    return found


def take_back(uow: UnitOfWork, place_id: UUID, run_id: UUID) -> None:
    """Delete what was created and restore what was changed, as `obstacles` collected it.

    People stay who are employed elsewhere by now, units and posts that others use.
    """
    parameters = {"place": place_id, "run": run_id, "today": uow.today}
    for statement in (*DELETE, UNLINK, *RESTORE, FORGET):
        uow.session.execute(statement, parameters)
    for table in ("org_unit", "post"):
        unused = " and ".join(
            f"not exists (select from {referrer} r where r.municipality_id = x.municipality_id"
            f" and r.{column} = x.id)"
            for referrer, column, _target in _references(uow, table)
        )
        statement = text(f"""delete from {table} x using pg_temp.import_made m
          where m.kind = '{table}' and x.municipality_id = :place and x.id = m.id and {unused}""")
        uow.session.execute(statement, parameters)


def _references(uow: UnitOfWork, *targets: str) -> list[tuple[str, str, str]]:
    """Return the columns that refer to the id of ``targets``: table, column, target."""
    rows: Any = uow.session.execute(REFERENCES, {"targets": list(targets)})
    return [(row.referrer, row.referring, row.target) for row in rows]
