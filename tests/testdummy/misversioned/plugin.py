"""Was written for a later major; `hamyar_blueprints` must never be asked."""

from __future__ import annotations

from core.sdk import hookimpl
from tests.testdummy.manifests import manifest

MANIFEST = manifest("misversioned", api=(2, 0))


@hookimpl
def hamyar_blueprints() -> None:
    raise AssertionError("a plugin of another version was asked")
