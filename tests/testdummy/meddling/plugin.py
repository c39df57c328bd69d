"""Its migrations reach into tables of core, as the test says in `meddle`."""

from __future__ import annotations

from tests.testdummy.manifests import manifest

MANIFEST = manifest("meddling")
