"""Its migrations need a revision of core that doesn't exist yet."""

from __future__ import annotations

from tests.testdummy.manifests import manifest

MANIFEST = manifest("future", core_revision="9999")
