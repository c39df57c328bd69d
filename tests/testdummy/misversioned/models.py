"""Must never be imported: the version is checked before."""

from __future__ import annotations

raise AssertionError("models of another version were imported")
