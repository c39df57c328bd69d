"""Takes tables that aren't its own, see ``models.py``."""

from __future__ import annotations

from tests.testdummy.manifests import manifest

MANIFEST = manifest("greedy")
