"""Importing 100,000 employees from a CSV file, against a script written by hand for this file.

The floor reads the file with ``csv``, believes it, makes the keys that the tables need, copies the
values into a temporary table and runs INSERT … SELECT into the same tables, as the owner, whom no
policy holds. Ours reads it in a limited process, checks and compares each row (the dry run), then
writes them, noting each chunk and what undo needs. The second figure is the writing alone against
the INSERT … SELECT alone. Wall time, as most of the work is PostgreSQL's; both take turns on fresh
municipalities.

    python -m benchmarks.import_employees [ROWS]
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from core.database.extension import db
from core.database.keys import new_id
from core.database.scope import Scope
from core.database.unit_of_work import Actor, open_unit
from core.database.urls import DatabaseUrls, sqlalchemy_url
from core.imports import services
from core.imports.employees_fields import FIELDS, KIND
from core.imports.mapping import ColumnMapping, guess
from core.imports.running import Runner
from core.localization.text import search_key, sort_key
from core.models import import_all
from core.municipalities.models import Municipality
from core.municipalities.place import Place
from core.people.names import NameKeys
from core.plugin_host.host import PluginHost
from core.testing.factories import make_province, valid_national_id
from core.testing.postgres import clone_database

ROWS = 100_000
ROUNDS = 2
TARGET = 2.0
GIVEN = ("علی", "مریم", "زهرا", "حسین", "رضا", "فاطمه", "محمد", "امیرحسین", "نرگس", "پریسا")
FAMILY = ("محمدی", "رضایی", "احمدی", "کریمی", "موسوی", "حسینی", "اکبری", "نوری", "میرزایی")
HEADER = (
    "کد ملی", "شماره پرسنلی", "نام", "نام خانوادگی", "نام پدر", "تاریخ تولد", "جنسیت",
    "نوع استخدام", "تاریخ استخدام", "کد واحد", "واحد", "پست", "موبایل", "حقوق",
)  # fmt: skip
COLUMNS = (
    "person uuid, employment uuid, assignment uuid, salary uuid, national_id text, given text,"
    " family text, father text, birth date, sex text, mobile text, family_key text, name_key text,"
    " given_key text, sort_key text, number text, kind text, starts date, code text, unit text,"
    " unit_key text, unit_sort text, title text, title_key text, amount bigint"
)
FLOOR = (
    "insert into org_unit (municipality_id, id, code, name, name_key, sort_key, starts_on)"
    " select %(m)s, gen_random_uuid(), code, min(unit), min(unit_key), min(unit_sort), min(starts)"
    " from ready group by code",
    "insert into post (municipality_id, id, title, title_key)"
    " select %(m)s, gen_random_uuid(), min(title), title_key from ready group by title_key",
    "insert into person (id, national_id, given_name, family_name, father_name, birth_date, sex,"
    " mobile, family_key, name_key, sort_key) select person, national_id, given, family, father,"
    " birth, sex, mobile, family_key, name_key, sort_key from ready",
    "insert into person_link (municipality_id, person_id) select %(m)s, person from ready",
    "insert into employment (municipality_id, id, person_id, personnel_number, kind, starts_on,"
    " name_key, given_key, sort_key) select %(m)s, employment, person, number, kind, starts,"
    " name_key, given_key, sort_key from ready",
    "insert into assignment (municipality_id, id, employment_id, unit_id, post_id, starts_on)"
    " select %(m)s, r.assignment, r.employment, u.id, p.id, r.starts from ready r"
    " join org_unit u on u.municipality_id = %(m)s and u.code = r.code"
    " join post p on p.municipality_id = %(m)s and p.title_key = r.title_key",
    "insert into salary_fact (municipality_id, id, employment_id, starts_on, monthly_base,"
    " countable) select %(m)s, salary, employment, starts, amount, amount from ready",
)


class Invented(NamedTuple):
    """One employee, as plain values."""

    national_id: str
    number: str
    given: str
    family: str
    father: str
    birth: date
    sex: str
    starts: date
    code: str
    unit: str
    title: str
    mobile: str
    amount: int


class Spent(NamedTuple):
    """Seconds of one import: before anything is written, and writing."""

    reading: float
    writing: float


def main() -> float:
    """Measure, print and return ours as a multiple of the floor."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    urls = clone_database()
    owner, engine = (create_engine(sqlalchemy_url(u or "")) for u in (urls.owner, urls.app))
    floors, ours = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "staff.csv"
        for turn in range(ROUNDS):
            _file(path, _staff(rows, 2 * turn))
            floors.append(_floor(urls, make_province(owner, engine).karaj, path))
            _file(path, _staff(rows, 2 * turn + 1))
            ours.append(_ours(urls, make_province(owner, engine).karaj, path))
    _check(owner, rows * ROUNDS * 2)
    whole, floor = min(map(sum, ours)), min(map(sum, floors))
    writing, inserting = min(s.writing for s in ours), min(s.writing for s in floors)
    _say(f"import of {rows:,} employees", whole, floor)
    _say("  writing alone", writing, inserting)
    owner.dispose()
    engine.dispose()
    return whole / floor


def _say(what: str, ours: float, floor: float) -> None:
    verdict = "ok" if ours <= TARGET * floor else "ABOVE TARGET"
    print(
        f"{what}: {ours / floor:.2f} × the floor (target ≤ {TARGET:g};"
        f" {ours:.1f} s against {floor:.1f} s) {verdict}"
    )


def _staff(rows: int, turn: int) -> Iterator[Invented]:
    """Invent employees; those of every turn are others."""
    for n in range(rows):
        yield Invented(
            valid_national_id(turn * rows + n),
            f"P{n}",
            f"{GIVEN[n % len(GIVEN)]}",
            f"{FAMILY[n % len(FAMILY)]} {GIVEN[n // 7 % len(GIVEN)]}زاده",
            GIVEN[n // 3 % len(GIVEN)],
            date(1960 + n % 25, 1 + n % 12, 1 + n % 28),
            ("female", "male")[n % 2],
            date(2001 + n % 20, 1 + n % 12, 1 + n % 28),
            f"U{n % 700}",
            f"واحد شماره {n % 700}",
            f"کارشناس {n % 1000}",
            f"0912{n % 10**7:07}",
            120_000_000 + n,
        )


def _floor(urls: DatabaseUrls, place: Municipality, path: Path) -> Spent:
    with psycopg.connect(urls.owner or "") as connection:
        began = time.perf_counter()
        connection.execute(f"create temporary table ready ({COLUMNS}) on commit drop".encode())
        with connection.cursor().copy("copy ready from stdin") as copy:
            for row in _by_hand(path):
                copy.write_row(row)
        connection.execute("analyze ready")
        read = time.perf_counter()
        for statement in FLOOR:
            connection.execute(statement.encode(), {"m": place.id})
        connection.commit()
        return Spent(read - began, time.perf_counter() - read)


def _by_hand(path: Path) -> Iterator[tuple[Any, ...]]:
    """Read the file as a script for this one file would: columns by place, nothing checked."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for (national_id, number, given, family, father, birth, sex, _kind, starts, code, unit,
             title, mobile, amount) in rows:  # fmt: skip
            keys = NameKeys.of(given, family)
            yield (
                new_id(), new_id(), new_id(), new_id(), national_id, given, family, father, birth,
                sex, mobile, keys.family_key, keys.name_key, keys.given_key, keys.sort_key, number,
                "contract", starts, code, unit, search_key(unit), sort_key(unit), title,
                search_key(title), int(amount),
            )  # fmt: skip


def _ours(urls: DatabaseUrls, row: Municipality, path: Path) -> Spent:
    import_all()
    place = Place(row.id, row.code, row.kind, row.organisation_id, row.name_fa, row.name_en)
    app = Flask("benchmark")
    app.config["SQLALCHEMY_DATABASE_URI"] = sqlalchemy_url(urls.app)
    db.init_app(app)
    with app.app_context():
        spent = _import(place, path)
        db.engine.dispose()
    return spent


def _file(path: Path, staff: Iterator[Invented]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for one in staff:
            writer.writerow(
                (one.national_id, one.number, one.given, one.family, one.father, one.birth,
                 one.sex, "پیمانی", one.starts, one.code, one.unit, one.title, one.mobile,
                 one.amount)
            )  # fmt: skip


def _import(place: Place, path: Path) -> Spent:
    actor, scope = Actor("benchmark"), Scope.of(place.id)
    hooks = PluginHost(bundled=(), entry_points=()).hooks
    runner = Runner(place, hooks, actor, _Nobody())
    began = time.perf_counter()
    with open_unit(scope, actor) as uow:
        run = services.upload(uow, place, name=path.name, path=path)
        mapping = ColumnMapping(KIND, guess(run.header, FIELDS).columns)
        services.map_columns(uow, place, run.id, mapping)
    runner.check(run.id)
    read = time.perf_counter()
    with open_unit(scope, actor) as uow:
        services.confirm(uow, place, run.id)
    runner.apply(run.id)
    return Spent(read - began, time.perf_counter() - read)


def _check(owner: Engine, rows: int) -> None:
    with owner.connect() as connection:
        found = connection.execute(text("select count(*) from assignment")).scalar_one()
    if found != rows:
        raise RuntimeError(f"{found} of {rows} employees went in")


class _Nobody:
    """A watcher who doesn't."""

    def advance(self, done: int, errors: int = 0, *, total: int | None = None) -> None:
        """Take no note."""

    def is_cancelled(self) -> bool:
        """Go on."""
        return False


if __name__ == "__main__":
    main()
