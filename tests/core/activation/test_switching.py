"""Switching services on real tables: blockers, overrides, history, audit, isolation."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.activation import queries, services
from core.activation.models import ServiceActivation
from core.activation.states import ServiceState
from core.audit.models import AuditEntry
from core.errors import Conflict, Forbidden, Invalid, Unavailable
from core.municipalities.place import Place
from core.plugin_host.host import PluginHost
from core.sdk import Blocker, ServiceChange
from core.testing.factories import Province
from tests.testdummy.hosts import host_of
from tests.testdummy.lending import plugin

LOANS = Blocker("lent", "37 things are lent", 37)
OFF, ON, CLOSING = ServiceState.OFF, ServiceState.ON, ServiceState.CLOSING


def switch(
    province: Province, host: PluginHost, place: Place, state: ServiceState, **options: Any
) -> None:
    with province.unit(province.karaj) as uow:
        services.switch(uow, host, place, "lending", state, **options)


def state(province: Province, place: Place, service: str = "lending") -> str:
    with province.unit(province.karaj) as uow:
        return queries.activation(uow, place, service).state


def test_a_service_is_switched_on_closed_and_off(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    for wanted in (ON, CLOSING, ON, OFF, ON, CLOSING, OFF):
        switch(province, host, karaj, wanted)
        assert state(province, karaj) == wanted
    assert plugin.told == [
        (what, karaj.code) for what in ("enabled", "enabled", "disabled", "enabled", "disabled")
    ]


def test_the_history_tells_every_change(province: Province, host: PluginHost, karaj: Place) -> None:
    switch(province, host, karaj, ON, reason="council decision 12")
    switch(province, host, karaj, CLOSING)
    with province.unit(province.karaj) as uow:
        found = queries.history(uow, karaj, "lending")
        told = [(c.old_state, c.new_state, c.reason, c.changed_by_name) for c in found]
        assert told == [
            ("off", "on", "council decision 12", "system"),
            ("on", "closing", "", "system"),
        ]
        entries = uow.session.scalars(
            select(AuditEntry).where(AuditEntry.municipality_id == karaj.id)
        ).all()
    assert [(entry.action, entry.detail) for entry in entries] == [
        ("service.switch", {"state": ["off", "on"]}),
        ("service.switch", {"state": ["on", "closing"]}),
    ]


def test_the_history_cannot_be_rewritten(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    switch(province, host, karaj, ON)
    for statement in ("delete from", "update"):
        tail = "" if statement == "delete from" else " set reason = 'x'"
        with pytest.raises(DBAPIError, match=r"permission denied|append-only"):
            _run(province, f"{statement} service_activation_change{tail}")


def _run(province: Province, statement: str) -> None:
    with province.unit(province.karaj) as uow:
        uow.session.execute(text(statement))


def test_switching_to_the_state_it_has_changes_nothing(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    switch(province, host, karaj, ON, version=0)
    switch(province, host, karaj, ON, version=0)
    with province.unit(province.karaj) as uow:
        assert len(queries.history(uow, karaj, "lending")) == 1
    assert plugin.told == [("enabled", karaj.code)]


def test_what_is_off_cannot_be_closed(province: Province, host: PluginHost, karaj: Place) -> None:
    with pytest.raises(Conflict):
        switch(province, host, karaj, CLOSING)


def test_a_decision_on_an_old_page_is_refused(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    switch(province, host, karaj, ON)
    switch(province, host, karaj, CLOSING)
    with pytest.raises(Conflict):
        switch(province, host, karaj, OFF, version=1)
    assert state(province, karaj) == CLOSING


@pytest.mark.parametrize("wanted", [OFF, CLOSING])
def test_leaving_is_refused_while_something_stands_against_it(
    province: Province, host: PluginHost, karaj: Place, wanted: ServiceState
) -> None:
    switch(province, host, karaj, ON)
    plugin.standing.append(LOANS)
    with pytest.raises(Invalid, match="37 things are lent"):
        switch(province, host, karaj, wanted, reason="because")
    assert state(province, karaj) == ON
    assert plugin.asked[-1] == {OFF: ServiceChange.DISABLE, CLOSING: ServiceChange.CLOSE}[wanted]


def test_an_override_needs_a_reason_and_is_kept(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    switch(province, host, karaj, ON)
    plugin.standing.append(LOANS)
    with pytest.raises(Invalid) as caught:
        switch(province, host, karaj, OFF, override=True)
    assert list(caught.value.fields) == ["reason"]
    switch(province, host, karaj, OFF, override=True, reason="the house burnt down")
    with province.unit(province.karaj) as uow:
        last = queries.history(uow, karaj, "lending")[-1]
        assert last.overridden == [{"code": "lent", "title": "37 things are lent", "count": 37}]
        audited = uow.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        assert audited is not None
        assert (audited.reason, audited.detail["overridden"]) == (last.reason, last.overridden)


def test_a_start_cannot_be_forced(province: Province, host: PluginHost, karaj: Place) -> None:
    plugin.standing.append(Blocker("setup", "Prices are missing"))
    with pytest.raises(Invalid, match="Prices are missing"):
        switch(province, host, karaj, ON, override=True, reason="now")
    assert state(province, karaj) == OFF


def test_a_service_that_cannot_answer_is_not_switched_off(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    switch(province, host, karaj, ON)
    plugin.broken.add("blockers")
    with pytest.raises(Unavailable, match="nobody can count"):
        switch(province, host, karaj, OFF, override=True, reason="now")
    assert state(province, karaj) == ON


def test_a_service_that_fails_to_start_stays_off(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    plugin.broken.add("enabled")
    with pytest.raises(Unavailable, match="the shelves are missing"):
        switch(province, host, karaj, ON)
    assert state(province, karaj) == OFF
    with province.unit(province.karaj) as uow:
        assert queries.services_ever_on(uow, karaj) == frozenset()


def test_a_service_that_fails_to_stop_is_off_all_the_same(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    switch(province, host, karaj, ON)
    plugin.broken.add("disabled")
    switch(province, host, karaj, OFF)
    assert state(province, karaj) == OFF
    assert [failure.hook for failure in host.failures] == ["hamyar_service_disabled"]


@pytest.mark.parametrize("service", ["loans", "misversioned", "nowhere"])
def test_what_does_not_work_cannot_be_switched(
    province: Province, karaj: Place, service: str
) -> None:
    host = PluginHost(["plugins.loans.plugin", "tests.testdummy.misversioned.plugin"], ())
    with pytest.raises(Conflict), province.unit(province.karaj) as uow:
        services.switch(uow, host, karaj, service, ON)
    assert state(province, karaj, service) == OFF


def test_restricted_services_are_switched_by_the_organisation(
    province: Province, karaj: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin, "MANIFEST", plugin.RESTRICTED)
    host = host_of("lending")
    with pytest.raises(Forbidden):
        switch(province, host, karaj, ON)
    switch(province, host, karaj, ON, by_organisation=True)
    assert state(province, karaj) == ON


def test_neighbours_are_untouched_and_out_of_reach(
    province: Province, host: PluginHost, karaj: Place, fardis: Place
) -> None:
    switch(province, host, karaj, ON)
    with province.unit(province.fardis) as uow:
        assert queries.states(uow, [karaj.id, fardis.id]) == {}
    with pytest.raises(DBAPIError, match="row-level security"):
        switch(province, host, fardis, ON)


def test_what_is_on_and_what_was_ever_on(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    seen = []
    for wanted in (ON, CLOSING, OFF):
        switch(province, host, karaj, wanted)
        with province.unit(province.karaj) as uow:
            seen.append((queries.services_on(uow, karaj), queries.services_ever_on(uow, karaj)))
    assert seen == [({"lending"}, {"lending"}), ({"lending"}, {"lending"}), (set(), {"lending"})]


def test_new_things_start_only_where_a_service_is_on(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    refused = []
    for wanted in (None, ON, CLOSING, OFF):
        if wanted:
            switch(province, host, karaj, wanted)
        with province.unit(province.karaj) as uow:
            try:
                services.require_not_closing(uow, karaj, "lending")
            except Conflict:
                refused.append(wanted)
    assert refused == [None, CLOSING, OFF]


def test_the_row_has_one_version_for_each_change(
    province: Province, host: PluginHost, karaj: Place
) -> None:
    for wanted in (ON, CLOSING, OFF):
        switch(province, host, karaj, wanted)
    with province.unit(province.karaj) as uow:
        assert uow.session.scalars(select(ServiceActivation.version)).all() == [3]
