"""How hooks fail, by mode, and the order in which they are called."""

from __future__ import annotations

import sys
from datetime import date
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from core.municipalities.place import Place
from core.plugin_host.answers import HookError
from core.plugin_host.hookspecs import MODES, Mode
from core.plugin_host.host import PluginHost
from core.plugin_host.plugin import PluginState
from core.policy.viewer import NOBODY
from core.sdk import Employee, NavigationItem, Period, RequestFacts, ServiceChange, hookimpl
from tests.testdummy.hosts import host_of, reason
from tests.testdummy.manifests import manifest

KARAJ = Place(UUID(int=1), "karaj", "municipality", None, "کرج", "Karaj")
MARYAM = Employee(UUID(int=2), UUID(int=3), KARAJ, "Maryam", "official")
ALL = ("good", "raising", "malformed", "exiting")
# No database is behind these tests: hooks that write are tested in test_plugin_guard.py.
NO_UOW: Any = None


def navigation(host: PluginHost, only: tuple[str, ...] = ALL) -> list[str]:
    found = host.hooks.navigation(municipality=KARAJ, viewer=NOBODY, only=only)
    return [f"{answer.plugin}:{answer.value.title}" for answer in found]


def test_every_hook_has_a_mode() -> None:
    assert {Mode.DECLARE, Mode.GATHER, Mode.TELL, Mode.DECIDE} == set(MODES.values())


# Declare


def test_a_declaration_that_raises_quarantines_the_plugin() -> None:
    host = host_of("raising", "good")
    host.declare()
    assert reason(host, "raising") == "hamyar_blueprints: LookupError: this plugin always fails"
    assert [answer.plugin for answer in host.hooks.request_types()] == ["good"]


def test_what_a_quarantined_plugin_declared_before_counts_no_more() -> None:
    host = host_of("twisted", "good")
    assert [answer.plugin for answer in host.hooks.blueprints()] == ["good", "twisted"]
    host.declare()
    assert "must be named twisted_" in reason(host, "twisted")
    assert [answer.plugin for answer in host.hooks.blueprints()] == ["good"]


def test_declarations_are_asked_once(good: PluginHost) -> None:
    first, second = good.hooks.request_types(), good.hooks.request_types()
    assert first[0].value is second[0].value


# Gather


def test_gathering_leaves_out_what_fails_and_keeps_the_rest() -> None:
    host = host_of(*ALL)
    assert navigation(host) == ["good:Good", "malformed:Fine"]
    blamed = [failure.plugin for failure in host.failures]
    assert sorted(blamed) == ["exiting", "malformed", "malformed", "malformed", "raising"]


def test_gathering_asks_only_the_services_that_are_on() -> None:
    host = host_of(*ALL)
    assert navigation(host, only=("malformed",)) == ["malformed:Fine"]
    assert navigation(host, only=()) == []
    assert {failure.plugin for failure in host.failures} == {"malformed"}


def test_forged_and_lookalike_items_are_dropped_by_name() -> None:
    host = host_of("malformed")
    navigation(host)
    reasons = " ".join(failure.reason for failure in host.failures)
    assert "not {'title'" in reasons
    assert "Lookalike" in reasons
    assert "https://elsewhere.example/" in reasons


def test_a_service_is_asked_about_its_own_requests_only() -> None:
    host = host_of("good", "raising", "malformed")
    mine, other = (
        RequestFacts(UUID(int=n), f"HM-1405-{n:05}", kind, KARAJ.id, UUID(int=2), None, {})
        for n, kind in ((8, "good.wish"), (9, "raising.wish"))
    )
    found = host.hooks.request_details(
        uow=NO_UOW, viewer=NOBODY, requests={"good": [mine], "raising": [other]}
    )
    assert [(answer.plugin, answer.value.request_id) for answer in found] == [("good", mine.id)]
    assert [failure.plugin for failure in host.failures] == ["raising"]
    assert host.hooks.request_details(uow=NO_UOW, viewer=NOBODY, requests={}) == ()


def test_half_an_answer_is_no_answer() -> None:
    host = host_of("malformed", "good")
    period = Period(date(2026, 3, 21), date(2026, 4, 21))
    found = host.hooks.dashboard_figures(uow=NO_UOW, municipality=KARAJ, period=period, only=ALL)
    assert [(answer.plugin, answer.value.value) for answer in found] == [("good", 31)]


def test_a_value_instead_of_a_list_is_reported() -> None:
    host = host_of("malformed", "good")
    found = host.hooks.tasks(uow=NO_UOW, employee=MARYAM, only=ALL)
    assert [answer.plugin for answer in found] == ["good"]
    assert "must return a list" in host.failures[-1].reason


def test_an_interrupt_of_the_operator_passes() -> None:
    host = host_of("exiting")
    with pytest.raises(KeyboardInterrupt):
        host.hooks.tasks(uow=NO_UOW, employee=MARYAM, only=ALL)


def test_failures_keep_their_traceback_and_only_the_latest_stay() -> None:
    host = host_of("raising")
    for _round in range(150):
        navigation(host)
    assert len(host.failures) == 100
    assert "LookupError" in host.failures[0].traceback


# Tell


def test_telling_goes_on_after_a_failure(told: list[Any]) -> None:
    host = host_of(*ALL)
    failures = host.hooks.employee_hired(
        uow=NO_UOW, municipality=KARAJ, employment_ids=[UUID(int=5)], only=ALL
    )
    assert [failure.plugin for failure in failures] == ["raising", "exiting"]
    assert told == [("hired", (UUID(int=5),))]


def test_telling_returns_failures_to_who_tells() -> None:
    host = host_of(*ALL)
    for plugin, failed in [("good", 0), ("raising", 1)]:
        assert len(host.hooks.service_enabled(plugin, uow=NO_UOW, municipality=KARAJ)) == failed
        assert len(host.hooks.service_disabled(plugin, uow=NO_UOW, municipality=KARAJ)) == failed
        found = host.hooks.settings_changed(
            plugin, uow=NO_UOW, municipality=KARAJ, old={}, new={"a": 1}
        )
        assert len(found) == failed


def test_those_who_left_are_told_to_every_service_ever_on(told: list[Any]) -> None:
    host = host_of("good", "raising")
    failures = host.hooks.employee_left(
        uow=NO_UOW, municipality=KARAJ, employment_ids=[UUID(int=6)], ever=ALL
    )
    assert [failure.plugin for failure in failures] == ["raising"]
    assert told == [("left", (UUID(int=6),))]


# Decide


@pytest.mark.parametrize(
    ("culprit", "words"),
    [
        ("raising", "LookupError: this plugin always fails"),
        ("exiting", "sys.exit(0)"),
        ("malformed", "an item must be Commitment, not None"),
    ],
)
def test_a_decision_fails_closed(culprit: str, words: str) -> None:
    host = host_of("good", culprit)
    with pytest.raises(HookError) as caught:
        host.hooks.commitments(uow=NO_UOW, employee=MARYAM, ever={"good", culprit})
    assert caught.value.plugin == culprit
    assert words in caught.value.reason


@pytest.mark.parametrize("state", ["uninstalled", "quarantined", "needs_migration"])
def test_a_decision_without_one_who_must_answer_fails_by_name(state: str) -> None:
    host = host_of("good", "raising")
    if state == "quarantined":
        host.declare()
    elif state == "needs_migration":
        host.mark_needs_migration("raising", "behind")
    missing = "gone" if state == "uninstalled" else "raising"
    with pytest.raises(HookError, match=f"plugin '{missing}' failed.*not loaded"):
        host.hooks.clearance_obstacles(
            uow=NO_UOW, employee=MARYAM, ends_on=date(2026, 3, 21), ever={"good", missing}
        )


def test_those_who_are_not_asked_cannot_block_a_decision() -> None:
    host = host_of("good", "raising")
    found = host.hooks.commitments(uow=NO_UOW, employee=MARYAM, ever={"good"})
    assert [(answer.plugin, answer.value.reference) for answer in found] == [
        ("good", "HM-1405-00001")
    ]


def test_eligibility_always_asks_the_service_itself() -> None:
    host = host_of("good")
    day = date(2026, 11, 24)
    refusals = host.hooks.eligibility(
        uow=NO_UOW, employee=MARYAM, service="good", asked_on=day, only=()
    )
    assert [answer.value.reason for answer in refusals] == ["Not on 2026 for good"]
    with pytest.raises(HookError):
        host.hooks.eligibility(
            uow=NO_UOW, employee=MARYAM, service="gone", asked_on=day, only={"good"}
        )


def test_blockers_are_asked_of_the_service_concerned_alone() -> None:
    host = host_of("good", "raising")
    found = host.hooks.service_blockers(
        "good", uow=NO_UOW, municipality=KARAJ, change=ServiceChange.DISABLE
    )
    assert [answer.value.title for answer in found] == ["Open cases against disable"]


# Order, and the road by specname


def plugin_module(name: str, weight: int, **functions: Any) -> ModuleType:
    module = ModuleType(f"made_{name}.plugin")
    module.MANIFEST = manifest(name, weight=weight)  # type: ignore[attr-defined]
    for attribute, function in functions.items():
        setattr(module, attribute, function)
    sys.modules[module.__name__] = module
    return module


def made_host(*modules: ModuleType) -> PluginHost:
    from importlib import metadata

    return PluginHost(
        (),
        [
            metadata.EntryPoint(m.MANIFEST.name, m.__name__, "hamyar.plugins.v1")  # type: ignore[attr-defined]
            for m in modules
        ],
    )


def item(title: str) -> Any:
    @hookimpl(specname="hamyar_navigation")
    def implementation() -> list[NavigationItem]:
        return [NavigationItem(title, "/")]

    implementation.__qualname__ = title
    return implementation


def test_the_order_is_weight_then_name_then_function() -> None:
    modules = [
        plugin_module("zebra", 1, a=item("z")),
        plugin_module("apple", 5, later=item("a2"), earlier=item("a1")),
        plugin_module("beech", 5, one=item("b")),
    ]
    expected = ["zebra:z", "apple:a1", "apple:a2", "beech:b"]
    names = ("zebra", "apple", "beech")
    assert navigation(made_host(*modules), names) == expected
    assert navigation(made_host(*reversed(modules)), names) == expected


def test_a_disabled_plugin_that_uses_specname_is_not_called() -> None:
    host = made_host(plugin_module("zebra", 1, a=item("z")), plugin_module("apple", 5, b=item("a")))
    host.mark_needs_migration("zebra", "behind")
    assert navigation(host, ("zebra", "apple")) == ["apple:a"]


@pytest.mark.parametrize("road", ["attribute", "specname"])
def test_an_unknown_hook_is_refused(road: str) -> None:
    if road == "attribute":
        functions = {"hamyar_no_such_hook": hookimpl(lambda: None)}
    else:
        functions = {"anything": hookimpl(specname="hamyar_no_such_hook")(lambda: None)}
    host = made_host(plugin_module("newer", 1, **functions))
    assert "there is no hook 'hamyar_no_such_hook'" in reason(host, "newer")


def test_an_optional_hook_of_a_later_minor_may_be_there() -> None:
    later = hookimpl(optionalhook=True)(lambda: None)
    host = made_host(plugin_module("newer", 1, hamyar_no_such_hook=later))
    assert [plugin.state for plugin in host.plugins] == [PluginState.LOADED]


def test_a_wrong_argument_is_refused() -> None:
    wrong = hookimpl(specname="hamyar_navigation")(lambda municipality, password: None)
    assert "password" in reason(made_host(plugin_module("curious", 1, a=wrong)), "curious")


def test_a_coroutine_is_refused() -> None:
    async def later() -> None:
        """Nobody would await this."""

    host = made_host(plugin_module("slow", 1, a=hookimpl(specname="hamyar_navigation")(later)))
    assert "is async" in reason(host, "slow")


def test_the_first_route_wins_and_later_plugins_are_not_asked(good: PluginHost) -> None:
    from core.sdk import Step
    from tests.testdummy.good.plugin import DECIDER

    request = RequestFacts(
        UUID(int=8), "HM-1405-00008", "good.wish", KARAJ.id, UUID(int=2), None, {}
    )
    step = Step(name="officer", title="Officer", permission="good.approve")
    for host in (good, host_of("good", "malformed")):
        found = host.hooks.route_request(uow=NO_UOW, request=request, step=step, only=ALL[:1])
        assert found
        assert found.value.accounts == {DECIDER}
    with pytest.raises(HookError, match="malformed"):
        host_of("malformed").hooks.route_request(
            uow=NO_UOW, request=request, step=step, only={"malformed"}
        )
    assert (
        host_of("twisted").hooks.route_request(
            uow=NO_UOW, request=request, step=step, only={"twisted"}
        )
        is None
    )
