"""The statements that write examined rows into the tables (`core.imports.application`).

All read the temporary table of `core.imports.staging`. ``:place`` is the municipality, ``:run``
the import, ``:today`` the business day.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from core.imports.examination import POST, UNIT

MISSING_UNITS: Final = text("""
select i.unit_code, min(i.unit_key) as name_key, min(i.starts_on) as starts_on,
    (array_agg(i.unit order by i.ordinal))[1] as name,
    (array_agg(i.unit_sort order by i.ordinal))[1] as sort_key
  from pg_temp.import_staged i
  where i.unit is not null and i.unit_id is null and i.verdict in ('new', 'changed')
  group by i.unit_code, case when i.unit_code is null then i.unit_key end
  order by min(i.ordinal)
""")
MISSING_POSTS: Final = text("""
select i.title_key, (array_agg(i.title order by i.ordinal))[1] as title
  from pg_temp.import_staged i
  where i.title is not null and i.post_id is null and i.verdict in ('new', 'changed')
  group by i.title_key
""")
HIGHEST_CODE: Final = text(
    "select max(code::int) from org_unit"
    " where municipality_id = :place and code ~ '^[1-9][0-9]{0,8}$'"
)
# A unit that this import created is as old as the first who works there.
BEGIN_UNITS: Final = text("""
update org_unit u set starts_on = first.day
  from (select i.unit_id, min(i.starts_on) as day from pg_temp.import_staged i
    where i.verdict = 'new' and i.unit_id in (select m.id::uuid from import_chunk c
        cross join lateral jsonb_array_elements_text(c.effects->'units') as m(id)
      where c.municipality_id = :place and c.import_id = :run and c.effects is not null)
    group by i.unit_id) first
  where u.municipality_id = :place and u.id = first.unit_id and u.starts_on > first.day
""")

FIND_UNITS: Final = text(f"""
update pg_temp.import_staged r set unit_id = {UNIT}
  from (select (select jsonb_object_agg(u.code, u.id) from org_unit u
      where u.municipality_id = :place) as codes,
    (select jsonb_object_agg(u.name_key, jsonb_build_array(u.id)) from org_unit u
      where u.municipality_id = :place) as names) known
  where r.unit is not null and r.unit_id is null
""")
FIND_POSTS: Final = text(f"""
update pg_temp.import_staged r set post_id = {POST}
  from (select (select jsonb_object_agg(p.title_key, p.id) from post p
    where p.municipality_id = :place) as titles) known
  where r.title is not null and r.post_id is null
""")

LINK: Final = text("""
update pg_temp.import_staged s set person_id = l.person_id, outcome = l.outcome,
    reason = case l.outcome when 'known' then 'employed_already'
      when 'mismatch' then 'known_otherwise' end,
    verdict = case when l.outcome in ('known', 'mismatch') then 'refused' else 'new' end
  from link_people(:place, (select jsonb_agg(jsonb_build_object(
      'ordinal', i.ordinal, 'id', i.id, 'national_id', i.national_id,
      'test_identity', i.test_identity, 'given_name', i.given_name,
      'family_name', i.family_name, 'father_name', i.father_name, 'birth_date', i.birth_date,
      'sex', i.sex, 'marital_status', i.marital_status, 'mobile', i.mobile, 'email', i.email,
      'family_key', i.family_key, 'name_key', i.name_key, 'sort_key', i.sort_key))
    from pg_temp.import_staged i where i.verdict = 'new')) l
  where l.ordinal = s.ordinal
""")
TELL_ON: Final = """case when s.starts_on > :today then s.starts_on
      when coalesce(s.ends_on, {end}) > :today then coalesce(s.ends_on, {end}) end"""
NEW_EMPLOYMENTS: Final = text(f"""
insert into employment (municipality_id, id, person_id, personnel_number, test_number, kind,
    starts_on, ends_on, tell_on, name_key, given_key, sort_key)
  select :place, s.new_employment, s.person_id, s.personnel_number,
    coalesce(s.test_number, false), s.kind, s.starts_on, s.ends_on,
    {TELL_ON.format(end="null::date")}, s.name_key, s.given_key, s.sort_key
  from pg_temp.import_staged s where s.verdict = 'new' order by s.ordinal
""")
NEW_ASSIGNMENTS: Final = text("""
insert into assignment (municipality_id, id, employment_id, unit_id, post_id, starts_on, ends_on)
  select :place, s.new_assignment, s.new_employment, s.unit_id, s.post_id, s.starts_on, s.ends_on
  from pg_temp.import_staged s
  where s.verdict = 'new' and s.unit_id is not null order by s.ordinal
""")
NEW_SALARIES: Final = text("""
insert into salary_fact (municipality_id, id, employment_id, starts_on, monthly_base, countable)
  select :place, s.new_salary, s.new_employment, s.day, s.salary, s.salary
  from pg_temp.import_staged s
  where s.verdict = 'new' and s.salary is not null order by s.ordinal
""")
SOME: Final = text("""
select coalesce(bool_or(s.outcome = 'linked'), false) as linked,
    coalesce(bool_or(s.sheba <> ''), false) as shebas,
    coalesce(bool_or(s.starts_on < u.starts_on), false) as older_than_units
  from pg_temp.import_staged s
    left join org_unit u on u.municipality_id = :place and u.id = s.unit_id
  where s.verdict = 'new'
""")
LINKED: Final = text(
    "select person_id from pg_temp.import_staged where verdict = 'new' and outcome = 'linked'"
)
# The name that the province knows counts; another employer may spell it otherwise.
TAKE_OVER_NAMES: Final = text("""
update employment e set name_key = p.name_key, sort_key = p.sort_key,
    given_key = substr(p.name_key, length(p.family_key) + 1) || p.family_key
  from pg_temp.import_staged s join person p on p.id = s.person_id
  where s.verdict = 'new' and s.outcome = 'linked' and s.name_key <> p.name_key
    and e.municipality_id = :place and e.id = s.new_employment
""")
# Only for people whom this import created: whose account a sheba is, its owner says.
FIRST_SHEBAS: Final = text("""
update person p set sheba = s.sheba from pg_temp.import_staged s
  where s.verdict = 'new' and s.outcome = 'created' and s.sheba <> '' and p.id = s.person_id
""")

CHANGE_PERSONS: Final = text("""
update person p set given_name = s.given_name, family_name = s.family_name,
    father_name = coalesce(s.father_name, p.father_name),
    birth_date = coalesce(s.birth_date, p.birth_date), sex = coalesce(s.sex, p.sex),
    marital_status = coalesce(s.marital_status, p.marital_status),
    mobile = case when p.mobile = '' and s.contact_open then coalesce(s.mobile, '')
      else p.mobile end,
    email = case when p.email = '' and s.contact_open then coalesce(s.email, '') else p.email end,
    family_key = s.family_key, name_key = s.name_key, sort_key = s.sort_key,
    version = p.version + 1
  from pg_temp.import_staged s
  where s.verdict = 'changed' and s.person_differs and p.id = s.person_id
""")
RENAME_ACCOUNTS: Final = text("""
update account a set display_name = s.given_name || ' ' || s.family_name
  from pg_temp.import_staged s
  where s.verdict = 'changed' and s.person_differs and a.person_id = s.person_id
""")
# What began or ended with the employment begins or ends with it again.
MOVE_STARTS: Final = tuple(
    text(f"""
update {table} x set starts_on = s.starts_on
  from pg_temp.import_staged s
    join employment e on e.municipality_id = :place and e.id = s.employment_id
  where s.verdict = 'changed' and s.starts_on <> e.starts_on and x.municipality_id = :place
    and x.employment_id = e.id and x.starts_on = e.starts_on
""")
    for table in ("assignment", "salary_fact")
)
# As everywhere, what was planned for days after the end falls away.
DROP_LATER: Final = tuple(
    text(f"""
delete from {table} x using pg_temp.import_staged s
  where s.verdict = 'changed' and s.employment_differs and x.municipality_id = :place
    and x.employment_id = s.employment_id and x.starts_on >= s.ends_on
""")
    for table in ("assignment", "salary_fact")
)
MOVE_ENDS: Final = text("""
update assignment x set ends_on = s.ends_on
  from pg_temp.import_staged s
    join employment e on e.municipality_id = :place and e.id = s.employment_id
  where s.verdict = 'changed' and s.ends_on is distinct from e.ends_on and s.ends_on is not null
    and x.municipality_id = :place and x.employment_id = e.id
    and (x.ends_on is null or x.ends_on > s.ends_on or x.ends_on = e.ends_on)
""")
CHANGE_EMPLOYMENTS: Final = text(f"""
update employment e set kind = s.kind, starts_on = s.starts_on,
    ends_on = coalesce(s.ends_on, e.ends_on), version = e.version + 1,
    tell_on = {TELL_ON.format(end="e.ends_on")}
  from pg_temp.import_staged s
  where s.verdict = 'changed' and e.municipality_id = :place and e.id = s.employment_id
""")
# The assignment of the day is mended if it begins on it, else it ends there for the new one.
MEND_ASSIGNMENTS: Final = text("""
update assignment a set unit_id = coalesce(s.unit_id, a.unit_id),
    post_id = coalesce(s.post_id, a.post_id)
  from pg_temp.import_staged s
  where s.verdict = 'changed' and s.assignment_differs and a.municipality_id = :place
    and a.employment_id = s.employment_id and a.is_primary and a.starts_on = s.day
""")
NEXT_ASSIGNMENTS: Final = text("""
with cut as (
  update assignment a set ends_on = s.day
    from pg_temp.import_staged s
      join assignment o on o.municipality_id = :place and o.employment_id = s.employment_id
        and o.is_primary and o.starts_on < s.day and (o.ends_on is null or o.ends_on > s.day)
    where s.verdict = 'changed' and s.assignment_differs
      and a.municipality_id = :place and a.id = o.id
    returning s.ordinal, o.ends_on, a.unit_id, a.post_id)
select ordinal, ends_on, unit_id, post_id from cut
""")
ADD_ASSIGNMENTS: Final = text("""
insert into assignment (municipality_id, id, employment_id, unit_id, post_id, starts_on, ends_on)
  select :place, s.new_assignment, s.employment_id, coalesce(s.unit_id, c.unit_id),
    coalesce(s.post_id, c.post_id), s.day,
    coalesce(c.ends_on, least(e.ends_on, (select min(x.starts_on) from assignment x
      where x.municipality_id = :place and x.employment_id = e.id and x.is_primary
        and x.starts_on > s.day)))
  from pg_temp.import_staged s
    join employment e on e.municipality_id = :place and e.id = s.employment_id
    left join jsonb_to_recordset(cast(:cut as jsonb)) as c(
      ordinal int, ends_on date, unit_id uuid, post_id uuid) on c.ordinal = s.ordinal
  where s.verdict = 'changed' and s.assignment_differs
    and coalesce(s.unit_id, c.unit_id) is not null
    and not exists (select from assignment x where x.municipality_id = :place
      and x.employment_id = e.id and x.is_primary and x.starts_on = s.day)
""")
SET_SALARIES: Final = text("""
insert into salary_fact (municipality_id, id, employment_id, starts_on, monthly_base, countable)
  select :place, s.new_salary, s.employment_id, s.day, s.salary, s.salary
  from pg_temp.import_staged s
  where s.verdict = 'changed' and (s.salary_differs or s.salary is not null
    and not exists (select from salary_fact x where x.municipality_id = :place
      and x.employment_id = s.employment_id and x.starts_on <= s.day))
  on conflict (municipality_id, employment_id, starts_on)
    do update set monthly_base = excluded.monthly_base, countable = excluded.countable
""")

REFUSE: Final = text("""
insert into import_refusal (municipality_id, import_id, row, cells, errors)
  select :place, :run, s.ordinal, r.value->'cells', jsonb_build_array(jsonb_build_object(
      'row', s.ordinal, 'column', coalesce(b.content->>'column', ''),
      'value', coalesce(left(trim(r.value->'cells'->>(b.content->>'index')::int), 200), ''),
      'about', coalesce(b.content->>'about', ''), 'code', s.reason,
      'figures', case when s.figure is null then '{}'::jsonb
        else jsonb_build_object('number', s.figure) end))
  from import_chunk c cross join lateral jsonb_array_elements(c.rows) as r(value)
    join pg_temp.import_staged s on s.ordinal = (r.value->>'ordinal')::int
    cross join lateral (select cast(:columns as jsonb)->s.reason as content) b
  where s.verdict = 'refused' and c.municipality_id = :place and c.import_id = :run
    and c.number = :number
""")
# Everything that an employment has, as its version guards all of it.
BEFORE: Final = text("""
select coalesce(jsonb_agg(jsonb_build_object('employment', e.id, 'version', e.version,
    'kind', e.kind, 'starts_on', e.starts_on, 'ends_on', e.ends_on,
    'person', case when s.person_differs then jsonb_build_object('id', p.id,
      'version', p.version, 'given_name', p.given_name, 'family_name', p.family_name,
      'father_name', p.father_name, 'birth_date', p.birth_date, 'sex', p.sex,
      'marital_status', p.marital_status, 'mobile', p.mobile, 'email', p.email,
      'family_key', p.family_key, 'name_key', p.name_key, 'sort_key', p.sort_key) end,
    'assignments', (select coalesce(jsonb_agg(to_jsonb(a)), '[]') from assignment a
      where a.municipality_id = :place and a.employment_id = e.id),
    'salaries', (select coalesce(jsonb_agg(to_jsonb(f)), '[]') from salary_fact f
      where f.municipality_id = :place and f.employment_id = e.id))), '[]')::text
  from pg_temp.import_staged s
    cross join lateral (select x.* from employment x
      where x.municipality_id = :place and x.id = s.employment_id limit 1) e
    left join lateral (select x.* from person x where x.id = e.person_id limit 1) p on true
  where s.verdict = 'changed'
""")
EFFECTS: Final = text("""
select jsonb_build_object(
    'people', coalesce(jsonb_agg(s.person_id) filter (where s.outcome = 'created'), '[]'),
    'employments', coalesce(jsonb_agg(s.new_employment), '[]'),
    'assignments', coalesce(jsonb_agg(s.new_assignment) filter (where s.unit_id is not null), '[]'),
    'salaries', coalesce(jsonb_agg(s.new_salary) filter (where s.salary is not null), '[]'))
    || jsonb_build_object('units', cast(:units as jsonb), 'posts', cast(:posts as jsonb),
      'changed', cast(:changed as jsonb))
  from pg_temp.import_staged s where s.verdict = 'new'
""")
BEGAN: Final = text("""
select coalesce(s.employment_id, s.new_employment)
  from pg_temp.import_staged s
  where s.starts_on <= :today and (s.verdict = 'new' and (s.ends_on is null or s.ends_on > :today)
    or s.verdict = 'changed' and s.begins)
  order by s.ordinal
""")
ENDED: Final = text("""
select s.employment_id from pg_temp.import_staged s
  where s.verdict = 'changed' and s.ends order by s.ordinal
""")
MARK: Final = text("""
update import_chunk set rows = null, applied_at = :now, counts = cast(:counts as jsonb),
    effects = cast(:effects as jsonb)
  where municipality_id = :place and import_id = :run and number = :number and applied_at is null
  returning number
""")
