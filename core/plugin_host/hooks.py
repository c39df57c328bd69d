"""The typed façade: one method per hook; nobody else names a hook as a string.

Collections of plugin names come from `core.activation`: ``only`` are the services that are on
(or closing) in the municipality, ``ever`` those that were ever on there and not yet purged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from core.plugin_host import ownership
from core.plugin_host.answers import Answer, Failure
from core.plugin_host.dispatch import Dispatcher
from core.sdk import (
    Blocker,
    Commitment,
    DemoData,
    Employee,
    Figure,
    HealthReport,
    HomeCard,
    JobDeclaration,
    Manifest,
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

if TYPE_CHECKING:
    from click import Command
    from flask import Blueprint
    from flask_smorest import Blueprint as ApiBlueprint

    from core.database.unit_of_work import UnitOfWork

T = TypeVar("T")
Names = Collection[str]


class Hooks:
    """Calls hooks by method. Declarations are asked once and remembered."""

    def __init__(self, dispatcher: Dispatcher, manifest: Callable[[str], Manifest | None]) -> None:
        self._dispatcher = dispatcher
        self._manifest = manifest
        self._declared: dict[str, tuple[Answer[Any], ...]] = {}

    def _declare(
        self, hook: str, expected: type[T], check: Callable[[Manifest, T], str]
    ) -> tuple[Answer[T], ...]:
        def owned(plugin: str, item: T) -> str:
            manifest = self._manifest(plugin)
            return check(manifest, item) if manifest else "the plugin is in quarantine"

        if hook not in self._declared:
            self._declared[hook] = self._dispatcher.declare(hook, expected, owned)
        return tuple(a for a in self._declared[hook] if self._manifest(a.plugin))

    # Declare

    def blueprints(self) -> tuple[Answer[Blueprint], ...]:
        """Return the pages to mount under ``/m/<municipality>/<plugin>/``."""
        from flask import Blueprint

        return self._declare("hamyar_blueprints", Blueprint, ownership.blueprint)

    def api_blueprints(self) -> tuple[Answer[ApiBlueprint], ...]:
        """Return the resources to mount under ``/api/v1/m/<municipality>/<plugin>/``."""
        if not self._dispatcher.implementations("hamyar_api_blueprints"):
            return ()  # the import below is dear
        from flask_smorest import Blueprint as ApiBlueprint

        return self._declare("hamyar_api_blueprints", ApiBlueprint, ownership.blueprint)

    def commands(self) -> tuple[Answer[Command], ...]:
        """Return the command groups of the plugins."""
        from click import Command

        return self._declare("hamyar_commands", Command, ownership.command)

    def jobs(self) -> tuple[Answer[JobDeclaration], ...]:
        """Return the background tasks."""
        return self._declare("hamyar_jobs", JobDeclaration, ownership.job)

    def request_types(self) -> tuple[Answer[RequestType], ...]:
        """Return the kinds of requests."""
        return self._declare("hamyar_request_types", RequestType, ownership.request_type)

    def roles(self) -> tuple[Answer[RoleSuggestion], ...]:
        """Return the suggested roles."""
        return self._declare("hamyar_roles", RoleSuggestion, ownership.role)

    def notification_topics(self) -> tuple[Answer[NotificationTopic], ...]:
        """Return the kinds of messages."""
        return self._declare("hamyar_notification_topics", NotificationTopic, ownership.topic)

    def demo_data(self) -> tuple[Answer[DemoData], ...]:
        """Return what fills the demonstration."""
        return self._declare("hamyar_demo_data", DemoData, ownership.demo_data)

    def verifiable_documents(self) -> tuple[Answer[VerifiableDocument], ...]:
        """Return the kinds of documents that the verification page explains."""
        return self._declare("hamyar_verifiable_documents", VerifiableDocument, ownership.document)

    # Service life: one plugin

    def service_blockers(
        self, plugin: str, *, uow: UnitOfWork, municipality: Municipality, change: ServiceChange
    ) -> tuple[Answer[Blocker], ...]:
        """Return what stands against the change; raises `HookError`."""
        return self._dispatcher.decide(
            "hamyar_service_blockers",
            Blocker,
            {plugin},
            uow=uow,
            municipality=municipality,
            change=change,
        )

    def service_enabled(
        self, plugin: str, *, uow: UnitOfWork, municipality: Municipality
    ) -> tuple[Failure, ...]:
        """Tell the plugin that it was switched on; the caller refuses the switch on a failure."""
        return self._dispatcher.tell(
            "hamyar_service_enabled", {plugin}, uow=uow, municipality=municipality
        )

    def service_disabled(
        self, plugin: str, *, uow: UnitOfWork, municipality: Municipality
    ) -> tuple[Failure, ...]:
        """Tell the plugin that it was switched off; a failure doesn't keep it on."""
        return self._dispatcher.tell(
            "hamyar_service_disabled", {plugin}, uow=uow, municipality=municipality
        )

    def settings_changed(
        self,
        plugin: str,
        *,
        uow: UnitOfWork,
        municipality: Municipality,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
    ) -> tuple[Failure, ...]:
        """Tell the plugin about its settings there."""
        return self._dispatcher.tell(
            "hamyar_settings_changed",
            {plugin},
            uow=uow,
            municipality=municipality,
            old=old,
            new=new,
        )

    # Gather

    def navigation(
        self, *, municipality: Municipality, viewer: Viewer, only: Names
    ) -> tuple[Answer[NavigationItem], ...]:
        """Return entries of the desk's menu."""
        return self._dispatcher.gather(
            "hamyar_navigation", NavigationItem, only, municipality=municipality, viewer=viewer
        )

    def home_cards(
        self, *, uow: UnitOfWork, employee: Employee, only: Names
    ) -> tuple[Answer[HomeCard], ...]:
        """Return cards of the portal's home."""
        return self._dispatcher.gather(
            "hamyar_home_cards", HomeCard, only, uow=uow, employee=employee
        )

    def tasks(
        self, *, uow: UnitOfWork, employee: Employee, only: Names
    ) -> tuple[Answer[Task], ...]:
        """Return what the employee must do."""
        return self._dispatcher.gather("hamyar_tasks", Task, only, uow=uow, employee=employee)

    def employee_panels(
        self, *, uow: UnitOfWork, employee: Employee, viewer: Viewer, only: Names
    ) -> tuple[Answer[Panel], ...]:
        """Return boxes of an employee's page."""
        return self._dispatcher.gather(
            "hamyar_employee_panels", Panel, only, uow=uow, employee=employee, viewer=viewer
        )

    def request_details(
        self, *, uow: UnitOfWork, viewer: Viewer, requests: Mapping[str, Sequence[RequestFacts]]
    ) -> tuple[Answer[RequestDetail], ...]:
        """Return what services add to requests; ``requests``: those to ask, and for what each."""
        own = {plugin: {"requests": asked} for plugin, asked in requests.items()}
        return self._dispatcher.gather(
            "hamyar_request_details", RequestDetail, requests, own=own, uow=uow, viewer=viewer
        )

    def dashboard_figures(
        self, *, uow: UnitOfWork, municipality: Municipality, period: Period, only: Names
    ) -> tuple[Answer[Figure], ...]:
        """Return numbers of the desk's home."""
        return self._dispatcher.gather(
            "hamyar_dashboard_figures",
            Figure,
            only,
            uow=uow,
            municipality=municipality,
            period=period,
        )

    def health(self, *, uow: UnitOfWork) -> tuple[Answer[HealthReport], ...]:
        """Return how every loaded plugin does."""
        return self._dispatcher.gather("hamyar_health", HealthReport, None, uow=uow)

    # Tell

    def employee_hired(
        self,
        *,
        uow: UnitOfWork,
        municipality: Municipality,
        employment_ids: Sequence[UUID],
        only: Names,
    ) -> tuple[Failure, ...]:
        """Tell the services that are on there which employments began."""
        return self._dispatcher.tell(
            "hamyar_employee_hired",
            only,
            uow=uow,
            municipality=municipality,
            employment_ids=employment_ids,
        )

    def employee_left(
        self,
        *,
        uow: UnitOfWork,
        municipality: Municipality,
        employment_ids: Sequence[UUID],
        ever: Names,
    ) -> tuple[Failure, ...]:
        """Tell every service ever on there which employments ended."""
        return self._dispatcher.tell(
            "hamyar_employee_left",
            ever,
            uow=uow,
            municipality=municipality,
            employment_ids=employment_ids,
        )

    # Decide

    def eligibility(
        self, *, uow: UnitOfWork, employee: Employee, service: str, asked_on: date, only: Names
    ) -> tuple[Answer[Refusal], ...]:
        """Return what speaks against the employee's use of ``service``; raises `HookError`."""
        return self._dispatcher.decide(
            "hamyar_eligibility",
            Refusal,
            {*only, service},
            uow=uow,
            employee=employee,
            service=service,
            asked_on=asked_on,
        )

    def clearance_obstacles(
        self, *, uow: UnitOfWork, employee: Employee, ends_on: date, ever: Names
    ) -> tuple[Answer[Obstacle], ...]:
        """Return what must be settled first; raises `HookError`."""
        return self._dispatcher.decide(
            "hamyar_clearance_obstacles",
            Obstacle,
            ever,
            uow=uow,
            employee=employee,
            ends_on=ends_on,
        )

    def commitments(
        self, *, uow: UnitOfWork, employee: Employee, ever: Names
    ) -> tuple[Answer[Commitment], ...]:
        """Return what binds the employee and the services; raises `HookError`."""
        return self._dispatcher.decide(
            "hamyar_commitments", Commitment, ever, uow=uow, employee=employee
        )

    def route_request(
        self, *, uow: UnitOfWork, request: RequestFacts, step: Step, only: Names
    ) -> Answer[Route] | None:
        """Return who decides the step instead, or None; raises `HookError`."""
        return self._dispatcher.first(
            "hamyar_route_request", Route, only, uow=uow, request=request, step=step
        )


DECLARATIONS: tuple[Callable[[Hooks], object], ...] = (
    Hooks.blueprints,
    Hooks.api_blueprints,
    Hooks.commands,
    Hooks.jobs,
    Hooks.request_types,
    Hooks.roles,
    Hooks.notification_topics,
    Hooks.demo_data,
    Hooks.verifiable_documents,
)
"""Every declaration, in the order of boot."""
