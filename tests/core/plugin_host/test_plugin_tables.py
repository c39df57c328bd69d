"""A plugin's tables: its prefix, their class, keys that stay inside a municipality."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import configure_mappers

from core.database.base import Base
from core.people.models import Person
from core.plugin_host.plugin import PluginState
from tests.testdummy.hosts import host_of, reason


def test_good_tables_join_the_metadata(metadata: set[str]) -> None:
    host = host_of("good")
    host.import_models()
    assert [plugin.state for plugin in host.plugins] == [PluginState.LOADED]
    assert set(Base.metadata.tables) - metadata == {"good_case"}


def test_a_second_host_of_the_process_accepts_them_again(metadata: set[str]) -> None:
    host_of("good").import_models()
    again = host_of("good")
    again.import_models()
    assert [plugin.state for plugin in again.plugins] == [PluginState.LOADED]


@pytest.mark.parametrize(
    "words",
    [
        "the table 'grabbed' must start with 'greedy_'",
        "the table 'greedy_unclassed' doesn't say its table_class",
        "the primary key of 'greedy_crossing' must start with municipality_id",
        "'greedy_crossing' refers to 'good_case', a table of another plugin",
    ],
)
def test_greedy_tables_are_refused_with_every_reason(metadata: set[str], words: str) -> None:
    host = host_of("good", "greedy")
    host.import_models()
    assert words in reason(host, "greedy")
    assert set(Base.metadata.tables) - metadata == {"good_case"}


@pytest.mark.parametrize(
    "words",
    [
        "of 'crossing_case' must start with municipality_id",
        "the reference of 'crossing_case' to 'employment' must start with municipality_id",
        "the table 'person' must start with 'crossing_'",
    ],
)
def test_keys_that_cross_municipalities_are_refused(metadata: set[str], words: str) -> None:
    host = host_of("crossing")
    host.import_models()
    assert words in reason(host, "crossing")
    assert "person" in Base.metadata.tables


def test_a_broken_relationship_does_not_break_the_queries_of_others(metadata: set[str]) -> None:
    host = host_of("unmapped", "good")
    host.import_models()
    assert "NoSuchClass" in reason(host, "unmapped")
    assert [plugin.name for plugin in host.loaded()] == ["good"]
    configure_mappers()
    str(select(Person))
