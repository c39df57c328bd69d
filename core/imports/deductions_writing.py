"""Writing examined deductions, and taking them back."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import text

from core.database.unit_of_work import UnitOfWork
from core.imports.application_sql import REFUSE
from core.imports.examination import Verdict, counts
from core.imports.mapping import Blame
from core.imports.staging import as_json
from core.imports.undoing import CHANGED_SINCE, Obstacle
from core.sdk import Municipality

ADD: Final = text("""
insert into external_deduction (municipality_id, id, employment_id, month, category, creditor,
    creditor_key, amount)
  select :place, s.id, s.employment_id, s.month, s.category, s.creditor, s.creditor_key, s.amount
  from pg_temp.import_staged s where s.verdict = 'new' order by s.ordinal
""")
CORRECT: Final = text("""
update external_deduction d set amount = s.amount, version = d.version + 1
  from pg_temp.import_staged s
  where s.verdict = 'changed' and d.municipality_id = :place and d.id = s.deduction_id
""")
EFFECTS: Final = text("""
select jsonb_build_object(
    'deductions', coalesce(jsonb_agg(s.id) filter (where s.verdict = 'new'), '[]'),
    'corrected', coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'amount', d.amount,
      'version', d.version)) filter (where s.verdict = 'changed'), '[]'))
  from pg_temp.import_staged s
    left join external_deduction d on d.municipality_id = :place and d.id = s.deduction_id
""")
# Of a deduction whose version isn't what the import made it another import knows better.
CHANGED: Final = text("""
select count(*) from import_chunk c
  cross join lateral (
    select v.id::uuid as id, 1 as version
      from jsonb_array_elements_text(c.effects->'deductions') as v(id)
    union all
    select (v.content->>'id')::uuid, (v.content->>'version')::int + 1
      from jsonb_array_elements(c.effects->'corrected') as v(content)) made
  left join external_deduction d on d.municipality_id = :place and d.id = made.id
  where c.municipality_id = :place and c.import_id = :run and c.effects is not null
    and d.version is distinct from made.version
""")
TAKE_BACK: Final = (
    text("""
delete from external_deduction d using import_chunk c
    cross join lateral jsonb_array_elements_text(c.effects->'deductions') as v(id)
  where c.municipality_id = :place and c.import_id = :run and d.municipality_id = :place
    and d.id = v.id::uuid
"""),
    text("""
update external_deduction d set amount = (v.content->>'amount')::bigint,
    version = (v.content->>'version')::int
  from import_chunk c cross join lateral jsonb_array_elements(c.effects->'corrected') as v(content)
  where c.municipality_id = :place and c.import_id = :run and d.municipality_id = :place
    and d.id = (v.content->>'id')::uuid
"""),
    text("""
update import_chunk set effects = '{}'
  where municipality_id = :place and import_id = :run and effects is not null
"""),
)


def write(
    uow: UnitOfWork, place: Municipality, run_id: UUID, number: int, columns: dict[str, Blame]
) -> tuple[dict[str, int], str]:
    """Write the examined rows; return counts by verdict and the effects as JSON."""
    key = {"place": place.id}
    found = counts(uow)
    effects = uow.session.execute(EFFECTS, key).scalar_one()  # amounts as they were
    uow.session.execute(ADD, key)
    uow.session.execute(CORRECT, key)
    if found[Verdict.REFUSED]:
        which = {"run": run_id, "number": number, "columns": as_json(columns)}
        uow.session.execute(REFUSE, {**key, **which})
    return found, as_json(effects)


def obstacles(uow: UnitOfWork, place_id: UUID, run_id: UUID) -> list[Obstacle]:
    """Return how many deductions of an import were changed since."""
    changed = uow.session.execute(CHANGED, {"place": place_id, "run": run_id}).scalar_one()
    return [Obstacle(CHANGED_SINCE, changed)] if changed else []


def take_back(uow: UnitOfWork, place_id: UUID, run_id: UUID) -> None:
    """Delete the deductions that an import brought, restore the amounts that it changed."""
    for statement in TAKE_BACK:
        uow.session.execute(statement, {"place": place_id, "run": run_id})
