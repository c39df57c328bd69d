"""Its models name a class that doesn't exist, see ``models.py``."""

from __future__ import annotations

from tests.testdummy.manifests import manifest

MANIFEST = manifest("unmapped")
