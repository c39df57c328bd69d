"""The plugin host and what its plugin hears, as the tests of people have them."""

from __future__ import annotations

from tests.core.people.conftest import host, officer, told

__all__ = ["host", "officer", "told"]
