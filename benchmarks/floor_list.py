"""The floor of `benchmarks.list_page`: one view by hand, and the rows that both lists show."""

from __future__ import annotations

import os
from datetime import date
from typing import Any
from uuid import UUID

from flask import Flask, render_template_string
from sqlalchemy import Engine, Select, and_, create_engine, exists, func, or_, select, text

from core.accounts.models import Account
from core.database.scope import Scope
from core.database.urls import sqlalchemy_url
from core.localization.clock import today
from core.people.models import Assignment, Employment, OrgUnit, Person, Post

PAGE = """<!doctype html><html lang="fa" dir="rtl"><title>کارکنان</title><table>
{% for r in rows %}<tr>
<th scope="row"><a href="/people/{{ r.id }}">{{ r.family_name }}، {{ r.given_name }}</a></th>
<td>{{ r.personnel_number }}</td><td>{{ r.kind }}</td><td>{{ r.unit or "—" }}</td>
<td>{{ r.post or "—" }}</td><td>{{ r.starts_on }}</td><td>{{ r.has_account }}</td></tr>
{% endfor %}</table></html>"""
SET = text(
    "select set_config('hamyar.municipalities', :municipalities, true),"
    " set_config('hamyar.person', :person, true), set_config('hamyar.today', :today, true)"
)


def application() -> Flask:
    """Return the app; the database and the municipality come from the environment."""
    app = Flask("floor")
    engine = create_engine(sqlalchemy_url(os.environ["HAMYAR_DATABASE_URL"]))
    place = UUID(os.environ["FLOOR_PLACE"])

    @app.get("/")
    def page() -> str:
        day = today()
        with engine.connect() as connection:
            connection.execute(SET, Scope.of(place).settings(day))
            rows = connection.execute(_query(place, day)).all()
        return render_template_string(PAGE, rows=rows)

    return app


def _query(place: UUID, day: date) -> Select[*tuple[Any, ...]]:
    """Return the statement of our list, as one writes it in a view: the tables themselves."""
    e, p, a = (table.__table__.c for table in (Employment, Person, Assignment))
    unit, post, account = (table.__table__.c for table in (OrgUnit, Post, Account))
    nearest = func.greatest(e.starts_on, func.least(day, func.coalesce(e.ends_on - 1, day)))
    seen = e.snapshot
    assigned = and_(
        a.municipality_id == e.municipality_id,
        a.employment_id == e.id,
        a.is_primary,
        a.starts_on <= nearest,
        or_(a.ends_on.is_(None), a.ends_on > nearest),
    )
    return (
        select(
            e.id,
            e.sort_key,
            e.personnel_number,
            e.kind,
            e.starts_on,
            e.ends_on,
            func.coalesce(p.given_name, seen["given_name"].astext, "").label("given_name"),
            func.coalesce(p.family_name, seen["family_name"].astext, "").label("family_name"),
            unit.name.label("unit"),
            post.title.label("post"),
            exists().where(account.person_id == e.person_id).label("has_account"),
        )
        .select_from(Employment.__table__)
        .outerjoin(Person.__table__, p.id == e.person_id)
        .outerjoin(Assignment.__table__, assigned)
        .outerjoin(
            OrgUnit.__table__,
            and_(unit.municipality_id == a.municipality_id, unit.id == a.unit_id),
        )
        .outerjoin(
            Post.__table__, and_(post.municipality_id == a.municipality_id, post.id == a.post_id)
        )
        .where(
            e.municipality_id == place,
            e.starts_on <= day,
            or_(e.ends_on.is_(None), e.ends_on > day),
        )
        .order_by(e.sort_key, e.id)
        .limit(51)
    )


def fill(owner: Engine, engine: Engine, place: UUID, count: int) -> None:
    """Employ ``count`` invented people in a municipality, as its owner role."""
    people = (
        "insert into person (id, national_id, given_name, family_name, family_key, name_key,"
        " sort_key) select gen_random_uuid(), '1' || lpad(n::text, 9, '0'), 'مریم', 'نام ' || n,"
        " 'نام' || n, 'نام' || n, 'نام ' || lpad(n::text, 8, '0') from generate_series(1, :n) n"
        " returning id"
    )
    employments = (
        "insert into employment (municipality_id, id, person_id, personnel_number, kind,"
        " starts_on, name_key, given_key, sort_key) select :place, gen_random_uuid(), id,"
        " national_id, 'official', '2015-03-21', name_key, name_key, sort_key from person"
        " where national_id like '1%'"
    )
    with owner.begin() as connection:
        connection.execute(text(people), {"n": count})
        connection.execute(text(employments), {"place": place})
        connection.execute(text("analyze"))
    engine.dispose()
