"""The moves of a service and who may make them."""

from __future__ import annotations

import pytest

from core.activation import policies
from core.activation.states import OPEN, ServiceState
from core.plugin_host.host import PluginHost
from core.plugin_host.plugin import Plugin, PluginState, Source
from core.sdk import Availability
from tests.testdummy.hosts import host_of
from tests.testdummy.manifests import manifest


def plugin(**fields: object) -> Plugin:
    return Plugin("bikes", Source.INSTALLED, manifest=manifest("bikes", **fields))


def test_every_state_can_be_left_and_reached() -> None:
    assert set(policies.MOVES) == set(ServiceState) == set(policies.CHANGES)
    assert {to for moves in policies.MOVES.values() for to in moves} == set(ServiceState)


def test_what_is_off_has_nothing_to_close() -> None:
    assert ServiceState.CLOSING not in policies.MOVES[ServiceState.OFF]


@pytest.mark.parametrize("state", ServiceState)
def test_no_move_leads_where_one_is(state: ServiceState) -> None:
    assert state not in policies.MOVES[state]


def test_a_service_answers_on_and_closing() -> None:
    assert set(ServiceState) - OPEN == {ServiceState.OFF}


@pytest.mark.parametrize(
    ("availability", "here", "organisation", "allowed"),
    [
        (Availability.OPEN, True, False, True),
        (Availability.OPEN, False, True, True),
        (Availability.OPEN, False, False, False),
        (Availability.RESTRICTED, True, False, False),
        (Availability.RESTRICTED, True, True, True),
    ],
)
def test_who_may_switch(
    availability: Availability, here: bool, organisation: bool, allowed: bool
) -> None:
    service = plugin(availability=availability)
    assert policies.may_switch(service, here=here, organisation=organisation) is allowed


def test_only_a_loaded_service_that_works_can_be_switched() -> None:
    assert policies.obstacle(plugin()) == ""
    assert policies.obstacle(None) == policies.UNKNOWN
    host = host_of("misversioned", "good")
    host.mark_needs_migration("good", "behind")
    host.mark_orphans(["gone"])
    for name in ("misversioned", "good", "gone"):
        assert policies.obstacle(host.get(name)) in policies.UNAVAILABLE.values()


def test_announced_services_are_not_yet_available() -> None:
    host = PluginHost(["plugins.loans.plugin"], ())
    assert policies.obstacle(host.get("loans")) == policies.NOT_YET


def test_every_state_of_a_plugin_but_loaded_is_an_obstacle() -> None:
    assert set(policies.UNAVAILABLE) == set(PluginState) - {PluginState.LOADED}


def test_a_start_is_never_forced() -> None:
    assert [s for s in ServiceState if policies.can_be_overridden(s)] == ["off", "closing"]
