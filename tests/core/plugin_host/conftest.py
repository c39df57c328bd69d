"""Hosts made of dummy plugins, and the metadata as it was afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.database.base import Base
from core.plugin_host.host import PluginHost
from tests.testdummy import hosts


@pytest.fixture(autouse=True)
def told() -> Iterator[list[tuple[str, tuple[object, ...]]]]:
    """What the good dummy has heard in this test."""
    from tests.testdummy.good import plugin

    plugin.told.clear()
    yield plugin.told
    plugin.told.clear()


@pytest.fixture
def good() -> PluginHost:
    """A host with the good dummy alone."""
    return hosts.host_of("good")


@pytest.fixture
def metadata() -> Iterator[set[str]]:
    """The names of core's tables; tables of the dummies are taken out again afterwards."""
    from core.plugin_host import tables

    tables.prepare()
    before = set(Base.metadata.tables)
    yield before
    for name in {table.partition("_")[0] for table in set(Base.metadata.tables) - before}:
        tables.take_out(f"tests.testdummy.{name}", name, before)
    assert set(Base.metadata.tables) == before
