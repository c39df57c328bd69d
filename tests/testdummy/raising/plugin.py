"""Raises in every hook that there is."""

from __future__ import annotations

from typing import NoReturn

from core.plugin_host.hookspecs import MODES
from core.sdk import hookimpl
from tests.testdummy.manifests import manifest

MANIFEST = manifest("raising", weight=1)


def _fail() -> NoReturn:
    raise LookupError("this plugin always fails")


for _name in MODES:
    globals()[f"on_{_name}"] = hookimpl(specname=_name)(lambda: _fail())
