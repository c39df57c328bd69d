"""Declares things that are not its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.sdk import RoleSuggestion, hookimpl
from tests.testdummy.manifests import manifest

if TYPE_CHECKING:
    from flask import Blueprint

MANIFEST = manifest("twisted")


@hookimpl
def hamyar_blueprints() -> list[Blueprint]:
    from flask import Blueprint

    return [Blueprint("twisted", __name__)]


@hookimpl
def hamyar_roles() -> list[RoleSuggestion]:
    return [RoleSuggestion("administrator", "Administrator", ("twisted.view",))]
