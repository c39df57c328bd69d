"""Switching services on, closing and off. The activation row is the first lock of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.activation import policies
from core.activation.models import ServiceActivation, ServiceActivationChange
from core.activation.states import ServiceState
from core.audit.services import record
from core.database.unit_of_work import UnitOfWork
from core.errors import Conflict, Forbidden, Invalid, Unavailable
from core.localization import _
from core.plugin_host.answers import HookError
from core.plugin_host.host import PluginHost
from core.plugin_host.plugin import Plugin
from core.sdk import Blocker, Municipality, Text


def switch(
    uow: UnitOfWork,
    host: PluginHost,
    place: Municipality,
    service: str,
    new_state: ServiceState,
    *,
    reason: str = "",
    override: bool = False,
    by_organisation: bool = False,
    version: int | None = None,
) -> None:
    """Switch a service in a municipality; nothing happens if it is in that state already.

    ``override`` (with a ``reason``) leaves a service in spite of its blockers. ``version`` is the
    one that the decision was based on. Restricted services need ``by_organisation``.

    Raises:
        Conflict: it can't be switched, was changed meanwhile, or there is no such move.
        Forbidden: only the organisation may.
        Invalid: blockers stand against it, or an override has no reason.
        Unavailable: the service can't answer, or failed while it was switched on.
    """
    plugin = switchable(host, service)
    if not policies.may_switch(plugin, here=True, organisation=by_organisation):
        raise Forbidden(policies.RESTRICTED)
    row = locked(uow, place, service)
    old_state = ServiceState(row.state)
    if new_state is old_state:
        return
    if version is not None and row.version != version:
        raise Conflict()
    if new_state not in policies.MOVES[old_state]:
        raise Conflict(_("Intake of a service that is off can't be stopped."))
    found = blockers(uow, host, place, service, new_state)
    if found:
        _require_override(found, new_state, reason, override=override)
    _change_state(uow, row, new_state)
    _note(uow, row, old_state, reason, found)
    _tell(uow, host, place, service, new_state)


def switchable(host: PluginHost, service: str) -> Plugin:
    """Return the plugin of a service that can be switched; raise Conflict with the reason."""
    plugin = host.get(service)
    obstacle = policies.obstacle(plugin)
    if plugin is None or obstacle:
        raise Conflict(obstacle)
    return plugin


def locked(uow: UnitOfWork, place: Municipality, service: str) -> ServiceActivation:
    """Return the activation row, made if it is missing, locked until the transaction ends."""
    table = ServiceActivation
    uow.session.execute(
        insert(table)
        .values(
            municipality_id=place.id,
            service=service,
            state=ServiceState.OFF,
            version=0,
            changed_at=uow.now,
        )
        .on_conflict_do_nothing()
    )
    return uow.session.execute(
        select(table)
        .where(table.municipality_id == place.id, table.service == service)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def blockers(
    uow: UnitOfWork, host: PluginHost, place: Municipality, service: str, new_state: ServiceState
) -> tuple[Blocker, ...]:
    """Return what stands against going into ``new_state``.

    Raises:
        Unavailable: the service can't answer; nothing may be concluded from that.
    """
    change = policies.CHANGES[new_state]
    try:
        answers = host.hooks.service_blockers(service, uow=uow, municipality=place, change=change)
    except HookError as error:
        raise Unavailable(
            _("The service can't say what stands against it: %(why)s", why=error.reason)
        ) from error
    return tuple(answer.value for answer in answers)


def require_not_closing(uow: UnitOfWork, place: Municipality, service: str) -> None:
    """Refuse to start something new where a service is closing or off.

    The row stays locked against a switch until the transaction ends, so that nothing can slip
    in between a switch and its question for blockers. Call it before any other lock.

    Raises:
        Conflict: nothing new may start.
    """
    state = uow.session.execute(
        select(ServiceActivation.state)
        .where(ServiceActivation.municipality_id == place.id, ServiceActivation.service == service)
        .with_for_update(read=True)
    ).scalar_one_or_none()
    if state != ServiceState.ON:
        raise Conflict(_("Intake is stopped here (gradual closing): nothing new can be started."))


def _require_override(
    found: tuple[Blocker, ...], new_state: ServiceState, reason: str, *, override: bool
) -> None:
    if not (override and policies.can_be_overridden(new_state)):
        raise Invalid(_("This stands against it: %(what)s", what=listed(b.title for b in found)))
    if not reason:
        raise Invalid(fields={"reason": [_("Say why it is done all the same.")]})


def listed(texts: Iterable[Text]) -> str:
    """Return texts as one line, separated as the reader's language does."""
    return _(", ").join(str(text) for text in texts)


def _change_state(uow: UnitOfWork, row: ServiceActivation, new_state: ServiceState) -> None:
    row.state = new_state
    row.ever_on = row.ever_on or new_state is ServiceState.ON
    row.changed_at = uow.now
    row.version += 1
    uow.session.flush()


def _note(
    uow: UnitOfWork,
    row: ServiceActivation,
    old_state: ServiceState,
    reason: str,
    found: tuple[Blocker, ...],
) -> None:
    overridden = [{"code": b.code, "title": str(b.title), "count": b.count} for b in found]
    add_history(uow, row, old_state=old_state, reason=reason, overridden=overridden)
    detail: dict[str, Any] = {"state": [old_state, row.state]}
    if overridden:
        detail["overridden"] = overridden
    record(
        uow,
        "service.switch",
        municipality_id=row.municipality_id,
        subject_type="service",
        subject_id=row.service,
        reason=reason,
        detail=detail,
    )


def add_history(
    uow: UnitOfWork,
    row: ServiceActivation,
    *,
    old_state: str,
    reason: str = "",
    overridden: Sequence[dict[str, Any]] = (),
    settings: dict[str, Any] | None = None,
) -> None:
    """Add what was done to the history that the service's page shows."""
    uow.session.add(
        ServiceActivationChange(
            municipality_id=row.municipality_id,
            service=row.service,
            old_state=old_state,
            new_state=row.state,
            settings=settings,
            reason=reason,
            overridden=list(overridden),
            changed_at=uow.now,
            changed_by=uow.actor.account_id,
            changed_by_name=uow.actor.name,
        )
    )


def _tell(
    uow: UnitOfWork, host: PluginHost, place: Municipality, service: str, new_state: ServiceState
) -> None:
    """Tell the service; one that fails when it is switched on stays off."""
    if new_state is ServiceState.OFF:
        host.hooks.service_disabled(service, uow=uow, municipality=place)
    elif new_state is ServiceState.ON:
        failures = host.hooks.service_enabled(service, uow=uow, municipality=place)
        if failures:
            raise Unavailable(
                _("The service could not be switched on: %(why)s", why=failures[0].reason)
            )
