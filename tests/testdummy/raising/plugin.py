"""Raises in every hook."""

from __future__ import annotations

from typing import NoReturn

from core.sdk import hookimpl
from tests.testdummy.manifests import manifest

MANIFEST = manifest("raising", weight=1)


def _fail() -> NoReturn:
    raise LookupError("this plugin always fails")


def _hook(name: str) -> None:
    function = hookimpl(specname=name)(lambda: _fail())
    globals()[f"on_{name}"] = function


for _name in (
    "blueprints api_blueprints commands jobs request_types roles notification_topics demo_data "
    "verifiable_documents service_blockers service_enabled service_disabled settings_changed "
    "navigation home_cards tasks employee_panels dashboard_figures health employee_hired "
    "employee_left eligibility clearance_obstacles commitments route_request"
).split():
    _hook(f"hamyar_{_name}")
