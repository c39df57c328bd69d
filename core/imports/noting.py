"""Noting, while a file is checked, what each row would create or change.

So that whoever confirms can read it without the file being read again. Works on the temporary
table of `core.imports.staging`, after `core.imports.examination`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import text

from core.database.unit_of_work import UnitOfWork
from core.imports.examination import STORED

# What a new row holds is read from its chunk.
NEW: Final = text("""
insert into import_change (municipality_id, import_id, row, verdict, chunk, known, person_id)
  select :place, :run, s.ordinal, s.verdict, :number, s.outcome <> 'new', s.person_id
  from pg_temp.import_staged s where s.verdict = 'new'
""")
# By the rules of `core.imports.application_sql`, which writes what is listed here.
CHANGED: Final = text(f"""
insert into import_change (municipality_id, import_id, row, verdict, chunk, known, employment_id,
    person_id, fields)
  select :place, :run, s.ordinal, s.verdict, :number, true, e.id, e.person_id, (
      select coalesce(jsonb_object_agg(d.name, jsonb_build_array(d.before, d.after)), '{{}}')
      from (values
        ('given_name', to_jsonb(p.given_name), to_jsonb(s.given_name),
          s.given_name <> p.given_name),
        ('family_name', to_jsonb(p.family_name), to_jsonb(s.family_name),
          s.family_name <> p.family_name),
        ('father_name', to_jsonb(p.father_name), to_jsonb(s.father_name),
          s.father_name <> p.father_name),
        ('birth_date', to_jsonb(p.birth_date), to_jsonb(s.birth_date),
          s.birth_date is not null and s.birth_date is distinct from p.birth_date),
        ('sex', to_jsonb(p.sex), to_jsonb(s.sex),
          s.sex is not null and s.sex is distinct from p.sex),
        ('marital_status', to_jsonb(p.marital_status), to_jsonb(s.marital_status),
          s.marital_status is not null and s.marital_status is distinct from p.marital_status),
        ('mobile', to_jsonb(p.mobile), to_jsonb(s.mobile),
          s.contact_open and p.mobile = '' and s.mobile <> ''),
        ('email', to_jsonb(p.email), to_jsonb(s.email),
          s.contact_open and p.email = '' and s.email <> ''),
        ('kind', to_jsonb(e.kind), to_jsonb(s.kind), s.kind <> e.kind),
        ('starts_on', to_jsonb(e.starts_on), to_jsonb(s.starts_on), s.starts_on <> e.starts_on),
        ('ends_on', to_jsonb(e.ends_on), to_jsonb(s.ends_on),
          s.ends_on is not null and s.ends_on is distinct from e.ends_on),
        ('unit', to_jsonb(was.name || ' (' || was.code || ')'),
          to_jsonb(coalesce(becomes.name || ' (' || becomes.code || ')',
            s.unit || coalesce(' (' || s.unit_code || ')', ''))),
          s.unit is not null and (s.unit_id is null or a.unit_id is distinct from s.unit_id)),
        ('title', to_jsonb(post.title), to_jsonb(s.title),
          s.title is not null and (s.post_id is null or a.post_id is distinct from s.post_id)),
        ('salary', to_jsonb(f.monthly_base), to_jsonb(s.salary),
          s.salary is not null and f.monthly_base is distinct from s.salary)
      ) as d(name, before, after, differs) where d.differs)
  from pg_temp.import_staged s
    join employment e on e.municipality_id = :place and e.id = s.employment_id
      {STORED}
    left join org_unit was on was.municipality_id = :place and was.id = a.unit_id
    left join org_unit becomes on becomes.municipality_id = :place and becomes.id = s.unit_id
    left join post on post.municipality_id = :place and post.id = a.post_id
  where s.verdict = 'changed'
""")


def note_rows(uow: UnitOfWork, key: Mapping[str, object], *, changed: bool) -> None:
    """Note the examined rows that do something; ``key`` names municipality, import and chunk.

    ``changed`` tells whether any would change something stored.
    """
    uow.session.execute(NEW, key)
    if changed:
        uow.session.execute(CHANGED, {**key, "today": uow.today})
