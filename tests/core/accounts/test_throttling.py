"""Limits: exact under threads, over by themselves, and no way to keep somebody out."""

from __future__ import annotations

import statistics
import threading
import time
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.accounts import throttling
from core.accounts.signing_in import PER_ACCOUNT, PER_ADDRESS, PER_PAIR
from core.accounts.throttling import HOUR, QUARTER, Limit, Try
from core.database.scope import EMPTY
from core.database.unit_of_work import open_unit
from core.errors import TooMany
from core.localization import clock
from core.testing.app import client_of, post
from tests.core.accounts.conftest import PASSWORD, Desk, Known

FEW = Limit("test", 5, QUARTER)


def sign_in(client: FlaskClient, name: str, password: str, address: str = "192.0.2.1"):
    return post(
        client, "/sign-in", {"name": name, "password": password},
        environ_base={"REMOTE_ADDR": address},
    )  # fmt: skip


def test_threads_cannot_outrun_the_count(app: Flask) -> None:
    barrier, outcomes = threading.Barrier(32), []

    def run() -> None:
        with app.app_context():
            barrier.wait()
            try:
                throttling.spend([Try(FEW, "one"), Try(FEW, "two")])
                outcomes.append(True)
            except TooMany:
                outcomes.append(False)

    threads = [threading.Thread(target=run) for _each in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(True) == FEW.most
    assert len(outcomes) == 32


def test_the_wait_is_told_and_ends(app: Flask) -> None:
    with app.app_context(), clock.frozen(clock.now()) as now:
        for _each in range(FEW.most):
            throttling.spend([Try(FEW, "x")])
        with pytest.raises(TooMany) as refusal:
            throttling.spend([Try(FEW, "x")])
        wait = refusal.value.retry_after
        assert 0 < wait <= QUARTER.total_seconds()
        with clock.frozen(now + timedelta(seconds=wait + 1)):
            throttling.spend([Try(FEW, "x")])


def test_honest_tries_are_given_back(app: Flask) -> None:
    with app.app_context():
        for _each in range(FEW.most * 2):
            throttling.spend([Try(FEW, "x")])
            throttling.give_back([Try(FEW, "x")])


def test_the_table_names_nobody(app: Flask, desk: Desk) -> None:
    with app.app_context():
        throttling.spend([Try(FEW, "0499370899")])
    assert b"0499370899" not in bytes(desk.value("select key from throttle"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_a_subscriber_is_one_address(address: str, counted: str) -> None:
    assert throttling.network(address) == counted


def test_old_windows_are_deleted(app: Flask, desk: Desk) -> None:
    with app.app_context():
        with clock.frozen(clock.now() - timedelta(days=3)):
            throttling.spend([Try(FEW, "x")])
        with open_unit(EMPTY) as uow:
            throttling.forget_old(uow)
    assert desk.value("select count(*) from throttle") == 0


def test_guessing_at_one_account_is_stopped(app: Flask, employee: Known) -> None:
    client = client_of(app, None)
    for _each in range(PER_PAIR.most):
        assert sign_in(client, employee.national_id, "wrong guess 1").status_code == 422
    answer = sign_in(client, employee.national_id, PASSWORD)
    assert answer.status_code == 429, "even the right password must wait now"
    assert 0 < int(answer.headers["Retry-After"]) <= QUARTER.total_seconds()


def test_the_owner_gets_in_from_elsewhere_meanwhile(app: Flask, employee: Known) -> None:
    """Nobody can lock an account for its owner."""
    attacker = client_of(app, None)
    for _each in range(PER_PAIR.most + 1):
        sign_in(attacker, employee.national_id, "wrong guess 1")
    owner = client_of(app, None)
    assert sign_in(owner, employee.national_id, PASSWORD, "192.0.2.200").status_code == 303


def test_one_address_cannot_use_up_an_account() -> None:
    """Whatever one address may try in an hour is less than what the account can stand."""
    quarters = HOUR / PER_ADDRESS.window
    assert PER_ADDRESS.most * quarters < PER_ACCOUNT.most


def test_signing_in_well_is_never_throttled(app: Flask, employee: Known) -> None:
    for _each in range(PER_PAIR.most + 2):
        assert sign_in(client_of(app, None), employee.national_id, PASSWORD).status_code == 303


def test_known_and_unknown_names_take_as_long(app: Flask, employee: Known, desk: Desk) -> None:
    """The medians of a refused sign-in are about the same; hashing is most of it."""
    client = client_of(app, None)
    times: dict[str, list[float]] = {employee.national_id: [], "0499370899": []}
    for _round in range(12):
        desk.run("truncate throttle")
        for name, taken in times.items():
            begin = time.perf_counter()
            sign_in(client, name, "wrong guess 1")
            taken.append(time.perf_counter() - begin)
    known, unknown = (statistics.median(taken) for taken in times.values())
    assert 0.66 < known / unknown < 1.5
