"""Switches by several people at once, with real connections."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from core.activation import queries, services
from core.activation.states import ServiceState
from core.errors import Conflict, DomainError, Invalid
from core.municipalities.place import Place
from core.plugin_host.host import PluginHost
from core.sdk import Blocker
from core.testing.factories import Province
from tests.testdummy.lending import plugin

OFF, ON, CLOSING = ServiceState.OFF, ServiceState.ON, ServiceState.CLOSING


def at_once(*actions: Callable[[], None]) -> list[str]:
    """Run the actions at the same moment; return the class of each one's error, or ''."""
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], None]) -> str:
        start.wait(10)
        try:
            action()
        except DomainError as error:
            return type(error).__name__
        return ""

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def switching(
    province: Province, host: PluginHost, place: Place, state: ServiceState, version: int | None
) -> Callable[[], None]:
    def act() -> None:
        with province.unit(province.karaj) as uow:
            services.switch(uow, host, place, "lending", state, version=version)

    return act


def chain(province: Province, place: Place) -> list[tuple[str, str]]:
    with province.unit(province.karaj) as uow:
        found = queries.history(uow, place, "lending")
        return [(change.old_state, change.new_state) for change in found]


def test_opposite_switches_leave_one_consistent_history(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    switching(province, host, karaj, ON, None)()
    for _round in range(6):
        actions = [switching(province, host, karaj, s, None) for s in (OFF, ON, CLOSING, ON, OFF)]
        assert set(at_once(*actions)) <= {"", "Conflict"}
    steps = chain(province, karaj)
    assert steps[0] == ("off", "on")
    assert all(before[1] == after[0] for before, after in itertools.pairwise(steps))
    assert all(old != new for old, new in steps)


def test_of_two_decisions_on_the_same_page_one_counts(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    switching(province, host, karaj, ON, None)()
    actions = [switching(province, host, karaj, state, 1) for state in (OFF, CLOSING)]
    assert sorted(at_once(*actions)) == ["", "Conflict"]
    assert len(chain(province, karaj)) == 2


def test_the_first_switch_ever_happens_once(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    assert at_once(*[switching(province, host, karaj, ON, None)] * 8) == [""] * 8
    assert chain(province, karaj) == [("off", "on")]


def test_nothing_slips_in_between_a_switch_and_its_question(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    """Either the new case is there when the blockers are asked, or it is refused."""
    for _round in range(20):
        switching(province, host, karaj, ON, None)()

        def start_something() -> None:
            with province.unit(province.karaj) as uow:
                services.require_not_closing(uow, karaj, "lending")
                plugin.standing.append(Blocker("lent", "A thing is lent"))

        outcome = at_once(start_something, switching(province, host, karaj, OFF, None))
        assert outcome in (["", Invalid.__name__], [Conflict.__name__, ""])
        plugin.standing.clear()
        switching(province, host, karaj, OFF, None)()
