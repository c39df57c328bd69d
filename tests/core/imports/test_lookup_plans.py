"""Rows of a file find the employment of their number by an index, however many there are."""

from __future__ import annotations

from office import Office
from sqlalchemy import text

from core.imports.examination import NUMBER_KEY

COLLATIONS = text(f"""
select pg_collation_for({NUMBER_KEY}) as asked, quote_ident(c.collname) as indexed
  from (values ('P1')) as r(personnel_number), pg_attribute a
    join pg_collation c on c.oid = a.attcollation
  where a.attrelid = 'employment'::regclass and a.attname = 'number_key'
""")


def test_numbers_are_looked_up_in_the_collation_of_the_index(office: Office) -> None:
    """In another one PostgreSQL can't use it, and every row of a file reads all employments."""
    with office.unit() as uow:
        asked, indexed = uow.session.execute(COLLATIONS).one()
    assert asked == indexed
