"""What a checked deduction means here and now: new, changed, same, or refused and why.

As `core.imports.examination` for employees: the same statements serve the dry run and each chunk
that is applied.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text

from core.database.unit_of_work import UnitOfWork
from core.imports.deductions_staging import GIVEN
from core.imports.examination import NUMBER_KEY
from core.imports.staging import columns, empty

# By number the employment is named outright, by national ID it is the one of that month. Whoever
# isn't employed here any more can't be seen by his national ID, only by his number.
LOAD: Final = text(f"""
insert into pg_temp.import_staged ({", ".join(GIVEN)}, employment_id, person_id, reason)
  select {", ".join(f"r.{name}" for name in GIVEN)}, coalesce(e.id, meant.ids[1]),
    coalesce(e.person_id, p.id),
    case when r.personnel_number <> '' and e.id is null then 'number_unknown'
      when e.id is not null and r.national_id <> '' and e.person_id is distinct from p.id
        then 'number_of_other'
      when e.id is not null and not (e.starts_on < r.ends_on
        and (e.ends_on is null or e.ends_on > r.starts_on)) then 'not_employed_then'
      when e.id is null and (p.id is null or not meant.is_here) then 'person_unknown'
      when e.id is null and cardinality(meant.ids) = 0 then 'not_employed_then'
      when e.id is null and cardinality(meant.ids) > 1 then 'several_at_once' end
  from import_chunk c
    cross join lateral jsonb_to_recordset(c.rows) as r({columns(GIVEN)})
    left join employment e on r.personnel_number <> '' and e.municipality_id = :place
      and e.number_key = {NUMBER_KEY}
    left join person p on r.national_id <> '' and p.national_id = r.national_id
    cross join lateral (
      select count(*) > 0 as is_here, coalesce(array_agg(x.id order by x.starts_on) filter (
          where x.starts_on < r.ends_on and (x.ends_on is null or x.ends_on > r.starts_on)
        ), '{{}}') as ids
      from employment x
      where e.id is null and x.municipality_id = :place and x.person_id = p.id) meant
  where c.municipality_id = :place and c.import_id = :run and c.number = :number
""")
# One row by number and another by national ID may name the same.
TWICE: Final = text("""
update pg_temp.import_staged s set reason = 'deduction_twice'
  from (select array_agg(i.ordinal) as rows from pg_temp.import_staged i
    where i.reason is null group by i.employment_id, i.month, i.category, i.creditor_key
    having count(*) > 1) twice
  where s.ordinal = any(twice.rows)
""")
JUDGE: Final = text("""
update pg_temp.import_staged s set deduction_id = found.id, amount_before = found.amount,
    verdict = case when s.reason is not null then 'refused' when found.id is null then 'new'
      when found.amount <> s.amount then 'changed' else 'same' end
  from pg_temp.import_staged i
    left join external_deduction found on found.municipality_id = :place
      and found.employment_id = i.employment_id and found.month = i.month
      and found.category = i.category and found.creditor_key = i.creditor_key
  where i.ordinal = s.ordinal
""")
NOTE: Final = text("""
insert into import_change (municipality_id, import_id, row, verdict, chunk, known, employment_id,
    person_id, fields)
  select :place, :run, s.ordinal, s.verdict, :number, true, s.employment_id, s.person_id,
    case when s.verdict = 'changed' then jsonb_build_object(
        'amount', jsonb_build_array(s.amount_before, s.amount)) else '{}'::jsonb end
  from pg_temp.import_staged s where s.verdict in ('new', 'changed')
""")


def examine(
    uow: UnitOfWork, place_id: UUID, run_id: UUID, number: int, _on: date, *, lock: bool = False
) -> None:
    """Load the rows of a chunk into the temporary table and judge them.

    Months hold whenever they are entered, and nothing need be locked: only imports write
    deductions, one at a time in a municipality.
    """
    del lock
    empty(uow)
    key = {"place": place_id, "run": run_id, "number": number}
    uow.session.execute(LOAD, key)
    uow.session.execute(TWICE)
    uow.session.execute(JUDGE, {"place": place_id})


def note_rows(uow: UnitOfWork, key: dict[str, object], *, changed: bool) -> None:
    """Note the examined rows that do something, see `core.imports.noting`."""
    del changed
    uow.session.execute(NOTE, key)
