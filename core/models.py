"""Imports every model module of core, so that the metadata is complete."""

from __future__ import annotations

import importlib
from pathlib import Path


def import_all() -> None:
    """Import ``core/*/models.py``."""
    for path in sorted(Path(__file__).parent.glob("*/models.py")):
        importlib.import_module(f"core.{path.parent.name}.models")
