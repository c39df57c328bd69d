"""``/health``: what a load balancer and an operator may know without signing in."""

from __future__ import annotations

from importlib import metadata
from typing import Any

from sqlalchemy.exc import OperationalError

from core.database.scope import EMPTY
from core.database.unit_of_work import UnitOfWork, open_unit
from core.localization import clock, use_locale
from core.operations import findings
from core.operations.findings import Finding
from core.plugin_host.host import PluginHost
from core.plugin_host.plugin import PluginState
from core.sdk import HealthStatus


def report(host: PluginHost) -> dict[str, Any]:
    """Return the state of core and of every plugin; needs an application context.

    Keys: status (ok, degraded, down), version, at, checks and plugins. A broken plugin only
    degrades: everything else works.
    """
    checks: list[Finding] = []
    plugins: list[dict[str, Any]] = []
    try:
        with open_unit(EMPTY, read_only=True) as uow, use_locale("en"):
            checks = _checks(uow)
            plugins = _plugins(host, uow)
    except OperationalError:
        checks = [findings.down("database", "does not answer")]
    states = [check.status for check in checks]
    states += [HealthStatus(plugin["status"]) for plugin in plugins]
    return {
        "status": findings.worst(states),
        "version": metadata.version("hamyar"),
        "at": clock.now().isoformat(),
        "checks": [_shown(check) for check in checks],
        "plugins": plugins,
    }


def _checks(uow: UnitOfWork) -> list[Finding]:
    connection = uow.session.connection()
    found = [findings.database(connection), findings.tables(connection)]
    if found[-1].status is HealthStatus.OK:
        found.append(findings.queue(connection))
    return found


def _plugins(host: PluginHost, uow: UnitOfWork) -> list[dict[str, Any]]:
    """Return one entry per plugin with its own reports; one that is down only degrades."""
    reports: dict[str, list[Finding]] = {}
    for answer in host.hooks.health(uow=uow):
        said = answer.value
        found = Finding(said.name, said.status, str(said.detail))
        reports.setdefault(answer.plugin, []).append(found)
    return [
        {
            "name": plugin.name,
            "version": plugin.version,
            "state": plugin.state,
            "status": _status(plugin.state, reports.get(plugin.name, [])),
            "reason": plugin.reason,
            "reports": [_shown(one) for one in reports.get(plugin.name, [])],
        }
        for plugin in host.plugins
    ]


def _status(state: PluginState, reports: list[Finding]) -> HealthStatus:
    healthy = state is PluginState.LOADED and all(r.status is HealthStatus.OK for r in reports)
    return HealthStatus.OK if healthy else HealthStatus.DEGRADED


def _shown(finding: Finding) -> dict[str, str]:
    return {"name": finding.name, "status": finding.status, "detail": finding.detail}
