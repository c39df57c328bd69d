"""The demonstration: believable, repeatable, open to those it names, kept by a second run."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from core.database.scope import EMPTY, Scope
from core.database.unit_of_work import open_unit
from core.demo.accounts import ACCOUNTS, PASSWORD
from core.demo.filling import fill
from core.demo.province import SERVICES, STAFF, Size, staff_by_city
from core.demo.scenes import test_sheba as a_sheba
from core.demo.staff import Recruiter
from core.demo.structure import units
from core.localization import identifiers
from core.testing.app import post

DAY = date(2026, 11, 23)


def _rows(app: Flask, sql: str) -> list[Any]:
    """Return what a statement finds when it may see the whole province."""
    with app.app_context():
        with open_unit(EMPTY, read_only=True) as uow:
            ids = uow.session.scalars(text("select id from municipality")).all()
        with open_unit(Scope.of(*ids), read_only=True) as uow:
            return [tuple(row) for row in uow.session.execute(text(sql))]


def _count(app: Flask, table: str, where: str = "true") -> int:
    return int(_rows(app, f"select count(*) from {table} where {where}")[0][0])


@pytest.mark.parametrize("size", Size)
def test_every_size_has_its_staff_in_all_cities(size: Size) -> None:
    counts = staff_by_city(size)
    assert len(counts) == 17
    assert sum(counts.values()) == STAFF[size]
    assert min(counts.values()) >= 8
    assert counts["karaj"] == max(counts.values())


def test_invented_staff_pass_the_checks_of_real_ones() -> None:
    workers = list(Recruiter(Random(3), DAY).hire(400, units(400), "01"))
    numbers = [w.national_id for w in workers]
    numbers += [relative.national_id for w in workers for relative in w.relatives]
    assert len(set(numbers)) == len(numbers)
    assert all(identifiers.national_id(n) == n and n[0] == "9" for n in numbers)
    assert len({w.personnel_number for w in workers}) == len(workers)
    assert all(identifiers.mobile(w.mobile) for w in workers)
    for worker in workers:
        assert 18 <= (worker.starts_on - worker.birth_date).days / 365.25 <= 37
        assert worker.starts_on <= DAY
        assert all(r.birth_date <= DAY for r in worker.relatives)


def test_the_same_seed_invents_the_same_people() -> None:
    def names(seed: int) -> list[Any]:
        return list(Recruiter(Random(seed), DAY).hire(50, units(50), "01"))

    assert names(5) == names(5)
    assert names(5) != names(6)


@pytest.mark.parametrize("account", [0, 1, 10**18, 10**19 - 1])
def test_invented_accounts_of_banks_are_formally_right(account: int) -> None:
    assert identifiers.sheba(a_sheba(account))


def test_the_province_is_filled(demo: Flask) -> None:
    assert _count(demo, "municipality") == 18
    assert _count(demo, "employment") == STAFF[Size.SMALL]
    assert _count(demo, "assignment") == STAFF[Size.SMALL]
    assert _count(demo, "salary_fact") == STAFF[Size.SMALL]
    assert _count(demo, "person", "not test_identity") == 0
    assert _count(demo, "municipality", "hr_name <> ''") == 3
    on = _rows(
        demo,
        "select m.code, a.state from service_activation a join municipality m"
        " on m.id = a.municipality_id where a.service = 'training'",
    )
    assert dict(on) == {code: state.value for code, state in SERVICES.items()}


def test_requests_are_in_many_states(demo: Flask) -> None:
    states = Counter(state for (state,) in _rows(demo, "select state from request"))
    assert {"submitted", "in_review", "applied", "rejected", "withdrawn", "returned"} <= set(states)
    assert _count(demo, "request", "submitted_at < now() - interval '300 days'") == 0
    early = "select min(submitted_at)::date, max(submitted_at)::date from request"
    first, last = _rows(demo, early)[0]
    assert first < last <= DAY


def test_it_is_the_same_again(demo: Flask, again: Flask) -> None:
    facts = (
        "select p.national_id, p.given_name, p.family_name, p.birth_date, e.personnel_number,"
        " e.kind, u.name from person p join employment e on e.person_id = p.id"
        " join assignment a on a.employment_id = e.id join org_unit u on u.id = a.unit_id"
        " order by p.national_id"
    )
    assert _rows(demo, facts) == _rows(again, facts)
    requests = "select type, state, person_name, submitted_at from request order by 4, 3, 1, 2"
    assert _rows(demo, requests) == _rows(again, requests)


def test_a_second_run_keeps_what_is_there(demo: Flask) -> None:
    before = _count(demo, "employment"), _count(demo, "audit_entry")
    assert not fill(demo, Size.SMALL, 99)
    assert (_count(demo, "employment"), _count(demo, "audit_entry")) == before


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda a: a.username)
def test_the_accounts_that_are_printed_open(demo: Flask, account: Any) -> None:
    client = demo.test_client()
    answer = post(client, "/sign-in", {"name": account.username, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    home = client.get("/")
    if account.city:
        assert account.who.family_name in home.text
    else:
        assert home.location == f"/m/{account.office}/desk/"
    if account.office:
        assert client.get(f"/m/{account.office}/desk/").status_code == 200
