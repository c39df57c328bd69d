"""The floor of `benchmarks.list_page`: one view by hand, and the rows that both lists show."""

from __future__ import annotations

import os
from uuid import UUID

from flask import Flask, render_template_string
from sqlalchemy import Engine, create_engine, text

from core.database.scope import Scope
from core.database.urls import sqlalchemy_url
from core.localization.clock import today
from core.people.models import Employment
from core.people.queries import listing

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
        query = (
            listing(day)
            .where(Employment.municipality_id == place, Employment.starts_on <= day)
            .order_by(Employment.sort_key, Employment.id)
            .limit(51)
        )
        with engine.connect() as connection:
            connection.execute(SET, Scope.of(place).settings(day))
            rows = connection.execute(query).all()
        return render_template_string(PAGE, rows=rows)

    return app


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
