"""Answers every hook well; `told` remembers what it heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from core.sdk import (
    Blocker,
    Commitment,
    DemoData,
    Employee,
    Figure,
    HealthReport,
    HealthStatus,
    HomeCard,
    JobDeclaration,
    LabelledField,
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
    hookimpl,
)
from tests.testdummy.manifests import manifest

if TYPE_CHECKING:
    from click import Command
    from flask import Blueprint
    from flask_smorest import Blueprint as ApiBlueprint

    from core.database.unit_of_work import UnitOfWork

MANIFEST = manifest("good", weight=10)
DECIDER = UUID(int=7)
told: list[tuple[str, tuple[Any, ...]]] = []


@hookimpl
def hamyar_blueprints() -> list[Blueprint]:
    from flask import Blueprint

    return [Blueprint("good", __name__)]


@hookimpl
def hamyar_api_blueprints() -> list[ApiBlueprint]:
    from flask_smorest import Blueprint as ApiBlueprint

    return [ApiBlueprint("good_api", __name__)]


@hookimpl
def hamyar_commands() -> list[Command]:
    import click

    return [click.Group("good")]


@hookimpl
def hamyar_jobs() -> list[JobDeclaration]:
    return [JobDeclaration(name="good.tidy", run=_nothing, cron="0 3 * * *")]


@hookimpl
def hamyar_request_types() -> list[RequestType]:
    from marshmallow import Schema

    step = Step(name="officer", title="Officer", permission="good.approve", days=3)
    return [RequestType(name="good.wish", title="Wish", schema=Schema, apply=_apply, steps=(step,))]


@hookimpl
def hamyar_roles() -> list[RoleSuggestion]:
    return [RoleSuggestion("good_officer", "Officer", ("good.view", "people.view"))]


@hookimpl
def hamyar_notification_topics() -> list[NotificationTopic]:
    return [NotificationTopic(name="good.news", title="News")]


@hookimpl
def hamyar_demo_data() -> list[DemoData]:
    return [DemoData("good.examples", _fill)]


@hookimpl
def hamyar_verifiable_documents() -> list[VerifiableDocument]:
    return [VerifiableDocument("good.paper", "Paper", (LabelledField("holder", "Holder"),))]


@hookimpl
def hamyar_service_blockers(municipality: Municipality, change: ServiceChange) -> list[Blocker]:
    return [Blocker("open", f"Open cases against {change}", 2)]


@hookimpl
def hamyar_service_enabled(uow: UnitOfWork, municipality: Municipality) -> None:
    told.append(("enabled", (municipality.code,)))


@hookimpl
def hamyar_service_disabled(municipality: Municipality) -> None:
    told.append(("disabled", (municipality.code,)))


@hookimpl
def hamyar_settings_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    told.append(("settings", (old, new)))


@hookimpl
def hamyar_navigation(municipality: Municipality, viewer: Viewer) -> list[NavigationItem]:
    return [NavigationItem("Good", f"/m/{municipality.code}/good/", icon="star")]


@hookimpl
def hamyar_home_cards(employee: Employee) -> list[HomeCard]:
    return [HomeCard("Good", f"For {employee.name}", "/m/karaj/good/")]


@hookimpl
def hamyar_tasks() -> list[Task]:
    return [Task("Do it", "/m/karaj/good/", due=date(2026, 11, 24))]


@hookimpl
def hamyar_employee_panels() -> list[Panel]:
    return [Panel("Good", (("Label", "text"),))]


@hookimpl
def hamyar_request_details(requests: Sequence[RequestFacts]) -> list[RequestDetail]:
    return [RequestDetail(one.id, (("Left", "3"),)) for one in requests]


@hookimpl
def hamyar_dashboard_figures(period: Period) -> list[Figure]:
    return [Figure("Days", (period.end - period.start).days)]


@hookimpl
def hamyar_health() -> list[HealthReport]:
    return [HealthReport("queue", HealthStatus.OK)]


@hookimpl
def hamyar_employee_hired(employment_ids: Sequence[UUID]) -> None:
    told.append(("hired", tuple(employment_ids)))


@hookimpl
def hamyar_employee_left(employment_ids: Sequence[UUID]) -> None:
    told.append(("left", tuple(employment_ids)))


@hookimpl
def hamyar_eligibility(service: str, asked_on: date) -> list[Refusal]:
    return [Refusal("too_new", f"Not on {asked_on:%Y} for {service}")]


@hookimpl
def hamyar_clearance_obstacles() -> list[Obstacle]:
    return [Obstacle("debt", "A debt", 100)]


@hookimpl
def hamyar_commitments() -> list[Commitment]:
    return [Commitment("case", "A case", "HM-1405-00001")]


@hookimpl
def hamyar_route_request(request: RequestFacts, step: Step) -> Route:
    return Route(frozenset({DECIDER}), f"{step.name} of {request.reference}")


def _nothing() -> None:
    told.append(("job", ()))


def _apply(uow: UnitOfWork, request: RequestFacts) -> None:
    told.append(("applied", (request.id,)))


def _fill(uow: UnitOfWork, seed: int) -> None:
    told.append(("filled", (seed,)))
