"""Lists cost the same with 100 and with 20,000 requests; pages follow each other without gaps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, Select, select, text
from sqlalchemy.dialects.postgresql.psycopg import dialect

from core.database.extension import db
from core.database.unit_of_work import UnitOfWork
from core.policy.viewer import Grant, Viewer
from core.requests.inbox import COLUMNS, DUE, Filters, conditions, count
from core.requests.models import Request
from core.testing.app import client_of
from core.testing.factories import Officer, Province, make_province
from core.testing.queries import count_queries
from tests.core.requests.pages import ask

MOST_QUERIES = 8
COPY = """
insert into request (municipality_id, id, reference, type, type_version, title, summary,
    person_id, person_name, employment_id, unit_id, data, amount, base_digest, steps, state,
    step, round, permission, submitted_by, submitted_by_name, idempotency_key, submitted_at,
    due_on)
  select r.municipality_id, gen_random_uuid(), 'HM-1390-' || lpad(n::text, 5, '0'), r.type, 1,
    r.title, r.summary, r.person_id, r.person_name, r.employment_id, :unit, r.data, n, '',
    r.steps, case when n % 2 = 0 then 'submitted' else 'withdrawn' end, 1, 1, r.permission,
    r.submitted_by, '', int4send(n), r.submitted_at - n * interval '1 minute',
    r.due_on - (n % 30)
  from request r, generate_series(1, :count) n where r.id = :id
"""


@dataclass
class Crowd:
    """A municipality with many requests, half of them open."""

    province: Province
    size: int
    everybody: Officer
    limited: Officer


@pytest.fixture(scope="module", params=[100, 20_000])
def crowd(
    request: pytest.FixtureRequest, site: Flask, owner_engine: Engine, engine: Engine
) -> Iterator[Crowd]:
    province = make_province(owner_engine, engine)
    province.activate(province.karaj, "asking")
    maryam = province.employee(province.karaj)
    unit = province.org_unit(province.karaj, "فنی")
    below = province.org_unit(province.karaj, "عمران", unit)
    one = ask(site, province.karaj, maryam)
    with owner_engine.begin() as connection:
        connection.execute(text(COPY), {"count": request.param, "id": one.id, "unit": below.id})
        connection.execute(text("analyze request"))
    yield Crowd(
        province,
        request.param,
        province.officer(province.karaj, "asking.review"),
        province.officer(province.karaj, "asking.review", unit_id=unit.id),
    )
    with owner_engine.begin() as connection:
        connection.execute(text("delete from request where reference like 'HM-1390-%'"))


ADDRESSES = (
    "",
    "?state=all",
    "?state=withdrawn",
    "?overdue=1",
    "?kind=asking",
    "?text=رضایی",
    "?text=HM-1390",
)


@pytest.mark.parametrize("query", ADDRESSES)
@pytest.mark.parametrize("who", ["everybody", "limited"])
def test_query_counts(site: Flask, crowd: Crowd, who: str, query: str) -> None:
    client = client_of(site, getattr(crowd, who).token)
    with site.app_context():
        engine = db.engine
    with count_queries(engine) as statements:
        answer = client.get(f"/m/{crowd.province.karaj.code}/inbox/{query}")
    assert answer.status_code == 200
    assert len(re.findall("<th scope=.row.>", answer.text)) >= 40
    assert len(statements) <= MOST_QUERIES, statements


def all_references(client: FlaskClient, address: str, pages: int) -> list[str]:
    found = []
    for _number in range(pages):
        text_ = client.get(address).text
        found += re.findall(r'<bdi dir="ltr">(HM-\d{4}-\d{5,})</bdi>', text_)
        following = re.search(r'rel="next" href="([^"]+)"', text_)
        if following is None:
            break
        address = following[1].replace("&amp;", "&")
    return found


@pytest.mark.parametrize("state", ["", "all"])
def test_pages_follow_without_gap_or_repetition(site: Flask, crowd: Crowd, state: str) -> None:
    client = client_of(site, crowd.everybody.token)
    address = f"/m/{crowd.province.karaj.code}/inbox/?state={state}"
    found = all_references(client, address, 4)
    assert len(found) == len(set(found)) == min(200, crowd.size // (2 if state == "" else 1) + 1)


def explained(uow: UnitOfWork, statement: Select[*tuple[Any, ...]]) -> str:
    """Return PostgreSQL's plan of a statement."""
    options = {"render_postcompile": True}
    compiled = statement.compile(dialect=dialect(), compile_kwargs=options)
    connection = uow.session.connection()
    rows = connection.exec_driver_sql(f"explain {compiled}", dict(compiled.params))
    return "\n".join(row[0] for row in rows)


def test_a_page_is_read_along_the_index(crowd: Crowd) -> None:
    """Nothing is sorted: the deadline's index is read until the page is full."""
    place = crowd.province.karaj
    grant = Grant(place.id, None, frozenset({"asking.review"}))
    viewer = Viewer(account_id=crowd.everybody.account_id, grants=(grant,))
    with crowd.province.unit(place) as uow:
        assert count(uow, viewer, place.id, Filters()) == crowd.size // 2 + 1
        where = conditions(uow, viewer, place.id, Filters())
        statement = select(*COLUMNS).where(where).order_by(DUE, Request.id).limit(51)
        plan = explained(uow, statement)
    if crowd.size > 10_000:
        assert "Index Scan using ix_request_due" in plan, plan
        assert "Sort" not in plan, plan


def test_objections_are_found_along_the_index(crowd: Crowd) -> None:
    """Also by the foreign key, which asks for the withdrawn ones too when a request goes."""
    place = crowd.province.karaj
    with crowd.province.unit(place) as uow:
        statement = select(Request.id).where(
            Request.municipality_id == place.id, Request.objects_to_id == place.id
        )
        plan = explained(uow, statement)
    assert "ix_request_objects_to" in plan, plan
