"""Leaves the process from its hooks."""

from __future__ import annotations

import sys

from core.sdk import hookimpl
from tests.testdummy.manifests import manifest

MANIFEST = manifest("exiting")


@hookimpl
def hamyar_navigation() -> None:
    sys.exit("gone")


@hookimpl
def hamyar_commitments() -> None:
    sys.exit(0)


@hookimpl
def hamyar_employee_hired() -> None:
    sys.exit(1)


@hookimpl
def hamyar_tasks() -> None:
    raise KeyboardInterrupt
