"""Its pages can't be mounted: the blueprint fails when it is registered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.sdk import hookimpl
from tests.testdummy.manifests import manifest

if TYPE_CHECKING:
    from flask import Blueprint

MANIFEST = manifest("registering")


@hookimpl
def hamyar_blueprints() -> list[Blueprint]:
    from flask import Blueprint

    blueprint = Blueprint("registering", __name__)
    blueprint.record(_fail)
    return [blueprint]


def _fail(_state: Any) -> None:
    raise RuntimeError("this blueprint can't be registered")
