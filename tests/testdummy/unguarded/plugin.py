"""Its table has no row-level security."""

from __future__ import annotations

from tests.testdummy.manifests import manifest

MANIFEST = manifest("unguarded")
