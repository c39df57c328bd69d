"""What a plugin's tests use: ``addopts = "-p core.sdk.testing"`` in the settings of pytest.

Fixtures: ``province`` (an organisation with two municipalities, and factories of employees and
officers), ``app`` with every installed plugin, ``engine`` and ``owner_engine``, all on a
PostgreSQL of this test run with the plugin's migrations applied.
"""

from __future__ import annotations

from core.plugin_host.checking import problems
from core.testing.app import client_of, hidden_of, post
from core.testing.factories import Employee, Officer, Province
from core.testing.fixtures import app, engine, owner_engine, province, session_urls
from core.testing.schema import table_differences

__all__ = [
    "Employee",
    "Officer",
    "Province",
    "app",
    "client_of",
    "engine",
    "hidden_of",
    "owner_engine",
    "post",
    "problems",
    "province",
    "session_urls",
    "table_differences",
]
