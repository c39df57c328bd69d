"""Several live codes, and how many wrong ones a day: exact, told clearly, with a way in left."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from core.accounts import activation
from core.accounts.policies import MOST_LIVE, is_message_code
from core.database.scope import EMPTY
from core.database.unit_of_work import open_unit
from core.errors import Invalid
from core.localization import clock
from core.localization.digits import to_latin
from core.testing.app import client_of
from core.testing.factories import Province
from tests.core.accounts.conftest import NEW_PASSWORD, Desk, Known
from tests.core.accounts.test_activation import ask, choose, slip_for

MISSED = "امروز سه بار کد نادرست"
CODES = (
    "select count(*) from one_time_code"
    " where account_id = :id and used_at is null and expires_at > now()"
)


def other_than(code: str) -> str:
    return f"{(int(to_latin(code)) + 1) % 10**8:08d}"


def live(desk: Desk, known: Known) -> int:
    return int(str(desk.value(CODES, id=known.account_id)))


@pytest.mark.parametrize(
    ("code", "by_message"),
    [("01234567", True), ("1234567", False), ("ABCD23456789", False), ("ABCDEFGH", False)],
)
def test_a_code_by_message_is_told_by_its_shape(code: str, by_message: bool) -> None:
    assert is_message_code(code) is by_message


def test_a_stranger_who_asks_takes_no_code_away(
    app: Flask, client: FlaskClient, employee: Known, desk: Desk
) -> None:
    ask(client, employee.national_id, "forgot")
    code = desk.last_code(employee.email)
    stranger = client_of(app, None)
    for _each in range(MOST_LIVE + 1):
        ask(stranger, employee.national_id, "forgot")
    assert live(desk, employee) == MOST_LIVE
    assert choose(client, code, "forgot").status_code == 303
    assert live(desk, employee) == 0, "using one ends all"


def test_each_code_lives_until_its_own_end(
    client: FlaskClient, employee: Known, desk: Desk
) -> None:
    with clock.frozen(clock.now()) as begin:
        ask(client, employee.national_id, "forgot")
        first = desk.last_code(employee.email)
        with clock.frozen(begin + timedelta(minutes=6)):
            ask(client, employee.national_id, "forgot")
            second = desk.last_code(employee.email)
        with clock.frozen(begin + timedelta(minutes=11)):
            assert choose(client, first, "forgot").status_code == 422
            assert choose(client, second, "forgot").status_code == 303


def test_many_who_ask_at_once_get_no_more_codes(
    app: Flask, engine: Engine, employee: Known, desk: Desk
) -> None:
    barrier = threading.Barrier(activation.CODES_PER_PAIR.most)

    def run() -> None:
        with app.app_context(), open_unit(EMPTY, engine=engine) as uow:
            barrier.wait()
            activation.send_code(uow, employee.national_id, "")

    in_parallel(activation.CODES_PER_PAIR.most, run)
    assert live(desk, employee) == MOST_LIVE


def test_three_misses_a_day_then_only_a_slip(
    app: Flask, client: FlaskClient, employee: Known, desk: Desk
) -> None:
    with clock.frozen(clock.now()) as now:
        ask(client, employee.national_id, "forgot")
        code = desk.last_code(employee.email)
        for _each in range(activation.MISSES.most):
            answer = choose(client, other_than(code), "forgot")
            assert answer.status_code == 422
            assert "کد نادرست است" in answer.text
        refused = choose(client, code, "forgot")
        assert refused.status_code == 422
        assert MISSED in refused.text
        with clock.frozen(now + timedelta(days=1, minutes=1)):
            tomorrow = client_of(app, None)
            ask(tomorrow, employee.national_id, "forgot")
            code = desk.last_code(employee.email)
            assert choose(tomorrow, other_than(code), "forgot").status_code == 422
        slip = slip_for(app, employee.account_id)
        assert choose(client, slip, "forgot").status_code == 303


def test_misses_count_under_every_name_and_from_everywhere(
    app: Flask, client: FlaskClient, employee: Known, province: Province, desk: Desk
) -> None:
    ask(client, employee.national_id, "forgot")
    wrong = other_than(desk.last_code(employee.email))
    for _each in range(activation.MISSES.most):
        choose(client, wrong, "forgot")
    other = client_of(app, None)
    ask(other, employee.personnel_number, "forgot", municipality=province.karaj.code)
    assert MISSED in choose(other, wrong, "forgot").text


def test_wrong_slips_and_weak_passwords_are_no_misses(
    client: FlaskClient, employee: Known, desk: Desk
) -> None:
    ask(client, employee.national_id, "forgot")
    code = desk.last_code(employee.email)
    for _each in range(activation.MISSES.most + 1):
        assert choose(client, "ABCD-EFGH-2345", "forgot").status_code == 422
        weak = f"my id {employee.national_id}"
        assert choose(client, code, "forgot", password=weak).status_code == 422
    assert choose(client, code, "forgot").status_code == 303


def test_an_unknown_name_is_stopped_in_the_same_way(app: Flask, province: Province) -> None:
    for count in range(activation.MISSES.most + 2):
        client = client_of(app, None)
        ask(client, "0499370899", municipality=province.karaj.code if count % 2 else "")
        page = choose(client, "12345678").text
        assert (MISSED in page) is (count >= activation.MISSES.most)


def test_parallel_guesses_are_counted_exactly(
    app: Flask, engine: Engine, employee: Known, client: FlaskClient, desk: Desk
) -> None:
    ask(client, employee.national_id, "forgot")
    wrong = other_than(desk.last_code(employee.email))
    barrier, outcomes = threading.Barrier(16), []

    def guess() -> None:
        with app.app_context(), open_unit(EMPTY, engine=engine) as uow:
            barrier.wait()
            try:
                activation.choose_password(uow, UUID(str(employee.account_id)), wrong, NEW_PASSWORD)
            except Invalid as refusal:
                outcomes.append(refusal.code)

    in_parallel(16, guess)
    assert sorted(outcomes) == ["code"] * activation.MISSES.most + ["misses"] * 13


def in_parallel(many: int, run: object) -> None:
    threads = [threading.Thread(target=run) for _each in range(many)]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
