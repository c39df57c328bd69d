"""The hooks: names, signatures and how each one fails (docs/hooks.md explains them).

Arguments are given by keyword, and an implementation may leave out those it doesn't need.
``None`` means "no opinion" everywhere. Annotations are text: nothing here imports them.
"""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from click import Command
    from flask import Blueprint
    from flask_smorest import Blueprint as ApiBlueprint

    from core.database.unit_of_work import UnitOfWork
    from core.sdk import (
        Blocker,
        Commitment,
        DemoData,
        Employee,
        Figure,
        HealthReport,
        HomeCard,
        JobDeclaration,
        Municipality,
        NavigationItem,
        NotificationTopic,
        Obstacle,
        Panel,
        Period,
        Refusal,
        RequestDetail,
        RequestFacts,
        RequestType,
        RoleSuggestion,
        Route,
        ServiceChange,
        Step,
        Task,
        VerifiableDocument,
        Viewer,
    )

Spec = TypeVar("Spec", bound=Callable[..., Any])


class Mode(enum.StrEnum):
    """What happens when an implementation fails."""

    DECLARE = "declare"
    """The plugin is quarantined; the app boots without it."""
    GATHER = "gather"
    """Its answer is left out and logged; what it wrote is undone."""
    TELL = "tell"
    """Its own savepoint is rolled back and the failure reported; the others go on."""
    DECIDE = "decide"
    """The whole question fails, naming the plugin."""


MODES: dict[str, Mode] = {}
"""Hook name → mode, filled by the decorators below."""

_hookspec = pluggy.HookspecMarker("hamyar")


def _mode(mode: Mode) -> Callable[[Spec], Spec]:
    def mark(function: Spec) -> Spec:
        MODES[function.__name__] = mode
        return _hookspec(function)

    return mark


declare, gather, tell, decide = map(_mode, Mode)


def signature(hook: str) -> str:
    """Return ``name(argument: Type) -> Type`` as the documentation shows it."""
    spec = inspect.signature(globals()[hook])
    arguments = ", ".join(f"{p.name}: {p.annotation}" for p in spec.parameters.values())
    return f"{hook}({arguments}) -> {spec.return_annotation}"


# Declare ----------------------------------------------------------------------------------


@declare
def hamyar_blueprints() -> Iterable[Blueprint] | None:
    """Pages; core mounts them under ``/m/<municipality>/<plugin>/``."""


@declare
def hamyar_api_blueprints() -> Iterable[ApiBlueprint] | None:
    """REST resources; core mounts them under ``/api/v1/m/<municipality>/<plugin>/``."""


@declare
def hamyar_commands() -> Iterable[Command] | None:
    """One click command or group named as the plugin: ``hamyar <plugin> …``."""


@declare
def hamyar_jobs() -> Iterable[JobDeclaration] | None:
    """Background tasks, periodic or deferred by services."""


@declare
def hamyar_request_types() -> Iterable[RequestType] | None:
    """Kinds of requests that employees send through core's engine."""


@declare
def hamyar_roles() -> Iterable[RoleSuggestion] | None:
    """Roles that the organisation may take over and edit."""


@declare
def hamyar_notification_topics() -> Iterable[NotificationTopic] | None:
    """Kinds of messages that people can opt out of."""


@declare
def hamyar_demo_data() -> Iterable[DemoData] | None:
    """Example rows for ``make demo``."""


@declare
def hamyar_verifiable_documents() -> Iterable[VerifiableDocument] | None:
    """Kinds of documents that ``/verify/<code>`` explains."""


# Service life: only the plugin concerned is asked -------------------------------------------


@decide
def hamyar_service_blockers(
    uow: UnitOfWork, municipality: Municipality, change: ServiceChange
) -> Iterable[Blocker] | None:
    """Say what stands against a switch of this service."""


@tell
def hamyar_service_enabled(uow: UnitOfWork, municipality: Municipality) -> None:
    """Run when this service was switched on; a failure refuses the switch."""


@tell
def hamyar_service_disabled(uow: UnitOfWork, municipality: Municipality) -> None:
    """Run when this service was switched off."""


@tell
def hamyar_settings_changed(
    uow: UnitOfWork,
    municipality: Municipality,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
) -> None:
    """Run when this service's settings there were changed."""


# Gather: asked of the services that are on in the municipality ------------------------------


@gather
def hamyar_navigation(
    municipality: Municipality, viewer: Viewer
) -> Iterable[NavigationItem] | None:
    """Entries of the desk's menu; runs on every page, so it gets no database."""


@gather
def hamyar_home_cards(uow: UnitOfWork, employee: Employee) -> Iterable[HomeCard] | None:
    """Cards on the portal's home."""


@gather
def hamyar_tasks(uow: UnitOfWork, employee: Employee) -> Iterable[Task] | None:
    """What the employee must do, and by when."""


@gather
def hamyar_employee_panels(
    uow: UnitOfWork, employee: Employee, viewer: Viewer
) -> Iterable[Panel] | None:
    """Boxes on an employee's page at the desk; check the viewer's permissions."""


@gather
def hamyar_request_details(
    uow: UnitOfWork, requests: Sequence[RequestFacts], viewer: Viewer
) -> Iterable[RequestDetail] | None:
    """What officers should know before they decide this service's own requests."""


@gather
def hamyar_dashboard_figures(
    uow: UnitOfWork, municipality: Municipality, period: Period
) -> Iterable[Figure] | None:
    """Numbers on the desk's home."""


@gather
def hamyar_health(uow: UnitOfWork) -> Iterable[HealthReport] | None:
    """How the plugin does; asked of every loaded plugin."""


# Tell ---------------------------------------------------------------------------------------


@tell
def hamyar_employee_hired(
    uow: UnitOfWork, municipality: Municipality, employment_ids: Sequence[UUID]
) -> None:
    """Employments began; an import tells them in batches."""


@tell
def hamyar_employee_left(
    uow: UnitOfWork, municipality: Municipality, employment_ids: Sequence[UUID]
) -> None:
    """Employments ended; told to every plugin ever on there."""


# Decide -------------------------------------------------------------------------------------


@decide
def hamyar_eligibility(
    uow: UnitOfWork, employee: Employee, service: str, asked_on: date
) -> Iterable[Refusal] | None:
    """Say what speaks against an employee's use of ``service``; nothing said = eligible."""


@decide
def hamyar_clearance_obstacles(
    uow: UnitOfWork, employee: Employee, ends_on: date
) -> Iterable[Obstacle] | None:
    """Say what must be settled before an employment ends; asked of every plugin ever on."""


@decide
def hamyar_commitments(uow: UnitOfWork, employee: Employee) -> Iterable[Commitment] | None:
    """Say what still binds employee and service; asked of every plugin ever on."""


@decide
def hamyar_route_request(uow: UnitOfWork, request: RequestFacts, step: Step) -> Route | None:
    """Name who decides a step instead of the holders of its permission; first answer wins."""
