"""Answers in wrong shapes."""

from __future__ import annotations

from typing import Any

from core.sdk import Commitment, Figure, NavigationItem, Task, hookimpl
from tests.testdummy.manifests import manifest

MANIFEST = manifest("malformed")


class Lookalike(NavigationItem):
    """Skips the checks."""

    def __post_init__(self) -> None:
        """Check nothing."""


@hookimpl
def hamyar_navigation() -> list[Any]:
    forged = NavigationItem("Forged", "/m/karaj/malformed/")
    object.__setattr__(forged, "href", "https://elsewhere.example/")
    return [
        {"title": "A dictionary"},
        Lookalike("Lookalike", "javascript:alert(1)"),
        forged,
        NavigationItem("Fine", "/m/karaj/malformed/"),
    ]


@hookimpl
def hamyar_tasks() -> Any:
    return Task("Not in a list", "/")


@hookimpl
def hamyar_dashboard_figures() -> Any:
    yield Figure("First", 1)
    raise ValueError("the second figure failed")


@hookimpl
def hamyar_commitments() -> list[Any]:
    return [Commitment("case", "A case"), None]


@hookimpl
def hamyar_route_request() -> Any:
    return ["an account"]
