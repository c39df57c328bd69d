"""Rows of a file find the employment of their number by an index, however many there are."""

from __future__ import annotations

from office import Office
from sqlalchemy import text

from core.imports.examination import NUMBER_KEY

LOOKUP = text(f"""
explain select e.id from (values ('P1')) as r(personnel_number)
  join employment e on e.municipality_id = :place and e.number_key = {NUMBER_KEY}
""")


def test_a_personnel_number_is_looked_up_by_its_index(office: Office) -> None:
    with office.unit() as uow:
        uow.session.execute(text("set local enable_seqscan = off"))
        plan = "\n".join(uow.session.scalars(LOOKUP, {"place": office.place.id}))
    assert "Index Cond" in plan
    assert "number_key = " in plan.partition("Index Cond")[2].partition("\n")[0]
