"""A service to switch: pages, settings, and blockers that the test puts into `standing`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.sdk import (
    Availability,
    Blocker,
    Figure,
    Municipality,
    NavigationItem,
    Permission,
    ServiceChange,
    hookimpl,
)
from tests.testdummy.manifests import manifest

if TYPE_CHECKING:
    from flask import Blueprint
    from marshmallow import Schema

    from core.sdk.services import UnitOfWork


def _settings() -> type[Schema]:
    from tests.testdummy.lending.schemas import LendingSettings

    return LendingSettings


MANIFEST = manifest(
    "lending",
    title="Lending",
    settings=_settings,
    permissions=(Permission("lending.view", "See"), Permission("lending.manage", "Manage")),
)
RESTRICTED = manifest("lending", availability=Availability.RESTRICTED)

standing: list[Blocker] = []
figures: list[Figure] = []
asked: list[ServiceChange] = []
told: list[tuple[str, Any]] = []
broken: set[str] = set()


def reset() -> None:
    """Forget what a test has set up."""
    for kept in (standing, figures, asked, told, broken):
        kept.clear()


@hookimpl
def hamyar_blueprints() -> list[Blueprint]:
    from tests.testdummy.lending.views import make

    return [make()]


@hookimpl
def hamyar_navigation(municipality: Municipality) -> list[NavigationItem]:
    return [NavigationItem("Lending desk", f"/m/{municipality.code}/lending/desk/")]


@hookimpl
def hamyar_service_blockers(change: ServiceChange) -> list[Blocker]:
    asked.append(change)
    if "blockers" in broken:
        raise LookupError("nobody can count")
    return list(standing)


@hookimpl
def hamyar_dashboard_figures() -> list[Figure]:
    return list(figures)


@hookimpl
def hamyar_service_enabled(uow: UnitOfWork, municipality: Municipality) -> None:
    if "enabled" in broken:
        raise LookupError("the shelves are missing")
    told.append(("enabled", municipality.code))


@hookimpl
def hamyar_service_disabled(municipality: Municipality) -> None:
    told.append(("disabled", municipality.code))
    if "disabled" in broken:
        raise LookupError("the light stays on")


@hookimpl
def hamyar_settings_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    told.append(("settings", (dict(old), dict(new))))
