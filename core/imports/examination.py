"""What a checked row means here and now: new, changed, same, or refused and why.

The same statements serve the dry run and, as things may have changed since, each chunk that is
applied. They read what is stored and write the temporary table only. A cell that is blank, or a
column that isn't mapped, says nothing and changes nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.database.unit_of_work import UnitOfWork
from core.imports.staging import GIVEN, RECORD, empty
from core.people.services.linking import GUESSING

UNIT: Final = """case when r.unit_code is null then (known.names->r.unit_key->>0)::uuid
      else (known.codes->>r.unit_code)::uuid end"""
AMBIGUOUS: Final = "r.unit_code is null and jsonb_array_length(known.names->r.unit_key) > 1"
# In the collation of the column, else no index serves and every row reads all employments.
NUMBER_KEY: Final = 'lower(r.personnel_number collate "C") collate "default"'
POST: Final = "(known.titles->>r.title_key)::uuid"


class Verdict(enum.StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


class Guessing(Exception):
    """Too many people of the file are known in the province under other names or birth dates."""


# The rows of a chunk, each with the person behind its national ID, the employment of its number
# (in a file without national IDs number and family name must do), its unit and its post. Units
# and posts are looked up in one JSON object each: for tables that nobody has analysed yet
# PostgreSQL would choose an index that reads all of them for every row.
LOAD: Final = f"""
with chunk as materialized (
  select c.rows from import_chunk c
    where c.municipality_id = :place and c.import_id = :run and c.number = :number),
known as materialized (
  select (select jsonb_object_agg(u.code, u.id) from org_unit u
      where u.municipality_id = :place) as codes,
    (select jsonb_object_agg(n.name_key, n.ids) from (
      select u.name_key, jsonb_agg(u.id) as ids from org_unit u
        where u.municipality_id = :place group by u.name_key) n) as names,
    (select jsonb_object_agg(p.title_key, p.id) from post p
      where p.municipality_id = :place) as titles)
insert into pg_temp.import_staged ({", ".join(GIVEN)}, outcome, person_id, employment_id, unit_id,
    post_id, day, reason, verdict)
  select {", ".join(f"r.{name}" for name in GIVEN)}, m.outcome,
    case when e.fits then e.person_id else m.person_id end, case when e.fits then e.id end,
    {UNIT}, {POST}, greatest(r.starts_on, least(:on, coalesce(r.ends_on, e.ends_on) - 1)),
    case when not e.fits then 'number_taken' when {AMBIGUOUS} then 'unit_ambiguous' end,
    case when e.id is null and not coalesce({AMBIGUOUS}, false) then 'new' end
  from known
    cross join jsonb_to_recordset((select rows from chunk)) as r({RECORD})
    join match_people(:place, (select rows from chunk)) m on m.ordinal = r.ordinal
    left join lateral (
      select e.id, e.person_id, e.ends_on, coalesce(e.person_id = m.person_id, false)
          or coalesce(r.test_identity, false) and not coalesce(r.test_number, false)
            and starts_with(e.name_key, r.family_key) as fits
        from employment e
        where e.municipality_id = :place and e.number_key = {NUMBER_KEY}
        limit 1) e on true
"""

# In a file without personnel numbers the employment is that of the person: the one that isn't
# over, else one that began on the same day.
MATCH_PERSONS: Final = """
update pg_temp.import_staged s set (employment_id, day, reason, verdict) = (
  select found.id, greatest(s.starts_on, least(:on, coalesce(s.ends_on, found.ends_on) - 1)),
    case when found.running > 1 then 'several_employments' else s.reason end,
    case when found.id is null and s.reason is null and found.running <= 1 then 'new' end
  from (select count(*) filter (where e.ends_on is null or e.ends_on > :today) as running,
      (array_agg(e.id order by e.ends_on desc nulls first) filter (where {here}))[1] as id,
      (array_agg(e.ends_on order by e.ends_on desc nulls first) filter (where {here}))[1]
        as ends_on
    from employment e where e.municipality_id = :place and e.person_id = s.person_id) found)
  where s.test_number and s.person_id is not null and s.employment_id is null
""".format(here="e.ends_on is null or e.ends_on > :today or e.starts_on = s.starts_on")

REFUSE_KNOWN: Final = """
update pg_temp.import_staged s set verdict = null,
    reason = case when s.outcome = 'known' then 'employed_already' else 'known_otherwise' end,
    figure = case when s.outcome = 'known' then (select string_agg(e.personnel_number, ', ')
      from employment e where e.municipality_id = :place and e.person_id = s.person_id
        and (e.ends_on is null or e.ends_on > :today)) end
  where s.employment_id is null and s.reason is null
    and s.outcome in ('known', 'former', 'mismatch')
"""

# As by form (`core.people.services.fill_contacts`): who enters an address can take an account over
# by it, so it is for the first employer, while the account is neither in use nor has rights.
OPEN_CONTACTS: Final = """
update pg_temp.import_staged s set contact_open = true
  from first_employers(array(select i.person_id from pg_temp.import_staged i
      where i.employment_id is not null and (i.mobile <> '' or i.email <> '')), :today) f
  where s.person_id = f.person_id and f.municipality_id = :place
    and not exists (select from account a where a.person_id = s.person_id
      and (a.password is not null
        or exists (select from account_grant_places(array[a.id], :today))))
"""

# The person, and the facts of the compared day, of the employment ``e`` that a staged row is about.
STORED: Final = """cross join lateral (select case when e.ends_on <= :today then e.ends_on - 1
        else s.day end as on_day) compared
      left join person p on p.id = e.person_id
      left join lateral (select x.unit_id, x.post_id from assignment x
        where x.municipality_id = :place and x.employment_id = e.id and x.is_primary
          and x.starts_on <= on_day and (x.ends_on is null or x.ends_on > on_day)
        order by x.starts_on desc limit 1) a on true
      left join lateral (select x.monthly_base from salary_fact x
        where x.municipality_id = :place and x.employment_id = e.id and x.starts_on <= on_day
        order by x.starts_on desc limit 1) f on true"""

# ``day`` is the day on which facts are compared and from which new ones hold: the effective day,
# or the nearest one to it in the employment.
COMPARE: Final = f"""
update pg_temp.import_staged s set (person_differs, contact_differs, employment_differs,
    assignment_differs, salary_differs, begins, ends, reason) = (
  select person, contact, kind or starts or ends, assignment, salary, begins, is_ending,
    case when is_over and (kind or starts or assignment or salary or s.ends_on > :today)
        then 'is_over'
      when starts and is_late then 'later_facts' end
  from (select e.ends_on <= :today as is_over,
      s.kind <> e.kind as kind, s.starts_on <> e.starts_on as starts,
      s.ends_on is not null and s.ends_on is distinct from e.ends_on as ends,
      e.starts_on > :today and s.starts_on <= :today as begins,
      (e.ends_on is null or e.ends_on > :today) and s.ends_on <= :today as is_ending,
      p.id is not null and coalesce(s.given_name <> p.given_name
        or s.family_name <> p.family_name or s.father_name <> p.father_name
        or s.birth_date is not null and s.birth_date is distinct from p.birth_date
        or s.sex is not null and s.sex is distinct from p.sex
        or s.marital_status is not null and s.marital_status is distinct from p.marital_status
        or s.contact_open and (s.mobile <> '' and p.mobile = '' or s.email <> '' and p.email = ''),
        false) as person,
      p.id is not null and coalesce(
        s.mobile <> p.mobile and (p.mobile <> '' or s.contact_open is not true)
        or s.email <> p.email and (p.email <> '' or s.contact_open is not true)
        or s.sheba <> p.sheba, false) as contact,
      s.unit is not null and (s.unit_id is null or a.unit_id is distinct from s.unit_id)
        or s.title is not null and (s.post_id is null or a.post_id is distinct from s.post_id)
        as assignment,
      s.salary is not null and f.monthly_base is distinct from s.salary as salary,
      exists (select from assignment x
          where x.municipality_id = :place and x.employment_id = e.id
            and (x.starts_on > e.starts_on and x.starts_on <= s.starts_on
              or x.ends_on <= s.starts_on))
        or exists (select from salary_fact x
          where x.municipality_id = :place and x.employment_id = e.id
            and x.starts_on > e.starts_on and x.starts_on <= s.starts_on) as is_late
    from employment e
      {STORED}
    where e.municipality_id = :place and e.id = s.employment_id) found)
  where s.employment_id is not null and s.reason is null
"""

JUDGE: Final = """
update pg_temp.import_staged s set verdict = case
    when s.reason is not null then 'refused'
    when s.employment_id is null then 'new'
    when s.person_differs or s.employment_differs or s.assignment_differs or s.salary_differs
      then 'changed'
    else 'same' end
  where s.verdict is null
"""

PECULIAR: Final = text("""
select coalesce(bool_or(test_number and person_id is not null and employment_id is null), false)
      as unnumbered,
    coalesce(bool_or(employment_id is null and reason is null
      and outcome in ('known', 'former', 'mismatch')), false) as strange
  from pg_temp.import_staged
""")
LOCK: Final = tuple(
    f"select from {table} x where x.id in (select i.{column} from pg_temp.import_staged i"
    " where i.employment_id is not null) order by x.id for no key update"
    for table, column in (("person", "person_id"), ("employment", "employment_id"))
)
"""Whom a row would change: locked before it is compared, people first."""
SOME_EXIST: Final = text(
    "select exists (select from pg_temp.import_staged where employment_id is not null)"
)
COUNT: Final = text(
    "select verdict, count(*) as rows, count(*) filter (where contact_differs) as kept"
    " from pg_temp.import_staged group by verdict"
)
KEPT: Final = "kept"
"""The count of rows whose contact details differ and stay as the person has them."""


def examine(
    uow: UnitOfWork, place_id: UUID, run_id: UUID, number: int, on: date, *, lock: bool = False
) -> None:
    """Load the rows of a chunk into the temporary table and judge them.

    ``on`` is the effective day. With ``lock`` those that exist are held until the transaction
    ends. Raises `Guessing`.
    """
    empty(uow)
    parameters = {"place": place_id, "today": uow.today, "on": on, "run": run_id, "number": number}
    with noticing_guesses():
        _run(uow, LOAD, parameters)
    if uow.session.execute(PECULIAR).one().unnumbered:
        _run(uow, MATCH_PERSONS, parameters)
    if uow.session.execute(PECULIAR).one().strange:
        _run(uow, REFUSE_KNOWN, parameters)
    if uow.session.execute(SOME_EXIST).scalar_one():
        for statement in LOCK if lock else ():
            _run(uow, statement, parameters)
        _run(uow, OPEN_CONTACTS, parameters)
        _run(uow, COMPARE, parameters)
    _run(uow, JUDGE, parameters)


def _run(uow: UnitOfWork, statement: str, parameters: Mapping[str, object]) -> None:
    uow.session.execute(text(statement), parameters)


@contextmanager
def noticing_guesses() -> Iterator[None]:
    """Raise `Guessing` when the database refuses to compare more people."""
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != GUESSING:
            raise
        raise Guessing from error


def counts(uow: UnitOfWork) -> dict[str, int]:
    """Return the number of rows of each verdict, and of those with contacts that stay."""
    found = dict.fromkeys([*Verdict, KEPT], 0)
    for verdict, rows, kept in uow.session.execute(COUNT):
        found[verdict] = rows
        found[KEPT] += kept
    return {str(name): count for name, count in found.items()}
