"""Fixtures that every test may use: a database of its own worker, a small province, people."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings

from core.localization import clock
from core.testing.fixtures import app, engine, owner_engine, province, session_urls

__all__ = ["app", "engine", "owner_engine", "province", "session_urls"]

for _name in [name for name in os.environ if name.startswith("HAMYAR_")]:
    del os.environ[_name]  # tests say themselves what is set

# A busy machine is no failure: neither the time of one example nor that of making it counts.
settings.register_profile("hamyar", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hamyar")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Let no test begin with a clock that another one left stopped."""
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1), "the clock stands still"
