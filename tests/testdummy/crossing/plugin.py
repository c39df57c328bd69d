"""Its keys would let rows of two municipalities meet, see ``models.py``."""

from __future__ import annotations

from tests.testdummy.manifests import manifest

MANIFEST = manifest("crossing")
