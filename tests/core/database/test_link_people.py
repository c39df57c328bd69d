"""`link_people`, the only door to people whom a municipality does not employ."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.database.keys import new_id
from core.testing.factories import Province, reserve_numbers, valid_national_id

CALL = text(
    "select ordinal, person_id, outcome from link_people(:place, cast(:people as jsonb))"
    " order by ordinal"
)
LIMIT = 200


def identity(national_id: str | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "national_id": national_id or valid_national_id(reserve_numbers()),
        "given_name": "رضا", "family_name": "کریمی", "birth_date": "1980-01-01",
        "family_key": "کریمی", "name_key": "کریمیرضا", "sort_key": "کریمی رضا",
        **changes,
    }  # fmt: skip


def link(province: Province, place: UUID, *people: dict[str, Any], scope: Any = None) -> list[Any]:
    numbered = [{"ordinal": n, **one} for n, one in enumerate(people)]
    with province.unit(*(scope or [province.karaj, province.fardis])) as uow:
        return list(uow.session.execute(CALL, {"place": place, "people": json.dumps(numbered)}))


def misses(province: Province, place: UUID) -> int:
    query = text("select count(*) from person_link_miss where municipality_id = :place")
    with province.owner.connect() as connection:
        return int(connection.execute(query, {"place": place}).scalar_one())


def test_a_new_person_is_created_and_then_found_elsewhere(province: Province) -> None:
    person = identity()
    [made] = link(province, province.karaj.id, person)
    assert (str(made.person_id), made.outcome) == (person["id"], "created")
    again = identity(person["national_id"])
    [found] = link(province, province.fardis.id, again)
    assert (found.person_id, found.outcome) == (made.person_id, "linked")


def test_the_employer_knows_his_own(province: Province) -> None:
    person = identity()
    [made] = link(province, province.karaj.id, person)
    with province.unit(province.karaj) as uow:
        uow.session.execute(
            text(
                "insert into employment (municipality_id, id, person_id, personnel_number, kind,"
                " starts_on, name_key, given_key, sort_key) values (:place, gen_random_uuid(),"
                " :person, 'k', 'official', '2020-01-01', '', '', '')"
            ),
            {"place": province.karaj.id, "person": made.person_id},
        )
    changed = identity(person["national_id"], family_key="other", birth_date="1999-01-01")
    [found] = link(province, province.karaj.id, changed)
    assert (found.person_id, found.outcome) == (made.person_id, "known")


@pytest.mark.parametrize(
    "wrong", [{"family_key": "رضایی"}, {"birth_date": "1980-01-02"}, {"birth_date": None}]
)
def test_all_three_must_agree(province: Province, wrong: dict[str, Any]) -> None:
    person = identity()
    link(province, province.karaj.id, person)
    [found] = link(province, province.fardis.id, identity(person["national_id"], **wrong))
    assert (found.person_id, found.outcome) == (None, "mismatch")
    assert misses(province, province.fardis.id) == 1


def test_a_batch_is_answered_row_by_row(province: Province) -> None:
    known = identity()
    link(province, province.karaj.id, known)
    new, wrong = identity(), identity(known["national_id"], family_key="نه")
    found = link(province, province.fardis.id, new, wrong, identity(known["national_id"]))
    assert [row.outcome for row in found] == ["created", "mismatch", "linked"]


def test_only_for_a_municipality_of_the_scope(province: Province) -> None:
    with pytest.raises(DBAPIError, match="outside the scope"):
        link(province, province.karaj.id, identity(), scope=[province.fardis])


def test_a_guesser_is_stopped(province: Province) -> None:
    person = identity()
    link(province, province.karaj.id, person)
    right = identity(person["national_id"])
    with province.owner.begin() as connection:
        insert = (
            "insert into person_link_miss (municipality_id)"
            " select :place from generate_series(1, :n)"
        )
        connection.execute(text(insert), {"place": province.fardis.id, "n": LIMIT})
    with pytest.raises(DBAPIError, match="too many people did not match") as caught:
        link(province, province.fardis.id, right)
    assert getattr(caught.value.orig, "sqlstate", "") == "54000"
    with province.owner.begin() as connection:
        update = (
            "update person_link_miss set at = at - interval '61 minutes' where municipality_id = :p"
        )
        connection.execute(text(update), {"p": province.fardis.id})
    assert link(province, province.fardis.id, right)[0].outcome == "linked"


def test_one_large_call_is_no_way_around(province: Province) -> None:
    people = [identity() for _n in range(LIMIT + 1)]
    link(province, province.karaj.id, *people)
    guesses = [identity(one["national_id"], birth_date="1980-01-02") for one in people]
    right = identity(people[0]["national_id"])
    with pytest.raises(DBAPIError, match="too many people did not match"):
        link(province, province.fardis.id, right, *guesses)
    assert len(link(province, province.fardis.id, *guesses[:LIMIT])) == LIMIT


def test_a_mismatch_allows_no_employment(province: Province) -> None:
    person = identity()
    [made] = link(province, province.karaj.id, person)
    link(province, province.fardis.id, identity(person["national_id"], family_key="نه"))
    query = text("select count(*) from person_link where person_id = :person")
    with province.owner.connect() as connection:
        assert connection.execute(query, {"person": made.person_id}).scalar_one() == 1


def test_two_at_once_make_one_person(province: Province) -> None:
    from concurrent.futures import ThreadPoolExecutor

    national_id = valid_national_id(reserve_numbers())
    places = [province.karaj.id, province.fardis.id] * 8
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda place: link(province, place, identity(national_id)), places))
    outcomes = [rows[0].outcome for rows in found]
    assert outcomes.count("created") == 1
    assert len({rows[0].person_id for rows in found}) == 1
