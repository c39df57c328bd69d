"""Yes, invited, closed or none: the same in the list, its filter, the page and the slips."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from core.accounts import queries as accounts
from core.accounts.states import WORDS, State
from core.localization import use_locale
from core.people import queries
from core.people.queries import Filters
from core.people.record import record_of
from core.testing.app import client_of
from core.testing.factories import Employee, Province
from tests.core.people.support import people_url


@pytest.fixture
def staff(province: Province) -> dict[State, Employee]:
    """One employee in each state."""
    made = {
        state: province.employee(province.karaj, family=state, account=state != State.NONE)
        for state in State
    }
    with province.owner.begin() as connection:
        for state, change in ((State.ACTIVE, "password = 'x'"), (State.CLOSED, "active = false")):
            connection.execute(
                text(f"update account set {change} where id = :id"),
                {"id": made[state].account_id},
            )
    return made


@pytest.mark.parametrize("state", State)
def test_each_state_is_told_apart(
    province: Province, staff: dict[State, Employee], state: State
) -> None:
    with province.unit(province.karaj) as uow:
        listed = queries.page(uow, province.karaj.id, Filters(), {}, None).items
        assert {row.id: row.account for row in listed}[staff[state].employment_id] == state
        filtered = queries.page(uow, province.karaj.id, Filters(account=state), {}, None).items
        assert [row.id for row in filtered] == [staff[state].employment_id]
        record = record_of(uow, province.karaj.id, staff[state].employment_id)
        assert record is not None
        assert record.account == state


def test_slips_are_for_those_who_cannot_sign_in_yet(
    province: Province, staff: dict[State, Employee]
) -> None:
    with province.unit(province.karaj) as uow:
        found = set(accounts.ids_without_access(uow, province.karaj.id, Filters(), {}))
    assert found == {staff[state].employment_id for state in (State.NONE, State.PENDING)}


def test_the_pages_say_it_in_the_same_words(
    app: Flask, province: Province, staff: dict[State, Employee]
) -> None:
    officer = client_of(app, province.officer(province.karaj).token)
    page = officer.get(people_url(province)).text
    for state, person in staff.items():
        with use_locale("fa"):
            words = str(WORDS[state])
        assert f">{words}</td>" in page
        own = officer.get(people_url(province, f"{person.employment_id}/")).text
        assert words in own
        assert ("accounts/slips/?q=" in own) is (state in (State.NONE, State.PENDING))
