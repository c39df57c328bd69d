"""Works only beside another plugin."""

from __future__ import annotations

from tests.testdummy.manifests import manifest

MANIFEST = manifest("requiring", requires=("raising",))
