"""The list at size: few statements, and the indexes that it must use."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask
from sqlalchemy import Engine, text

from core.database.extension import db
from core.localization.text import search_key, sort_key
from core.people import queries
from core.people.queries import Filters
from core.testing.app import client_of
from core.testing.factories import Province, reserve_numbers, valid_national_id
from core.testing.queries import count_queries

MOST = 7
"""Statements of a page besides the one that opens the request (8 in all)."""
FAMILIES = ("رضایی", "محمدی", "ایران‌نژاد", "آذری", "کریمی", "یزدانی", "پاکزاد", "نوروزی")
PEOPLE = text(
    """
    with input as (
      select * from jsonb_to_recordset(cast(:people as jsonb)) as i(
        id uuid, employment uuid, national_id text, given_name text, family_name text,
        family_key text, name_key text, given_key text, sort_key text, number text)),
    persons as (
      insert into person (id, national_id, given_name, family_name, birth_date,
          family_key, name_key, sort_key)
        select id, national_id, given_name, family_name, '1980-01-01', family_key, name_key,
          sort_key from input)
    insert into employment (municipality_id, id, person_id, personnel_number, kind, starts_on,
        name_key, given_key, sort_key)
      select :place, employment, id, number, 'official', '2015-01-01', name_key, given_key,
        sort_key from input
    """
)
ASSIGNMENTS = text(
    """
    insert into assignment (municipality_id, id, employment_id, unit_id, starts_on)
      select e.municipality_id, gen_random_uuid(), e.id,
        (array_agg(u.id))[1 + abs(hashtext(e.id::text)) % count(*)], e.starts_on
      from employment e join org_unit u on u.municipality_id = e.municipality_id
      where e.municipality_id = :place and not exists (select 1 from assignment a
        where a.municipality_id = e.municipality_id and a.employment_id = e.id)
      group by e.municipality_id, e.id, e.starts_on
    """
)


def populate(province: Province, count: int, first: int) -> None:
    """Employ ``count`` people in Karaj, in ten units, by set-based statements of the owner."""
    from core.database.keys import new_id

    for i in range(10):
        province.org_unit(province.karaj, f"واحد {i}")
    people: list[dict[str, Any]] = []
    identity = reserve_numbers(count)
    for i in range(first, first + count):
        given, family = f"نام{i % 997:03}", FAMILIES[i % len(FAMILIES)]
        people.append(
            {
                "id": str(new_id()),
                "employment": str(new_id()),
                "national_id": valid_national_id(identity + i - first),
                "given_name": given,
                "family_name": family,
                "family_key": search_key(family),
                "name_key": search_key(family + given),
                "given_key": search_key(given + family),
                "sort_key": sort_key(f"{family} {given}"),
                "number": f"B{i:08}",
            }
        )
    with province.owner.begin() as connection:
        place = {"place": province.karaj.id}
        connection.execute(PEOPLE, {"people": json.dumps(people), **place})
        connection.execute(ASSIGNMENTS, place)
    with province.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze person, employment, assignment"))


def statements_of(app: Flask, province: Province) -> dict[str, int]:
    """Return how many statements each kind of list page needs."""
    client = client_of(app, province.officer(province.karaj).token)
    base = f"/m/{province.karaj.code}/people/"
    with province.unit(province.karaj) as uow:
        unit = next(iter(queries.units_of(uow, province.karaj.id)))
    with app.app_context():
        engine: Engine = db.engine
    pages = {
        "plain": "",
        "search": "?q=ایران+نژاد",
        "number": "?q=B0000",
        "unit": f"?unit={unit}&kind=official",
        "nobody": "?q=هیچکس",
        "account": "?account=none&status=all",
    }
    counts = {}
    for name, query in pages.items():
        with count_queries(engine) as statements:
            answer = client.get(base + query)
        assert answer.status_code == 200
        counts[name] = len(statements)
    return counts


def test_the_list_needs_the_same_few_statements_at_any_size(app: Flask, province: Province) -> None:
    populate(province, 100, 20_000_000)
    small = statements_of(app, province)
    populate(province, 19_900, 30_000_000)
    large = statements_of(app, province)
    assert all(large[page] - small[page] in (0, 1) for page in small), "one more: the count"
    assert max(large.values()) <= MOST


def test_an_employees_page_needs_few_statements(app: Flask, province: Province) -> None:
    one = province.employee(province.karaj)
    province.assign(one, province.org_unit(province.karaj, "فناوری"))
    client = client_of(app, province.officer(province.karaj).token)
    with app.app_context():
        engine = db.engine
    for page in (f"{one.employment_id}/", "new", f"{one.employment_id}/assignment"):
        with count_queries(engine) as statements:
            assert client.get(f"/m/{province.karaj.code}/people/{page}").status_code == 200
        assert len(statements) <= MOST, statements


def plan(province: Province, filters: Filters) -> str:
    with province.unit(province.karaj) as uow:
        units = queries.units_of(uow, province.karaj.id)
        conditions = queries.conditions_of(province.karaj.id, filters, units, uow.today)
        keys = (queries.Employment.sort_key, queries.Employment.id)
        statement = queries.listing(uow.today).where(*conditions).order_by(*keys).limit(51)
        compiled = statement.compile(
            uow.session.get_bind(), compile_kwargs={"render_postcompile": True}
        )
        connection = uow.session.connection()
        explained = connection.exec_driver_sql(f"explain {compiled}", compiled.params)
        return "\n".join(row[0] for row in explained)


PLANS = {
    "ix_employment_sort_key": Filters(),
    "ix_employment_given_key": Filters(text="نام123"),
    "ix_employment_name_key": Filters(text="ایران نژاد نام12"),
    "uq_employment_municipality_id_number_key": Filters(text="B40000123"),
}


def test_searches_stay_within_the_tenants_indexes(province: Province) -> None:
    populate(province, 5_000, 40_000_000)
    for index, filters in PLANS.items():
        found = plan(province, filters)
        assert index in found, found
        assert "Seq Scan on employment" not in found, found
