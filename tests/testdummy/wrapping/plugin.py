"""Tries to see and change what others answer."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from core.sdk import hookimpl
from tests.testdummy.manifests import manifest

MANIFEST = manifest("wrapping")


@hookimpl(wrapper=True)
def hamyar_commitments() -> Generator[None, Any, list[Any]]:
    yield
    return []
