"""Imports and people who are known already: their contacts, other employers, their accounts."""

from __future__ import annotations

from office import Office, table
from sqlalchemy import insert

from core.accounts.models import Account


def test_contacts_are_filled_but_never_replaced(office: Office) -> None:
    office.bring_in(table([office.person(1, mobile="09120000001"), office.person(2)]))
    run = office.bring_in(
        table(
            [
                office.person(1, mobile="09120000009", base_salary="1"),
                office.person(2, mobile="09120000002"),
            ]
        )
    )
    assert (run.result["changed"], run.result["kept"]) == (2, 1)
    assert office.facts("P1").mobile == "09120000001"
    assert office.facts("P2").mobile == "09120000002"


def test_contacts_of_an_account_in_use_are_its_owners(office: Office) -> None:
    """Who could enter an address could take the account over by it."""
    office.bring_in(table([office.person(1)]))
    person = office.facts("P1").person_id
    with office.province.owner.begin() as connection:
        connection.execute(
            insert(Account).values(
                person_id=person,
                username=f"import-{person}",
                display_name="x",
                password="a hash",
                fs_uniquifier=str(person),
            )
        )
    run = office.check(table([office.person(1, email="officer@example.ir")]))
    assert (run.checked["same"], run.checked["kept"]) == (1, 1)
    office.bring_in(table([office.person(1, email="officer@example.ir", base_salary="1")]))
    assert (office.facts("P1").email, office.facts("P1").monthly_base) == ("", 1)


def test_contacts_are_filled_by_the_first_employer_only(office: Office) -> None:
    first = Office(office.province, office.province.fardis, office.folder)
    row = first.person(1)
    first.bring_in(table([row]))
    office.bring_in(table([row]))
    run = office.check(table([first.person(1, email="second@example.ir")]))
    assert (run.checked["same"], run.checked["kept"]) == (1, 1)
    office.bring_in(table([first.person(1, email="second@example.ir", base_salary="1")]))
    assert (office.facts("P1").email, office.facts("P1").monthly_base) == ("", 1)


def test_people_of_other_employers_are_linked(office: Office) -> None:
    there = Office(office.province, office.province.fardis, office.folder)
    row = office.person(1)
    there.bring_in(table([row]))
    known = there.facts("P1")
    run = office.bring_in(table([{**row, "نام": "مریم السادات"}]))
    assert run.result["new"] == 1
    here = office.facts("P1")
    assert here.person_id == known.person_id
    assert (here.given_name, here.name_key) == (known.given_name, known.name_key)
    told = office.sql(
        "select count(*) from message where municipality_id = :place and person_id = :person"
        " and topic = 'accounts.security'",
        place=office.town.id,
        person=here.person_id,
    )
    assert told == [(1,)]
