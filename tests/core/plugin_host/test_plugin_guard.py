"""Hooks and the caller's transaction: savepoints, and no commit from inside."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from core.activation.models import ServiceActivation
from core.audit.models import AuditEntry
from core.database.scope import Scope, ScopedSession
from core.database.unit_of_work import SYSTEM, UnitOfWork
from core.plugin_host.answers import HookError, TransactionEndedError
from core.plugin_host.host import PluginHost
from core.sdk import Employee
from core.testing.factories import Province
from tests.testdummy.committing import plugin
from tests.testdummy.hosts import host_of

Act = Callable[[UnitOfWork], Any]


@pytest.fixture
def host() -> PluginHost:
    return host_of("committing")


@pytest.fixture
def acts(monkeypatch: pytest.MonkeyPatch) -> Callable[[Act], None]:
    return lambda act: monkeypatch.setattr(plugin, "act", act)


def fail(_uow: UnitOfWork) -> None:
    raise ValueError("the hook fails after it wrote")


def break_a_constraint_at_the_last_flush(uow: UnitOfWork) -> None:
    (municipality_id,) = uow.scope.municipalities
    uow.session.add(
        ServiceActivation(
            municipality_id=municipality_id, service="x", state="half", changed_at=uow.now
        )
    )


def break_a_constraint_now(uow: UnitOfWork) -> None:
    uow.session.execute(text("select 1 / 0"))


def commit_own_savepoint(uow: UnitOfWork) -> None:
    with uow.session.begin_nested():
        plugin.write(uow, "nested")


def cards(host: PluginHost, uow: UnitOfWork, province: Province) -> Any:
    person = Employee(UUID(int=1), UUID(int=2), place(province), "Maryam", "official")
    return host.hooks.home_cards(uow=uow, employee=person, only=["committing"])


def enabled(host: PluginHost, uow: UnitOfWork, province: Province) -> Any:
    return host.hooks.service_enabled("committing", uow=uow, municipality=place(province))


def commitments(host: PluginHost, uow: UnitOfWork, province: Province) -> Any:
    person = Employee(UUID(int=1), UUID(int=2), place(province), "Maryam", "official")
    return host.hooks.commitments(uow=uow, employee=person, ever={"committing"})


def loose_unit(province: Province) -> UnitOfWork:
    """Return a unit of work that the test ends itself."""
    scope = Scope.of(province.karaj.id)
    return UnitOfWork(ScopedSession(province.engine, scope=scope, expire_on_commit=False), SYSTEM)


def place(province: Province) -> Any:
    return province.karaj


def traces(province: Province) -> tuple[list[str], list[str]]:
    """Return the rows and the audit entries that are left after the commit."""
    with province.unit(province.karaj) as uow:
        rows = uow.session.scalars(
            select(ServiceActivation.service).order_by(ServiceActivation.service)
        )
        entries = uow.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number))
        return list(rows), list(entries)


def test_what_a_gathering_hook_writes_is_undone(host: PluginHost, province: Province) -> None:
    with province.unit(province.karaj) as uow:
        plugin.write(uow, "caller")
        assert len(cards(host, uow, province)) == 1
    assert traces(province) == (["trace_caller"], ["trace.caller"])


@pytest.mark.parametrize("act", [fail, break_a_constraint_now], ids=lambda act: act.__name__)
def test_a_failing_gathering_hook_is_left_out(
    host: PluginHost, province: Province, acts: Callable[[Act], None], act: Act
) -> None:
    acts(act)
    with province.unit(province.karaj) as uow:
        assert cards(host, uow, province) == ()
        plugin.write(uow, "later")
    assert traces(province) == (["trace_later"], ["trace.later"])


def test_what_a_told_hook_writes_is_kept(host: PluginHost, province: Province) -> None:
    with province.unit(province.karaj) as uow:
        assert enabled(host, uow, province) == ()
    assert traces(province) == (["trace_tell"], ["trace.tell"])


@pytest.mark.parametrize(
    "act",
    [fail, break_a_constraint_now, break_a_constraint_at_the_last_flush],
    ids=lambda act: act.__name__,
)
def test_a_told_hook_that_fails_is_undone_alone(
    host: PluginHost, province: Province, acts: Callable[[Act], None], act: Act
) -> None:
    acts(act)
    with province.unit(province.karaj) as uow:
        plugin.write(uow, "before")
        assert [failure.plugin for failure in enabled(host, uow, province)] == ["committing"]
        plugin.write(uow, "later")
    assert traces(province) == (
        ["trace_before", "trace_later"],
        ["trace.before", "trace.later"],
    )


def test_a_hook_may_use_savepoints_of_its_own(
    host: PluginHost, province: Province, acts: Callable[[Act], None]
) -> None:
    acts(commit_own_savepoint)
    with province.unit(province.karaj) as uow:
        assert enabled(host, uow, province) == ()
    assert traces(province)[0] == ["trace_nested", "trace_tell"]


@pytest.mark.parametrize("act", [fail, break_a_constraint_now], ids=lambda act: act.__name__)
def test_a_decision_that_fails_leaves_the_transaction_usable(
    host: PluginHost, province: Province, acts: Callable[[Act], None], act: Act
) -> None:
    acts(act)
    with province.unit(province.karaj) as uow:
        with pytest.raises(HookError):
            commitments(host, uow, province)
        plugin.write(uow, "later")
    assert traces(province) == (["trace_later"], ["trace.later"])


def session_commit(uow: UnitOfWork) -> None:
    uow.session.commit()


def unit_commit(uow: UnitOfWork) -> None:
    uow.commit()


def commit_from_a_savepoint(uow: UnitOfWork) -> None:
    uow.session.begin_nested()
    uow.session.commit()


COMMITS = [session_commit, unit_commit, commit_from_a_savepoint]
CALLS = [cards, enabled, commitments]


@pytest.mark.parametrize("act", COMMITS, ids=lambda act: act.__name__)
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
def test_no_hook_can_commit(
    host: PluginHost,
    province: Province,
    acts: Callable[[Act], None],
    act: Act,
    call: Callable[..., Any],
) -> None:
    acts(act)
    uow = loose_unit(province)
    plugin.write(uow, "before")
    with contextlib.suppress(HookError):
        call(host, uow, province)
    uow.session.close()
    assert len(host.failures) == 1
    assert traces(province) == ([], [])


@pytest.mark.parametrize("act", COMMITS, ids=lambda act: act.__name__)
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
def test_a_refused_commit_costs_the_caller_nothing(
    host: PluginHost,
    province: Province,
    acts: Callable[[Act], None],
    act: Act,
    call: Callable[..., Any],
) -> None:
    acts(act)
    with province.unit(province.karaj) as uow:
        plugin.write(uow, "before")
        with contextlib.suppress(HookError):
            call(host, uow, province)
        plugin.write(uow, "later")
    assert traces(province) == (
        ["trace_before", "trace_later"],
        ["trace.before", "trace.later"],
    )


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
def test_a_rollback_from_inside_is_never_skipped(
    host: PluginHost,
    province: Province,
    acts: Callable[[Act], None],
    call: Callable[..., Any],
) -> None:
    acts(lambda uow: uow.session.rollback())
    uow = loose_unit(province)
    plugin.write(uow, "before")
    with pytest.raises(TransactionEndedError):
        call(host, uow, province)
    uow.session.close()
    assert traces(province) == ([], [])
